import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EmotionRecognizer } from '../../src/emotion/emotion-recognizer.js';
import { EmotionForest } from '../../src/emotion/forest.js';
import { ownRefinerFile, Vision } from '../../src/vision/vision.js';
import { addon } from '../support/addon.js';
import { facesDir } from '../support/datasets.js';
import { rowOf } from '../support/face-rows.js';
import { realRows, referenceFeatures } from '../support/real-rows.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';
import { testModelFiles } from '../support/test-models.js';

describeWith('the shipped forests on real photos', [referenceFeatures], () => {
  test('happy-sad tells the two apart', async () => {
    const forest = await EmotionForest.load(join(projectRoot, 'models/happy-sad.json'));
    const data = realRows();
    const right = Array.from({ length: data.rows }, (_, row) => {
      return forest.predict(rowOf(data, row)).emotion === forest.labels[data.classes[row] ?? 0];
    }).filter(Boolean);
    expect(right.length / data.rows).toBeGreaterThan(0.8);
  });
});

/** Photos of each emotion. */
const perEmotion = 100;
const photos = join(facesDir, 'raf/test');

describeWith('expressive on photos that it has not learnt from', [photos, addon], () => {
  test('is right about three of four and more, each emotion in a hundred photos', async () => {
    const forest = await EmotionForest.load(join(projectRoot, 'models/expressive.json'));
    const { cascade } = await testModelFiles();
    const queue = { queueLimit: perEmotion };
    const vision = await Vision.open({ cascadeFile: cascade, refinerFile: ownRefinerFile, ...queue });
    const recognizer = new EmotionRecognizer(vision, forest);
    const folders = { angry: 'ANGRY', happy: 'HAPPY', neutral: 'NEUTRAL', sad: 'SAD', surprise: 'SURPRISED' };
    const shares: number[] = [];
    try {
      for (const [folder, label] of Object.entries(folders)) {
        const files = readdirSync(join(photos, folder)).sort().slice(0, perEmotion);
        const said = await Promise.all(
          files.map(async (file) => {
            const bytes = await readFile(join(photos, folder, file));
            return (await recognizer.recognizeEncoded(bytes, 'close')).faces[0]?.emotion;
          }),
        );
        const seen = said.filter((emotion) => emotion !== undefined);
        expect(seen.length).toBeGreaterThan(60);
        shares.push(seen.filter((emotion) => emotion === label).length / seen.length);
      }
    } finally {
      await recognizer.close();
    }
    expect(Math.min(...shares)).toBeGreaterThan(0.6);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.74);
  });
});
