import { FaceFrame } from '../../scripts/lib/models/spoiling/face-frame.mjs';
import { GreyPicture } from '../../scripts/lib/models/spoiling/grey-picture.mjs';
import { Random } from '../../scripts/lib/models/spoiling/random.mjs';
import { spoilers } from '../../scripts/lib/models/spoiling/spoilers.mjs';
import { randomStream } from '../../src/common/random.js';
import { facePhotoOf, type FaceName } from './sample-photos.js';
import { sampleLandmarks } from './test-models.js';

export type Fault = keyof typeof spoilers;

/** A photo of one face after something was done to it; PNG. @param way one of those that `spoilers` knows for the fault. */
export async function spoiltPhoto(name: FaceName, fault: Fault, way: string): Promise<Buffer> {
  const spoil = spoilers[fault][way];
  if (spoil === undefined) throw new RangeError(`${way} is no way to spoil a photo`);
  const picture = await GreyPicture.read(facePhotoOf(name));
  const random = new Random(randomStream(name.length));
  const spoilt = await spoil(picture, new FaceFrame(sampleLandmarks[name]), random);
  return spoilt.png();
}
