import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { UserError } from '../common/user-error.js';
import { FrameError } from '../vision/vision.js';

/** Largest photo file that is read, in bytes. */
export const maxPhotoBytes = 256 * 1024 * 1024;

const imageExtensions = new Set(['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp']);

/** Whether a file's name ends like that of a picture that can be decoded. */
export function hasImageExtension(name: string): boolean {
  return imageExtensions.has(extname(name).toLowerCase());
}

/**
 * The entries of a folder by name, in the order of their code units, as Python's `sorted` gives them for most names.
 * @throws UserError `FOLDER_UNREADABLE`.
 */
export async function sortedEntries(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw unreadable('FOLDER_UNREADABLE', folder, error);
  }
}

/** All pictures in a folder and the folders in it, by name; links to folders are not followed. */
export async function findImages(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await sortedEntries(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await findImages(path)));
    else if (hasImageExtension(entry.name)) found.push(path);
  }
  return found;
}

/**
 * Reads a photo's bytes and hands them to `analyze`.
 *
 * @returns the analysis, or why this one file gave none; the caller goes on with the next.
 * @throws what is no fault of the file, such as a full queue.
 */
export async function analyzePhoto<Result>(
  file: string,
  analyze: (bytes: Uint8Array) => Promise<Result>,
): Promise<Result | UserError> {
  try {
    return await analyze(await readPhoto(file));
  } catch (error) {
    if (isFaultOfFile(error)) return error;
    throw error;
  }
}

async function readPhoto(file: string): Promise<Uint8Array> {
  let size: number;
  try {
    const found = await stat(file);
    size = found.size;
    if (found.isFile() && size <= maxPhotoBytes) return await readFile(file);
  } catch (error) {
    throw unreadable('FILE_UNREADABLE', file, error);
  }
  throw new UserError('FILE_UNREADABLE', {
    es: size > maxPhotoBytes ? 'El archivo es demasiado grande para ser una foto.' : 'No es un archivo.',
    en: size > maxPhotoBytes ? 'The file is too large to be a photo.' : 'This is not a file.',
  });
}

function isFaultOfFile(error: unknown): error is UserError {
  if (error instanceof FrameError) return error.code !== 'QUEUE_FULL' && error.code !== 'CLOSED';
  return error instanceof UserError && error.code === 'FILE_UNREADABLE';
}

function unreadable(code: string, path: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  return new UserError(
    code,
    { es: `No se puede leer ${path} (${cause.message}).`, en: `${path} cannot be read (${cause.message}).` },
    { cause },
  );
}
