import { join } from 'node:path';
import { buildPrograms } from '../../scripts/lib/native/native-program.mjs';

/**
 * Builds `tests/native/opencv/<name>.cpp`, a program that does with OpenCV itself what ours is measured by, together with
 * the kernels of `src/native`.
 * @param libraries OpenCV's, without `opencv_`, besides those that the kernels use themselves.
 * @returns path of the program.
 */
export async function buildYardstick(name: string, libraries: string[] = []): Promise<string> {
  const source = join('tests/native/opencv', `${name}.cpp`);
  const [program = ''] = await buildPrograms([
    { source, libraries: libraries.map((library) => `opencv_${library}`) },
  ]);
  return program;
}
