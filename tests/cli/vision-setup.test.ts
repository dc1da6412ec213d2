import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openVision } from '../../src/cli/setup/vision-setup.js';
import { facePhoto } from '../support/sample-photos.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { testModelsDir } from '../support/test-models.js';
import { fiveLandmarksFacemark } from '../support/test-models.js';

describeWith('the vision of a command', [addon], () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-vision-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('finds a face and its 68 landmarks with the files of the models folder', async () => {
    const vision = await openVision({ modelsDir: await testModelsDir(), lanes: 1 });
    const { faces } = await vision.analyzeEncoded(await readFile(facePhoto));
    await vision.close();
    expect(faces.map(({ landmarks }) => landmarks.length)).toEqual([136]);
  });

  test("takes a facemark of the user's own in place of the published one", async () => {
    const facemark = join(folder, 'mine.yaml');
    await copyFile(fiveLandmarksFacemark, facemark);
    const vision = await openVision({ modelsDir: await testModelsDir(), facemark });
    expect(vision.landmarkCount).toBe(5);
    await vision.close();
  });

  test("names a file of the user's own that is not there", async () => {
    const cascade = join(folder, 'nowhere.xml');
    const opened = openVision({ modelsDir: await testModelsDir(), cascade });
    await expect(opened).rejects.toMatchObject({ code: 'MODEL_FILE_NOT_FOUND' });
    await expect(opened).rejects.toThrow(cascade);
  });
});
