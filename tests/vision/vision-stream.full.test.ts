import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QualityJudge } from '../../src/emotion/face-quality.js';
import { EmotionForest } from '../../src/emotion/forest.js';
import { EmotionRecognizer } from '../../src/emotion/emotion-recognizer.js';
import type { StreamAnalysis, VisionStream } from '../../src/vision/vision-stream.js';
import { ownRefinerFile, Vision } from '../../src/vision/vision.js';
import { framesOf } from '../support/clips.js';
import { describeWith } from '../support/requirements.js';
import { facesDir, sharedCascade, sharedFacemark } from '../support/datasets.js';
import { projectRoot } from '../support/checkout.js';

const clip = join(facesDir, 'video/sad-then-happy.mp4');
const frameTime = 1000 / 15;

/** Analyses frames one after the other, 15 a second. */
async function follow(stream: VisionStream, frames: readonly Buffer[]): Promise<StreamAnalysis[]> {
  const analyses = [];
  for (const [i, frame] of frames.entries()) analyses.push(await stream.analyzeEncoded(frame, i * frameTime));
  return analyses;
}

describeWith('A stream of a talking person', [clip, sharedCascade, sharedFacemark], () => {
  const files = { cascadeFile: sharedCascade, facemarkFile: sharedFacemark, refinerFile: ownRefinerFile };
  let vision: Vision;
  beforeAll(async () => {
    vision = await Vision.open(files);
  });
  afterAll(() => vision.close());

  test("gives the boxes that OpenCV's windows make up, at every size", { timeout: 600_000 }, async () => {
    const yardstick = await Vision.open({ ...files, detector: 'opencv' });
    for (const filter of [
      'scale=640:360',
      'scale=320:180',
      'scale=120:68',
      'pad=1600:900:480:270,scale=400:225',
    ]) {
      const frames = framesOf(clip, `fps=15,trim=duration=5,${filter}`);
      const ours = await follow(vision.openStream(), frames);
      expect(ours).toEqual(await follow(yardstick.openStream(), frames));
      expect(ours.filter(({ look }) => look === 'near').length).toBeGreaterThan(frames.length / 2);
    }
    await yardstick.close();
  });

  test.each([
    ['expressive', 0],
    // One picture before the hand is taken for what it is.
    ['happy-sad', 1],
  ])('is not surely happy while she cries behind her hand (%s)', async (model, most) => {
    const forest = await EmotionForest.load(join(projectRoot, `models/${model}.json`));
    const judge = await QualityJudge.load();
    const stream = new EmotionRecognizer(vision, forest, { judge }).openStream();
    const crying = framesOf(clip, 'fps=15,trim=duration=9');
    const faces = [];
    for (const [i, frame] of crying.entries()) {
      faces.push((await stream.recognizeEncoded(frame, i * frameTime)).faces[0]);
    }
    const happy = faces.filter((face) => face?.readable && face.sure && face.emotion === 'HAPPY');
    expect(happy.length).toBeLessThanOrEqual(most);
    expect(faces.slice(67, 82).filter((face) => face?.readable)).toEqual([]);
  });
});
