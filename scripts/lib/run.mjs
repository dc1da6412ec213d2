import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: where package.json lies. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Runs a program to its end and keeps what it prints, both streams.
 * @returns `status` is null if the program does not exist or was killed.
 */
export function capture(program, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  return { status, output: `${stdout ?? ''}${stderr ?? ''}`, stdout: stdout ?? '' };
}

/** Runs a program on this terminal; gives its exit code, 1 if it could not be started or was killed. */
export function show(program, args, options = {}) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  return status ?? 1;
}

/** The path of an executable on PATH, or null. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      continue;
    }
  }
  return null;
}

/** A JavaScript tool of node_modules as arguments for Node, e.g. `nodeTool('typescript/bin/tsc')`. */
export function nodeTool(path) {
  return join(root, 'node_modules', path);
}

/** Node's own include folder if it holds the headers of the very version that runs, else null. */
export function nodeHeaders() {
  const include = join(dirname(dirname(process.execPath)), 'include', 'node');
  const versionFile = join(include, 'node_version.h');
  if (!existsSync(versionFile)) return null;
  const text = readFileSync(versionFile, 'utf8');
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
  const version = ['MAJOR', 'MINOR', 'PATCH'].map(part).join('.');
  return version === process.versions.node ? include : null;
}

/** Arguments for node-gyp that spare it the download of Node's headers where they lie beside Node. */
export function nodedirArgs() {
  const include = nodeHeaders();
  return include === null ? [] : ['--nodedir', dirname(dirname(include))];
}

/** The version of the installed OpenCV as pkg-config knows it, or null. */
export function opencvVersion() {
  const { status, stdout } = capture('pkg-config', ['--modversion', 'opencv4']);
  return status === 0 ? stdout.trim() : null;
}
