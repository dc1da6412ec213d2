import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { referenceFrames } from '../support/photos.js';
import { describeWith, projectRoot, referenceDir, sharedCascade } from '../support/shared.js';

const run = promisify(execFile);

/** Where Debian's opencv-data puts the cascades that OpenCV comes with. */
const cascadesDir = '/usr/share/opencv4/haarcascades';

const folder = join(projectRoot, '.cache/tests');
const program = join(folder, 'compare_cascades');

/** Builds the comparison with the project's evaluator and the installed OpenCV. */
async function buildComparison(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const kernels = [
    'cascade_detector',
    'cascade_model',
    'cascade_simd',
    'image_pyramid',
    'packed_cascade',
    'resize_simd',
  ];
  const native = join(projectRoot, 'src/native');
  const sources = kernels.map((name) => join(native, `${name}.cpp`));
  const libraries = ['objdetect', 'imgcodecs', 'imgproc', 'core'].map((name) => `-lopencv_${name}`);
  const { stdout } = await run('pkg-config', ['--cflags', 'opencv4']);
  await run('g++', [
    ...['-std=c++20', '-O3', '-ffp-contract=off', `-I${native}`, ...stdout.trim().split(/\s+/)],
    ...[join(import.meta.dirname, 'opencv/compare_cascades.cpp'), ...sources],
    ...['-o', program, '-lhwy', ...libraries],
  ]);
}

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
  beforeAll(buildComparison, 300_000);

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
