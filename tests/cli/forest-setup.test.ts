import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openForest } from '../../src/cli/setup/forest-setup.js';
import { EmotionRecognizer } from '../../src/emotion/emotion-recognizer.js';
import { Vision } from '../../src/vision/vision.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';
import { cascadeFile, fiveLandmarksFacemark } from '../support/test-models.js';

const shipped = join(projectRoot, 'models/happy-sad.json');

let modelsDir: string;

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'emochat-forests-'));
});

afterEach(() => rm(modelsDir, { recursive: true, force: true }));

describe('which forest is used', () => {
  test('the shipped one as long as none has been trained, wherever the models are', async () => {
    expect((await openForest({ modelsDir })).labels).toEqual(['HAPPY', 'SAD']);
  });

  test('the one that was trained, from then on', async () => {
    await copyFile(join(projectRoot, 'package.json'), join(modelsDir, 'trained.json'));
    await expect(openForest({ modelsDir })).rejects.toThrow(join(modelsDir, 'trained.json'));
  });

  test('a name means a file in the models folder, then one that comes with the project', async () => {
    await copyFile(shipped, join(modelsDir, 'mine.json'));
    expect((await openForest({ model: 'mine', modelsDir })).featureCount).toBe(136);
    expect((await openForest({ model: 'happy-sad', modelsDir })).featureCount).toBe(136);
  });

  test('a name with accents means its file, however either writes them', async () => {
    const [together, apart] = ['alegría'.normalize('NFC'), 'alegría'.normalize('NFD')];
    await copyFile(shipped, join(modelsDir, `${apart}.json`));
    expect((await openForest({ model: together, modelsDir })).featureCount).toBe(136);
    await rename(join(modelsDir, `${apart}.json`), join(modelsDir, `${together}.json`));
    expect((await openForest({ model: apart, modelsDir })).featureCount).toBe(136);
  });

  test('a path means that file', async () => {
    expect((await openForest({ model: shipped, modelsDir })).featureCount).toBe(136);
    await expect(openForest({ model: 'none.json', modelsDir })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });
});

describeWith('a facemark of five landmarks', [addon], () => {
  test('does not go with a forest of 68: the message says what to do', async () => {
    const facemarkFile = join(modelsDir, 'lbf5.yaml');
    await copyFile(fiveLandmarksFacemark, facemarkFile);
    const vision = await Vision.open({ cascadeFile, facemarkFile, lanes: 1 });
    const forest = await openForest({ modelsDir });
    try {
      expect(() => new EmotionRecognizer(vision, forest)).toThrow(
        'gives 5 landmarks and the emotion forest takes 68',
      );
    } finally {
      await vision.close();
    }
  });
});
