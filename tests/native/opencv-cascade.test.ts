import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { referenceFrames } from '../support/photos.js';
import { describeWith, referenceDir, sharedCascade } from '../support/shared.js';
import { buildYardstick } from '../support/yardstick.js';

const run = promisify(execFile);

/** Where Debian's opencv-data puts the cascades that OpenCV comes with. */
const cascadesDir = '/usr/share/opencv4/haarcascades';

let program: string;

/** Compares one cascade; what the program says of differences, and its counts. */
async function compare(
  cascade: string,
  ...args: string[]
): Promise<{ different: string[]; candidates: number }> {
  const { stdout } = await run(program, [cascade, ...args], { maxBuffer: 1 << 26 }).catch(
    (error: unknown) => {
      if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) };
      throw error;
    },
  );
  const lines = stdout.trim().split('\n');
  const counts = /candidates (\d+) boxes \d+ different \d+$/.exec(lines.pop() ?? '');
  return { different: lines, candidates: Number(counts?.[1] ?? NaN) };
}

describeWith("OpenCV's own cascade classifier", [referenceDir, sharedCascade], () => {
  beforeAll(async () => {
    program = await buildYardstick('compare_cascades');
  }, 300_000);

  const photos = referenceFrames().map(({ file }) => file);

  test('gives the same windows and boxes on every reference picture', { timeout: 900_000 }, async () => {
    const { different, candidates } = await compare(sharedCascade, '--every', '20', ...photos);
    expect(different).toEqual([]);
    expect(candidates).toBeGreaterThan(10_000);
  });

  test('gives the same on pictures of every size and kind', { timeout: 900_000 }, async () => {
    const { different } = await compare(sharedCascade, '--made', '150', '--every', '2', photos[0] ?? '');
    expect(different).toEqual([]);
  });

  const siblings = ['frontalface_alt', 'profileface', 'eye', 'frontalcatface', 'frontalface_alt_tree'];
  test.each(siblings)('gives the same with haarcascade_%s', { timeout: 900_000 }, async (name) => {
    const cascade = join(cascadesDir, `haarcascade_${name}.xml`);
    expect(existsSync(cascade)).toBe(true);
    const { different } = await compare(cascade, '--made', '60', '--every', '3', photos[0] ?? '');
    expect(different).toEqual([]);
  });

  test.each([
    ['frontalface_alt2', 'it has trees of several nodes'],
    ['smile', 'it has tilted features'],
  ])('leaves haarcascade_%s to OpenCV, and says why', async (name, reason) => {
    const { stdout } = await run(program, [join(cascadesDir, `haarcascade_${name}.xml`)]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toContain(reason);
  });
});
