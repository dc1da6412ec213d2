import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../run.mjs';
import { say } from '../say.mjs';

function filesBelow(path) {
  if (!existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** SHA-256 (hex) over the names and contents of files and whole folders, paths from the checkout, and further words. */
export function digestOf(paths, words = []) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesBelow)) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.update(words.join('\0')).digest('hex');
}

/** What a stamp file says, or null if there is none. */
export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** Writes a stamp under a temporary name and renames it into place. */
export function writeStamp(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/**
 * Does `work` while no other process holds the lock file; waits for its holder, and takes over from one that died.
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  if (!take(file)) {
    say(
      'Otro proceso ya hace este trabajo; espero a que termine.',
      'Another process is at this already; waiting for it.',
    );
    while (!take(file)) await sleep(300);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!holderLives(file)) rmSync(file, { force: true });
    return false;
  }
}

function holderLives(file) {
  const pid = Number(readStamp(file) ?? 0);
  // A lock without a number is one that its taker is just writing.
  if (!(pid > 0)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
