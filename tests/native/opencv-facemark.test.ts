import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownRefinerFile, Vision } from '../../src/vision/vision.js';
import {
  compareFaces,
  compareFitters,
  opencvFaces,
  type OpencvFace,
} from '../support/facemark-comparison.js';
import { groupOfThree, groupPhoto, manyFaces, singleFaces } from '../support/sample-photos.js';
import { testModelFiles } from '../support/test-models.js';
import { buildYardstick } from '../support/yardstick.js';

describe("OpenCV's own FacemarkLBF", () => {
  const files = [...singleFaces, manyFaces, groupOfThree, groupPhoto(2)];
  let models: { cascade: string; facemark: string };
  let vision: Vision;
  let theirs: OpencvFace[][];

  beforeAll(async () => {
    models = await testModelFiles();
    vision = await Vision.open({ cascadeFile: models.cascade, facemarkFile: models.facemark });
    theirs = await opencvFaces(await buildYardstick('fit_with_opencv', ['face', 'imgcodecs']), models, files);
  }, 600_000);
  afterAll(() => vision.close());

  test('is matched within 0.01 px on every face', async () => {
    const found = await Promise.all(files.map((file, i) => compareFaces(vision, file, theirs[i] ?? [])));
    expect(Math.max(...found.map(({ farthest }) => farthest))).toBeLessThan(0.01);
    expect(found.reduce((sum, { faces }) => sum + faces, 0)).toBeGreaterThan(30);
  });

  test('gives the same landmarks as the fitter on every instruction set', async () => {
    const program = await buildYardstick('compare_facemarks', ['face', 'imgcodecs']);
    const faces = files.flatMap((file, i) => [file, ...(theirs[i] ?? []).map(({ box }) => box)]);
    const fitted = await compareFitters(program, [models.facemark, ownRefinerFile, ...faces]);
    expect(fitted.different).toEqual([]);
    expect(fitted.faces).toBeGreaterThan(30);
    expect(fitted.targets.length).toBeGreaterThan(1);
    // Models, pictures and boxes of every size, against a plain evaluation.
    const made = await compareFitters(program, ['--made', '10']);
    expect(made).toMatchObject({ different: [], models: 10, faces: 400 });
  });
});
