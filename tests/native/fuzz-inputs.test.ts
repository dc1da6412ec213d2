import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadNativeAddon, type Detector } from '../../src/vision/addon/native.js';
import { projectRoot } from '../support/checkout.js';
import { testModelFiles } from '../support/test-models.js';

/** Inputs that `npm run fuzz` has found, made small; a folder a target. */
const inputsDir = join(projectRoot, 'fuzz/inputs');

const inputsOf = (target: string): string[] => {
  const folder = join(inputsDir, target);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

const evaluators: Detector[] = ['simd', 'opencv'];

describe('What fuzzing has found', () => {
  test.each(evaluators)('as a cascade is refused, not crashed on (%s)', async (detector) => {
    const { facemark: facemarkFile } = await testModelFiles();
    const inputs = inputsOf('cascade');
    expect(inputs).not.toEqual([]);
    for (const cascadeFile of inputs) {
      const opened = loadNativeAddon().openEngine({
        ...{ cascadeFile, facemarkFile, detector },
        ...{ lanes: 1, queueLimit: 1, maxPixels: 1 },
      });
      await expect(opened, cascadeFile).rejects.toMatchObject({ code: 'MODEL_FILE_INVALID' });
    }
  });
});
