import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { capture, nodedirArgs, nodeTool, opencvVersion, root } from './run.mjs';
import { SetupError } from './say.mjs';
import { digestOf, readStamp, writeStamp } from './stamp.mjs';

const outcome = join('build', 'Release', 'emochat.node');

/** Compiler and linker flags of the build for AddressSanitizer and UndefinedBehaviorSanitizer. */
const sanitizers = '-fsanitize=address,undefined';
const sanitizeFlags = `${sanitizers} -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g -O1`;

function sourceDigest(flags = '') {
  return digestOf(['binding.gyp', 'src/native'], [opencvVersion() ?? '', process.arch, flags]);
}

function isCurrent(folder, digest) {
  const stamp = join(folder, 'build', 'Release', '.emochat-stamp');
  return existsSync(join(folder, outcome)) && readStamp(stamp) === digest;
}

function build(folder, digest, env = {}) {
  const { status, output } = capture(
    process.execPath,
    [
      nodeTool('node-gyp/bin/node-gyp.js'),
      'rebuild',
      '--loglevel',
      'error',
      '-C',
      folder,
      '-j',
      'max',
      ...nodedirArgs(),
    ],
    { env: { ...process.env, ...env } },
  );
  if (status !== 0) {
    throw new SetupError(
      'El núcleo nativo no se pudo compilar; arriba está lo que dijo el compilador. Si faltan los archivos de OpenCV o de Node, ejecuta npm run setup con conexión a internet.',
      'The native core could not be compiled; what the compiler said is above. If OpenCV or Node headers are missing, run npm run setup with a network.',
      output,
    );
  }
  writeStamp(join(folder, 'build', 'Release', '.emochat-stamp'), digest);
}

/** Whether the addon is there and was built from these sources, against this OpenCV, for this machine. */
export function addonIsBuilt() {
  return isCurrent(root, sourceDigest());
}

/** Builds `build/Release/emochat.node`. @throws SetupError with the compiler's output. */
export function buildAddon() {
  build(root, sourceDigest());
}

/**
 * Builds the same addon under the sanitizers, in a folder of its own so that the real one stays, if it is not current.
 * @returns the path of its `.node` file.
 */
export function buildSanitizedAddon() {
  const folder = join(root, '.cache', 'sanitize');
  const digest = sourceDigest(sanitizeFlags);
  if (!isCurrent(folder, digest)) {
    mkdirSync(folder, { recursive: true });
    for (const name of ['binding.gyp', 'src']) {
      rmSync(join(folder, name), { force: true });
      symlinkSync(join(root, name), join(folder, name));
    }
    build(folder, digest, { CXXFLAGS: sanitizeFlags, CFLAGS: sanitizeFlags, LDFLAGS: sanitizers });
  }
  return join(folder, outcome);
}
