import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { lockDigest } from './npm-packages.mjs';
import { capture, nodeTool, root } from '../run.mjs';
import { SetupError } from '../say.mjs';
import { digestOf, readStamp, writeStamp } from './stamp.mjs';

const dist = join(root, 'dist');
const entry = join(dist, 'cli', 'main.js');
const stamp = join(dist, '.emochat-stamp');
const link = join(root, 'node_modules', '.bin', 'emochat');
const linkTarget = join('..', '..', 'dist', 'cli', 'main.js');

function sourceDigest() {
  return digestOf(['src', 'tsconfig.json'], [lockDigest()]);
}

/** Whether dist/ was compiled from these sources. */
export function typescriptIsBuilt() {
  return existsSync(entry) && readStamp(stamp) === sourceDigest();
}

/** Compiles src/ to dist/ and clears out what has no source any more. @throws SetupError with the compiler's errors. */
export function buildTypescript() {
  const digest = sourceDigest();
  const { status, output } = capture(process.execPath, [
    nodeTool('typescript/bin/tsc'),
    '-p',
    'tsconfig.json',
  ]);
  if (status !== 0) {
    throw new SetupError(
      'El código TypeScript no compila; los errores están arriba.',
      'The TypeScript code does not compile; the errors are above.',
      output,
    );
  }
  removeOrphans('');
  chmodSync(entry, 0o755);
  writeStamp(stamp, digest);
}

function removeOrphans(folder) {
  for (const name of readdirSync(join(dist, folder))) {
    const path = join(folder, name);
    if (statSync(join(dist, path)).isDirectory()) removeOrphans(path);
    else if (
      /\.js(\.map)?$/.test(name) &&
      !existsSync(join(root, 'src', path.replace(/\.js(\.map)?$/, '.ts')))
    ) {
      rmSync(join(dist, path));
    }
  }
}

/** Whether `npx emochat` finds the built command line from the checkout. */
export function commandIsLinked() {
  try {
    return readlinkSync(link) === linkTarget;
  } catch {
    return false;
  }
}

/** Puts `emochat` where npx looks first. */
export function linkCommand() {
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(linkTarget, link);
}
