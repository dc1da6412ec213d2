import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compactFacemarkFor } from '../../src/vision/model-files/facemark-cache.js';
import { Vision } from '../../src/vision/vision.js';
import { sharedFacemark } from '../support/datasets.js';
import { facePhoto } from '../support/sample-photos.js';
import { describeWith } from '../support/requirements.js';
import { cascadeFile } from '../support/test-models.js';

describeWith('A facemark of the size of the public one', [sharedFacemark], () => {
  test('is less than half as large in its compact form, and finds the face', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'emochat-compact-'));
    try {
      const facemarkFile = join(folder, 'lbfmodel.yaml');
      await copyFile(sharedFacemark, facemarkFile);
      expect((await stat(facemarkFile)).size).toBeGreaterThan(50e6);
      expect((await stat(await compactFacemarkFor(facemarkFile))).size).toBeLessThan(26e6);
      const vision = await Vision.open({ cascadeFile, facemarkFile, lanes: 1 });
      expect((await vision.analyzeEncoded(readFileSync(facePhoto))).faces).toHaveLength(1);
      await vision.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
