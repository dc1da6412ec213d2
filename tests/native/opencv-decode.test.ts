import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { referenceFrames } from '../support/photos.js';
import { describeWith, facesDir, projectRoot, referenceDir } from '../support/shared.js';

const run = promisify(execFile);
const folder = join(projectRoot, '.cache/tests');
const program = join(folder, 'compare_decode');

/** Builds the comparison with the project's decoders and the installed OpenCV. */
async function buildComparison(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const kernels = ['decode_jpeg', 'decode_png', 'decode_webp', 'grey_simd', 'image_decode', 'image_header'];
  const native = join(projectRoot, 'src/native');
  const packages = ['opencv4', 'libjpeg', 'libpng', 'libwebp'];
  const { stdout: flags } = await run('pkg-config', ['--cflags', ...packages]);
  const { stdout: libraries } = await run('pkg-config', ['--libs', ...packages.slice(1)]);
  await run('g++', [
    ...['-std=c++20', '-O3', '-ffp-contract=off', `-I${native}`, ...flags.trim().split(/\s+/)],
    join(import.meta.dirname, 'opencv/compare_decode.cpp'),
    ...kernels.map((name) => join(native, `${name}.cpp`)),
    ...['-o', program, ...libraries.trim().split(/\s+/), '-lhwy'],
    ...['imgcodecs', 'imgproc', 'core'].map((name) => `-lopencv_${name}`),
  ]);
}

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
  beforeAll(buildComparison, 300_000);

  test(
    'give the same grey of every reference picture and thousands of photos',
    { timeout: 600_000 },
    async () => {
      const photos = ['affect/happy', 'affect/sad', 'raf/test/happy', 'raf/test/neutral'].flatMap((name) =>
        readdirSync(join(facesDir, name)).map((file) => join(facesDir, name, file)),
      );
      const files = [...referenceFrames().map(({ file }) => file), ...photos];
      expect(await compare(...files)).toEqual({ different: [], pictures: files.length, taken: files.length });
    },
  );

  test('give the same grey of every kind of JPEG, PNG and WebP there is', { timeout: 600_000 }, async () => {
    const { different, pictures, taken } = await compare('--made', '1', '2000');
    expect(different).toEqual([]);
    expect(pictures).toBe(2000);
    // The others have colour models that no decoder turns to colours.
    expect(taken).toBeGreaterThan(1800);
  });

  test('take and refuse the same damaged pictures', { timeout: 600_000 }, async () => {
    const { different, pictures, taken } = await compare('--damaged', '1', '4000');
    expect(different).toEqual([]);
    expect(pictures).toBe(4000);
    expect(taken).toBeGreaterThan(1000);
  });
});
