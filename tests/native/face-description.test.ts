import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mirrorPartner } from '../../src/emotion/transforms/landmark-mirror.js';
import type { DetectedFace } from '../../src/vision/frame.js';
import { Vision } from '../../src/vision/vision.js';
import { reencode } from '../support/encoded-photos.js';
import { mirrored, plainDescription, type GreyPicture } from '../support/plain-description.js';
import { facePhoto, seriousPhoto } from '../support/sample-photos.js';
import { fiveLandmarksFacemark, testModelFiles } from '../support/test-models.js';

const partner = new Map(mirrorPartner.entries());

/** A photo of a face as grey pixels. */
function grey(filter: string, width: number, height = width): GreyPicture {
  const file = reencode(facePhoto, 'rawvideo', `scale=${width}:${height},${filter},format=gray`);
  return { pixels: new Uint8Array(file), width, height };
}

describe('The description of a face', () => {
  let vision: Vision;
  beforeAll(async () => {
    const { cascade, facemark } = await testModelFiles();
    vision = await Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes: 1 });
  });
  afterAll(() => vision.close());

  async function faceIn({ pixels, width, height }: GreyPicture): Promise<DetectedFace> {
    const { faces } = await vision.describing().analyzePixels(pixels, width, height, 1);
    const [face] = faces;
    if (face === undefined) throw new Error('no face');
    return face;
  }

  /** The largest and the mean distance between what the core says and what the method says. */
  function distances(core: Uint8Array | undefined, plain: readonly number[]): [most: number, mean: number] {
    expect(core).toHaveLength(plain.length);
    const off = plain.map((value, i) => Math.abs(value - (core?.[i] ?? NaN)));
    return [Math.max(...off), off.reduce((sum, value) => sum + value, 0) / off.length];
  }

  const pictures = [
    ['smaller than it is laid', grey('null', 150)],
    ['of about its size', grey('null', 256)],
    ['twice and a half as large', grey('null', 640)],
    ['of many times its size', grey('null', 1600)],
    ['tilted', grey('rotate=0.15', 480)],
    ['wider than it is', grey('null', 700, 500)],
  ] as const;

  test.each(pictures)('is what the method says, of a picture %s', async (_, picture) => {
    const { description, landmarks } = await faceIn(picture);
    const [most, mean] = distances(description, plainDescription(picture, landmarks));
    // A place that lies between two pixels may go to either; elsewhere there is only rounding.
    expect(most).toBeLessThan(12);
    expect(mean).toBeLessThan(0.35);
  });

  test('is that of the mirror image, too', async () => {
    const picture = grey('null', 400);
    const { description, landmarks } = await faceIn(picture);
    const [most, mean] = distances(description, plainDescription(...mirrored(picture, landmarks, partner)));
    expect(most).toBeLessThan(12);
    expect(mean).toBeLessThan(0.35);
  });

  test('differs between faces far more than it is uncertain', async () => {
    const one = await faceIn(grey('null', 400));
    const other = await faceIn(grey('eq=contrast=0.6:brightness=0.1', 400));
    const person = (await vision.describing().analyzeEncoded(readFileSync(seriousPhoto))).faces[0];
    const meanOff = (face: DetectedFace | undefined) =>
      distances(face?.description, Array.from(one.description ?? []))[1];
    expect(meanOff(other)).toBeLessThan(6);
    expect(meanOff(person)).toBeGreaterThan(12);
  });

  test('comes with frames of every kind, and only where it is asked for', async () => {
    const photo = readFileSync(facePhoto);
    const describing = vision.describing();
    const length = async (frame: Promise<{ faces: DetectedFace[] }>) =>
      (await frame).faces.map(({ description }) => description?.length);
    expect(await length(describing.analyzeEncoded(photo))).toEqual([3744]);
    expect(await length(describing.analyzeFramed(photo, { shortSide: 200, border: 0.4 }))).toEqual([3744]);
    expect(await length(describing.openStream().analyzeEncoded(photo, 0))).toEqual([3744]);
    expect(await length(vision.analyzeEncoded(photo))).toEqual([undefined]);
    expect(await length(vision.openStream().analyzeEncoded(photo, 0))).toEqual([undefined]);
  });

  test('is not made of faces with another number of landmarks', async () => {
    const { cascade } = await testModelFiles();
    const five = await Vision.open({
      cascadeFile: cascade,
      facemarkFile: fiveLandmarksFacemark,
      lanes: 1,
    });
    try {
      const { faces } = await five.describing().analyzeEncoded(readFileSync(facePhoto));
      expect(faces).toHaveLength(1);
      expect(faces[0]?.description).toBeUndefined();
    } finally {
      await five.close();
    }
  });
});
