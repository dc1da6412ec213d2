import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { comparisonTimeout, exhaustive } from '../support/amount.js';
import {
  cascadesDir,
  cascadesOfOpencv,
  compareCascade,
  madePictures,
  picturesInRuns,
  withCloseCalls,
  type ComparisonJob,
} from '../support/cascade-comparison.js';
import { ClipFrames } from '../support/clips.js';
import {
  facesDir,
  labelledPhotos,
  referenceDir,
  referenceFrames,
  sharedCascade,
} from '../support/datasets.js';
import { describeWith } from '../support/requirements.js';
import { buildYardstick } from '../support/yardstick.js';

describeWith(
  "OpenCV's own cascade classifier, over the data sets,",
  [referenceDir, facesDir, sharedCascade],
  () => {
    let program: string;
    beforeAll(async () => {
      program = await buildYardstick('compare_cascades', ['imgcodecs']);
    }, 600_000);

    const reference = referenceFrames().map(({ file }) => file);
    const compare = (cascade: string, what: string, jobs: readonly ComparisonJob[]) =>
      compareCascade(program, cascade, what, jobs);

    test('gives the same windows and boxes on every picture', { timeout: comparisonTimeout }, async () => {
      const clips = exhaustive ? new ClipFrames() : undefined;
      try {
        const all = exhaustive ? [...labelledPhotos(), ...(clips?.files ?? [])] : [];
        const jobs = picturesInRuns([...new Set([...reference, ...all])], 20);
        const { different, windows } = await compare(sharedCascade, 'pictures', jobs);
        expect(different).toEqual([]);
        expect(windows).toBeGreaterThan(exhaustive ? 300_000 : 10_000);
      } finally {
        clips?.remove();
      }
    });

    test('gives the same on pictures of every size and kind', { timeout: comparisonTimeout }, async () => {
      const jobs = madePictures(exhaustive ? 5000 : 150, 2, exhaustive ? reference : reference.slice(0, 1));
      expect((await compare(sharedCascade, 'made pictures', jobs)).different).toEqual([]);
    });

    test('gives the same where stages are too close to call', { timeout: comparisonTimeout }, async () => {
      await withCloseCalls(sharedCascade, async (cascade) => {
        const jobs = picturesInRuns(reference.slice(0, exhaustive ? Infinity : 12), 1);
        const { different, windows } = await compare(cascade, 'close to call', jobs);
        expect(different).toEqual([]);
        expect(windows).toBeGreaterThan(100);
      });
    });

    // Of these, alt2 and the eyes of eye_tree_eyeglasses are found by trees; smile and eyeglasses have tilted features.
    const sampled = [
      ...['frontalface_alt', 'frontalface_alt2', 'profileface', 'eye', 'smile'],
      ...['eye_tree_eyeglasses', 'frontalcatface', 'frontalface_alt_tree', 'upperbody'],
    ];
    const compared = exhaustive ? cascadesOfOpencv().taken : sampled.map((name) => `haarcascade_${name}.xml`);
    test.each(compared)('gives the same with %s', { timeout: comparisonTimeout }, async (name) => {
      const made = madePictures(exhaustive ? 500 : 60, 3, exhaustive ? reference : reference.slice(0, 1));
      const jobs = exhaustive ? [...made, ...picturesInRuns(reference, 1)] : made;
      const { different, pictures } = await compare(join(cascadesDir, name), name, jobs);
      expect(different).toEqual([]);
      expect(pictures).toBe(jobs.reduce((sum, job) => sum + job.pictures, 0));
    });
  },
);
