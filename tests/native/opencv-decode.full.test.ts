import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { comparisonTimeout, exhaustive, inParts, Progress } from '../support/amount.js';
import { facesDir, labelledPhotos, referenceDir, referenceFrames } from '../support/datasets.js';
import { compareDecoders } from '../support/decoder-comparison.js';
import { describeWith } from '../support/requirements.js';
import { buildYardstick } from '../support/yardstick.js';

let program: string;

const timing = { timeout: comparisonTimeout };
/** What made pictures depend on: others for each. */
const seeds = Array.from({ length: exhaustive ? 25 : 1 }, (_, i) => String(i + 1));

const compare = (...args: string[]) => compareDecoders(program, args);

describeWith("OpenCV's own decoders, over the data sets,", [facesDir, referenceDir], () => {
  beforeAll(async () => void (program = await buildYardstick('compare_decode', ['imgcodecs'])));

  test('give the same grey of every reference picture and thousands of photos', timing, async () => {
    const sampled = ['affect/happy', 'affect/sad', 'raf/test/happy', 'raf/test/neutral'].flatMap((name) =>
      readdirSync(join(facesDir, name)).map((file) => join(facesDir, name, file)),
    );
    const photos = exhaustive ? labelledPhotos() : sampled;
    const files = [...referenceFrames().map(({ file }) => file), ...photos];
    const progress = new Progress('decoded photos', files.length);
    for (const part of inParts(files, 2000)) {
      const { different, taken } = await compare(...part);
      expect({ different, taken }).toEqual({ different: [], taken: part.length });
      progress.add(part.length, '0 different');
    }
  });

  test('give the same grey of every kind of JPEG, PNG and WebP there is', timing, async () => {
    const progress = new Progress('made encodings', 2000 * seeds.length);
    for (const seed of seeds) {
      const { different, pictures, taken } = await compare('--made', seed, '2000');
      expect(different).toEqual([]);
      expect(pictures).toBe(2000);
      // The others have colour models that no decoder turns to colours.
      expect(taken).toBeGreaterThan(1800);
      progress.add(pictures, `${taken} taken, 0 different`);
    }
  });

  test('take and refuse the same damaged pictures', timing, async () => {
    const progress = new Progress('damaged pictures', 4000 * seeds.length);
    for (const seed of seeds) {
      const { different, pictures, taken } = await compare('--damaged', seed, '4000');
      expect(different).toEqual([]);
      expect(pictures).toBe(4000);
      expect(taken).toBeGreaterThan(1000);
      progress.add(pictures, `${taken} taken, 0 different`);
    }
  });
});
