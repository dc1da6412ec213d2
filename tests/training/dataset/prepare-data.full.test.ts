import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDataset } from '../../../src/training/dataset/dataset.js';
import { prepareData } from '../../../src/training/dataset/prepare-data.js';
import { Vision } from '../../../src/vision/vision.js';
import { rowOf } from '../../support/face-rows.js';
import {
  facesDir,
  referenceDir,
  referenceFrames,
  sharedCascade,
  sharedFacemark,
} from '../../support/datasets.js';
import { addon } from '../../support/addon.js';
import { describeWith } from '../../support/requirements.js';

const affect = join(facesDir, 'affect');
const needs = [affect, referenceDir, sharedCascade, sharedFacemark, addon];

describeWith('prepare-data, plain, on the photos of the reference', needs, () => {
  test('gives the features that the original computes, a row a photo with a face', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'emochat-prepare-'));
    const data = join(folder, 'photos');
    const photos = referenceFrames().filter(({ file }) => file.startsWith(`${affect}/`));
    for (const { file } of photos) await cp(file, join(data, file.slice(affect.length + 1)));
    const vision = await Vision.open({ cascadeFile: sharedCascade, facemarkFile: sharedFacemark });
    const output = join(folder, 'data.txt');
    const emotions = ['happy', 'sad'];
    const { files } = await prepareData(vision, {
      dataFolder: data,
      emotions,
      output,
      look: 'plain',
      face: 'first',
    });
    await vision.close();
    const rows = await readDataset(output);
    expect(rows.rows).toBe(photos.filter(({ features }) => features.length > 0).length);
    files.files.forEach((file, row) => {
      const expected = photos.find((photo) => photo.file === join(affect, file))?.features ?? [];
      const worst = Array.from(rowOf(rows, row), (value, i) => Math.abs(value - (expected[i] ?? NaN)));
      expect(Math.max(...worst)).toBeLessThan(1e-3);
      expect(rows.classes[row]).toBe(file.startsWith('sad/') ? 1 : 0);
    });
    await rm(folder, { recursive: true });
  });
});
