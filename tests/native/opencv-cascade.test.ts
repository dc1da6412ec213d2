import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { amount } from '../support/amount.js';
import {
  cascadesDir,
  cascadesOfOpencv,
  compareCascade,
  madePictures,
  outputOf,
  picturesInRuns,
  withCloseCalls,
} from '../support/cascade-comparison.js';
import {
  bystanderPhoto,
  flatPicture,
  groupOfThree,
  manyFaces,
  singleFaces,
} from '../support/sample-photos.js';
import { cascadeFile } from '../support/test-models.js';
import { buildYardstick } from '../support/yardstick.js';

describe("OpenCV's own cascade classifier", () => {
  let program: string;
  beforeAll(async () => {
    program = await buildYardstick('compare_cascades', ['imgcodecs']);
  }, 600_000);

  test('gives the same windows and boxes on every photo', async () => {
    const jobs = picturesInRuns(
      [...amount([], [...singleFaces, groupOfThree]), manyFaces, bystanderPhoto, flatPicture],
      4,
    );
    const { different, windows } = await compareCascade(program, cascadeFile, 'photos', jobs);
    expect(different).toEqual([]);
    expect(windows).toBeGreaterThan(1000);
  });

  test('gives the same on pictures of every size and kind', async () => {
    const jobs = madePictures(amount(12, 30), 3, [groupOfThree]);
    expect((await compareCascade(program, cascadeFile, 'made pictures', jobs)).different).toEqual([]);
  });

  test('gives the same where stages are too close to call', async () => {
    await withCloseCalls(cascadeFile, async (cascade) => {
      const jobs = picturesInRuns(singleFaces.slice(0, 3), 1);
      const { different, windows } = await compareCascade(program, cascade, 'close to call', jobs);
      expect(different).toEqual([]);
      expect(windows).toBeGreaterThan(10);
    });
  });

  // Faces that trees find, and tilted features.
  test.each(['haarcascade_frontalface_alt2.xml', 'haarcascade_smile.xml'])(
    'gives the same with %s',
    async (name) => {
      const jobs = madePictures(amount(4, 10), amount(2, 3), [groupOfThree]);
      expect((await compareCascade(program, join(cascadesDir, name), name, jobs)).different).toEqual([]);
    },
  );

  test.each(cascadesOfOpencv().refused)(
    'comes with %s, which is refused: an old-format file',
    async (name) => {
      expect(await outputOf(program, [join(cascadesDir, name)])).toContain('an old-format file');
    },
  );
});
