import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { capture, nodedirArgs, nodeTool, opencvVersion, root } from '../run.mjs';
import { SetupError } from '../say.mjs';
import { digestOf, readStamp, writeStamp } from '../setup/stamp.mjs';

const outcome = join('build', 'Release', 'emochat.node');

/** What binding.gyp takes to build under AddressSanitizer and UndefinedBehaviorSanitizer. */
const sanitize = ['--', '-Dsanitize=1'];

function sourceDigest(gypArgs = []) {
  return digestOf(['binding.gyp', 'src/native'], [opencvVersion() ?? '', process.arch, ...gypArgs]);
}

function isCurrent(folder, digest) {
  const stamp = join(folder, 'build', 'Release', '.emochat-stamp');
  return existsSync(join(folder, outcome)) && readStamp(stamp) === digest;
}

function build(folder, digest, gypArgs = []) {
  const quietly = ['rebuild', '--loglevel', 'error', '-j', 'max'];
  const { status, output } = capture(process.execPath, [
    nodeTool('node-gyp/bin/node-gyp.js'),
    ...[...quietly, '-C', folder, ...nodedirArgs(), ...gypArgs],
  ]);
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

/** The object file that the addon's build leaves of one of its sources. */
export function addonObject(source) {
  return join(root, 'build', 'Release', 'obj.target', 'emochat', source.replace(/\.cpp$/, '.o'));
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
  const digest = sourceDigest(sanitize);
  if (!isCurrent(folder, digest)) {
    mkdirSync(folder, { recursive: true });
    for (const name of ['binding.gyp', 'src']) {
      rmSync(join(folder, name), { force: true });
      symlinkSync(join(root, name), join(folder, name));
    }
    build(folder, digest, sanitize);
  }
  return join(folder, outcome);
}
