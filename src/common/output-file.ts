import { mkdir, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { newPartPath, removePartsOfTheDead } from './part-file.js';
import { UserError, type Message } from './user-error.js';
import { texts } from './texts.js';

/** A file that is being written. */
export interface OutputFile {
  /** @throws UserError `OUTPUT_UNWRITABLE`, e.g. if the disk is full. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Puts bytes over those that have been written. @throws as `write`. */
  writeAt(bytes: Uint8Array, position: number): Promise<void>;
}

/**
 * Writes a file bit by bit under a temporary name; it takes its own name only when `work` is done. Until then, and if
 * `work` fails, what has that name stays. If that is a link, the file it leads to is the one replaced. Folders are made.
 *
 * @param option the option that names the file, for the error message.
 * @returns what `work` gives.
 * @throws UserError `OUTPUT_UNWRITABLE`, before any work if the place cannot be written to or is no file; what `work` throws.
 */
export async function writeWhole<Result>(
  file: string,
  work: (output: OutputFile) => Promise<Result>,
  option = '--output',
): Promise<Result> {
  const attempt = <Value>(promise: Promise<Value>): Promise<Value> => promise.catch(unwritable(file, option));
  const target = await attempt(replaceable(file, option));
  const [folder, name] = [dirname(target), basename(target)];
  const partial = newPartPath(folder, name);
  const handle = await attempt(open(partial, 'wx'));
  try {
    // What killed processes left of this file; where the folder cannot be listed it stays.
    await removePartsOfTheDead(folder, name).catch(() => undefined);
    const result = await work({
      write: (piece) => attempt(handle.appendFile(piece)),
      writeAt: (bytes, position) => attempt(overwrite(handle, bytes, position)),
    });
    await attempt(commit(handle, partial, target));
    return result;
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}

/** Where the file really lies. Renaming onto a folder fails and onto a device replaces it, so neither is taken. */
async function replaceable(file: string, option: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return file;
  if (found.isFile()) return realpath(file);
  throw outputUnwritable(file, option, found.isDirectory() ? texts.isAFolder : texts.notAFile);
}

async function overwrite(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function commit(handle: FileHandle, partial: string, target: string): Promise<void> {
  await handle.sync();
  await handle.close();
  await rename(partial, target);
}

function unwritable(file: string, option: string): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
    throw outputUnwritable(file, option, { es: cause.message, en: cause.message }, cause);
  };
}

function outputUnwritable(file: string, option: string, reason: Message, cause?: Error): UserError {
  return new UserError('OUTPUT_UNWRITABLE', texts.outputUnwritable(file, reason, option), { cause });
}
