import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './shared.js';

const run = promisify(execFile);

/**
 * Builds `tests/native/opencv/<name>.cpp`, a program that does with OpenCV itself what ours is measured by.
 * @param libraries OpenCV's, without `opencv_`.
 * @param kernels sources in `src/native` that it is built with, as the addon is.
 * @returns path of the program.
 */
export async function buildYardstick(
  name: string,
  libraries: string[],
  kernels: string[] = [],
): Promise<string> {
  const folder = join(projectRoot, '.cache/tests');
  const program = join(folder, name);
  await mkdir(folder, { recursive: true });
  const sources = [
    join(projectRoot, 'tests/native/opencv', `${name}.cpp`),
    ...kernels.map((kernel) => join(projectRoot, 'src/native', kernel)),
  ];
  const { stdout } = await run('pkg-config', ['--cflags', 'opencv4']);
  const include = ['-I', join(projectRoot, 'src/native'), ...stdout.trim().split(/\s+/)];
  const options = ['-O2', '-std=c++20', '-ffp-contract=off', ...include, '-o', program];
  const ours = kernels.length > 0 ? ['-lhwy'] : [];
  await run('g++', [
    ...[...options, ...sources, ...ours],
    ...libraries.map((library) => `-lopencv_${library}`),
  ]);
  return program;
}
