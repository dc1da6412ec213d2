import type { Dirent, Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { UserError, type Message } from '../common/user-error.js';
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

/** A picture that was found, or a folder that could not be looked into, and why. */
export interface FoundImage {
  file: string;
  fault?: UserError;
}

/** All pictures in a folder and the folders in it, by name; links to folders are not followed. */
export async function* findImages(folder: string): AsyncGenerator<FoundImage, void, undefined> {
  const entries = await sortedEntries(folder).catch(faultOfPath);
  if (entries instanceof UserError) {
    yield { file: folder, fault: entries };
    return;
  }
  for (const entry of entries) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) yield* findImages(file);
    else if (hasImageExtension(entry.name)) yield { file };
  }
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
    return faultOfPath(error);
  }
}

async function readPhoto(file: string): Promise<Uint8Array> {
  let found: Stats;
  try {
    found = await stat(file);
    if (found.isFile() && found.size <= maxPhotoBytes) return await readFile(file);
  } catch (error) {
    throw unreadable('FILE_UNREADABLE', file, error);
  }
  throw new UserError('FILE_UNREADABLE', noPhoto(found));
}

function noPhoto(found: Stats): Message {
  if (found.isFile()) {
    return {
      es: 'El archivo es demasiado grande para ser una foto.',
      en: 'The file is too large to be a photo.',
    };
  }
  return found.isDirectory()
    ? { es: 'Es una carpeta; sus fotos no se usan.', en: 'This is a folder; photos in it are not used.' }
    : { es: 'No es un archivo.', en: 'This is not a file.' };
}

/** Gives the error back if it is a fault of what was to be read; throws it otherwise. */
function faultOfPath(error: unknown): UserError {
  const ours = error instanceof FrameError && ['QUEUE_FULL', 'CLOSED'].includes(error.code);
  if (error instanceof UserError && !ours) return error;
  throw error;
}

function unreadable(code: string, path: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  return new UserError(
    code,
    { es: `No se puede leer ${path} (${cause.message}).`, en: `${path} cannot be read (${cause.message}).` },
    { cause },
  );
}
