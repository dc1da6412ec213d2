/**
 * `npm run bench`: the cascade evaluator against OpenCV's classifier, one thread each, on real pictures, in one run.
 * Prints a line a size of picture: medians in milliseconds of the thread's own processor time, and their ratio.
 * `npm run bench -- 9` takes nine rounds a picture instead of three.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { capture, root, show } from './lib/run.mjs';
import { runScript, say, SetupError } from './lib/say.mjs';

const native = join(root, 'src', 'native');
const reference = resolve(root, '..', 'shared', 'reference', 'frames');
const cascade = resolve(root, '..', 'shared', 'models', 'haarcascade_frontalface_default.xml');

function buildBench() {
  const program = join(root, '.cache', 'bench', 'bench_cascade');
  mkdirSync(join(root, '.cache', 'bench'), { recursive: true });
  const kernels = readdirSync(native).filter((name) => name.endsWith('.cpp') && name !== 'binding.cpp');
  const { status, output } = capture('g++', [
    ...['-std=c++20', '-O3', '-ffp-contract=off', `-I${native}`],
    ...capture('pkg-config', ['--cflags', 'opencv4']).stdout.trim().split(/\s+/),
    join(root, 'tests', 'bench', 'native', 'bench_cascade.cpp'),
    ...kernels.map((name) => join(native, name)),
    ...['-o', program, '-lhwy', '-lpthread'],
    ...capture('pkg-config', ['--libs', 'libjpeg', 'libpng', 'libwebp']).stdout.trim().split(/\s+/),
    ...['objdetect', 'imgcodecs', 'imgproc', 'core'].map((name) => `-lopencv_${name}`),
  ]);
  if (status !== 0) {
    throw new SetupError(
      'El programa de medida no se pudo compilar. Ejecuta: npm run setup',
      'The benchmark could not be compiled. Run: npm run setup',
      output,
    );
  }
  return program;
}

/** Every third of the reference pictures that may hold a face: clip frames, crowds, enlarged photos. */
function pictures() {
  const names = readdirSync(reference).filter((name) => /^(clip|many|enlarged)/.test(name));
  return names.filter((_, i) => i % 3 === 0).map((name) => join(reference, name));
}

await runScript(() => {
  if (!existsSync(reference) || !existsSync(cascade)) {
    throw new SetupError(
      'Faltan las imágenes de ../shared/reference, con las que se mide.',
      'The pictures of ../shared/reference, which are measured on, are missing.',
    );
  }
  say('Compilando y midiendo (unos 3 minutos)…', 'Building and measuring (about 3 minutes)…');
  process.exitCode = show(buildBench(), [cascade, process.argv[2] ?? '3', ...pictures()]);
});
