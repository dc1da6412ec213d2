import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { comparisonTimeout, exhaustive, inParts, labelledPhotos, Progress } from '../support/amount.js';
import { referenceFrames } from '../support/photos.js';
import { describeWith, facesDir, referenceDir } from '../support/shared.js';
import { buildYardstick } from '../support/yardstick.js';

const run = promisify(execFile);
let program: string;

const timing = { timeout: comparisonTimeout };
/** What made pictures depend on: others for each. */
const seeds = Array.from({ length: exhaustive ? 25 : 1 }, (_, i) => String(i + 1));

/** Compares pictures; what the program says of differences, and its counts. */
async function compare(...args: string[]) {
  // What libjpeg says of damaged pictures while OpenCV decodes them goes to stderr.
  const options = { maxBuffer: 1 << 28 };
  const { stdout } = await run(program, args, options).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) };
    throw error;
  });
  const lines = stdout.trim().split('\n');
  const counts = /^pictures (\d+) taken (\d+) different \d+$/.exec(lines.pop() ?? '');
  return { different: lines, pictures: Number(counts?.[1]), taken: Number(counts?.[2]) };
}

describeWith("OpenCV's own decoders", [facesDir, referenceDir], () => {
  beforeAll(async () => void (program = await buildYardstick('compare_decode', ['imgcodecs'])), 300_000);

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
