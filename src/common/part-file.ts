import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './error-code.js';

/**
 * What is not whole yet is written to `<name>.<host>-<pid>-<random>.part` beside its target: no two processes share a part, and no
 * lock is held. A transfer takes over what a process left that died, by renaming it.
 */
interface Part {
  readonly path: string;
  readonly host: string;
  readonly pid: number;
  readonly size: number;
  readonly modifiedMs: number;
}

/** Milliseconds; longer than a live transfer goes without writing: six tries that are silent, and the waits between. */
const abandonedAfterMs = 300_000;

/**
 * The path of a part file of our own for `name` in `folder`. It holds what a dead process left of the same
 * transfer, the longest if there are several, or does not exist yet. Other abandoned parts of `name` are deleted.
 */
export async function claimPart(folder: string, name: string): Promise<string> {
  const own = newPartPath(folder, name);
  const abandoned = (await partsOf(folder, name)).filter(isAbandoned).sort((a, b) => b.size - a.size);
  let claimed = false;
  for (const part of abandoned) {
    if (claimed) await rm(part.path, { force: true });
    else claimed = await takeOver(part.path, own);
  }
  return own;
}

/** A path for a part file that nobody else uses. */
export function newPartPath(folder: string, name: string): string {
  return join(folder, `${name}.${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}.part`);
}

/** Deletes what dead processes left of `name`. */
export async function removeAbandonedParts(folder: string, name: string): Promise<void> {
  const abandoned = (await partsOf(folder, name)).filter(isAbandoned);
  await Promise.all(abandoned.map(({ path }) => rm(path, { force: true })));
}

/**
 * Deletes what processes of this host left of `name` that are gone. However long a live one has not written, its part stays: a file
 * may be begun long before there is anything to write.
 */
export async function removePartsOfTheDead(folder: string, name: string): Promise<void> {
  const dead = (await partsOf(folder, name)).filter((part) => part.host === hostname() && !isRunning(part));
  await Promise.all(dead.map(({ path }) => rm(path, { force: true })));
}

async function takeOver(from: string, to: string): Promise<boolean> {
  try {
    // Touched first: from here on it must not look abandoned to anyone else.
    await utimes(from, new Date(), new Date());
    await rename(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function partsOf(folder: string, name: string): Promise<Part[]> {
  const parts = (await readdir(folder)).map((entry) => parsePart(folder, name, entry));
  return (await Promise.all(parts)).filter((part) => part !== undefined);
}

async function parsePart(folder: string, name: string, entry: string): Promise<Part | undefined> {
  const owner = /^(.+)-(\d+)-[0-9a-f]{8}\.part$/.exec(entry.slice(name.length + 1));
  if (!entry.startsWith(`${name}.`) || !owner) return undefined;
  const path = join(folder, entry);
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, host: owner[1] ?? '', pid: Number(owner[2]), size, modifiedMs: mtimeMs };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAbandoned(part: Part): boolean {
  if (part.host === hostname() && !isRunning(part)) return true;
  return Date.now() - part.modifiedMs > abandonedAfterMs;
}

/** Whether the process that wrote a part on this host may still be writing. */
function isRunning(part: Part): boolean {
  if (part.pid === process.pid) {
    // In a container every start has the same number: what is older than this process belongs to one before it.
    return part.modifiedMs >= Date.now() - process.uptime() * 1000;
  }
  try {
    process.kill(part.pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
