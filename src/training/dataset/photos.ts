import type { Dirent, Stats } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { printable } from '../../common/printable.js';
import { UserError, type Message } from '../../common/user-error.js';
import { FrameError } from '../../vision/vision.js';
import { systemPath, textOfName } from '../../common/file-names.js';
import { texts } from '../texts.js';

/** Largest photo file that is read, in bytes. */
const maxPhotoBytes = 256 * 1024 * 1024;

/** The last ones cannot be decoded: such a file is named as left out, or is a JPEG, PNG or WebP file that is called wrongly. */
const imageExtensions = new Set([
  ...['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp'],
  ...['.gif', '.heic', '.heif', '.avif', '.bmp', '.tif', '.tiff', '.jxl'],
]);

/** What lies in a folder. */
export interface Entry {
  /** As `textOfName` gives it. */
  name: string;
  kind: 'file' | 'folder' | 'link' | 'other';
}

/**
 * The entries of a folder by name, in the order of their code units, as Python's `sorted` gives them for most names.
 * @throws UserError `FOLDER_UNREADABLE`.
 */
export async function sortedEntries(folder: string): Promise<Entry[]> {
  try {
    const found = await readdir(systemPath(folder), { withFileTypes: true, encoding: 'buffer' });
    const entries = found.map((entry) => ({ name: textOfName(entry.name), kind: kindOf(entry) }));
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw unreadable('FOLDER_UNREADABLE', folder, error);
  }
}

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): Entry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** A picture that was found, or a folder that could not be looked into, and why. */
export interface FoundImage {
  file: string;
  fault?: UserError;
}

/**
 * All pictures in a folder and the folders in it, by name; links to folders are not followed. What is a picture is told by the
 * name, and of files whose name has no ending by the first bytes.
 */
export async function* findImages(folder: string): AsyncGenerator<FoundImage, void, undefined> {
  const entries = await sortedEntries(folder).catch(faultOfPath);
  if (entries instanceof UserError) {
    yield { file: folder, fault: entries };
    return;
  }
  for (const entry of entries) {
    const file = join(folder, entry.name);
    if (entry.kind === 'folder') yield* findImages(file);
    else if (await isImage(file, entry)) yield { file };
  }
}

async function isImage(file: string, { name, kind }: Entry): Promise<boolean> {
  const ending = extname(name).toLowerCase();
  if (ending !== '' || kind !== 'file') return imageExtensions.has(ending);
  // One that cannot be opened is no picture for all we know; those called like one are told when they are read.
  return startOf(file).then(
    (start) => decodedFormats.some((signature) => signature.test(start)),
    () => false,
  );
}

const decodedFormats = [/^\xff\xd8\xff/, /^\x89PNG\r\n/, /^RIFF[^]{4}WEBP/];

/** The first bytes of a file, a character a byte. */
async function startOf(file: string): Promise<string> {
  const handle = await open(systemPath(file));
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
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
    const bytes = await readPhoto(file);
    return await analyze(bytes).catch((error: unknown) => {
      throw namedFormat(error, bytes);
    });
  } catch (error) {
    return faultOfPath(error);
  }
}

/** Formats of pictures that are not decoded, by how a file of theirs begins. */
const otherFormats: readonly [name: string, start: RegExp][] = [
  ['GIF', /^GIF8/],
  ['BMP', /^BM/],
  ['TIFF', /^(?:II\*\0|MM\0\*)/],
  ['AVIF', /^[^]{4}ftypavi[fs]/],
  ['HEIC', /^[^]{4}ftyp(?:hei|hev|mif1|msf1)/],
  ['JPEG XL', /^(?:\xff\n|[^]{4}JXL )/],
];

/** The error, or if the picture is of a format that we know by name, one that says so. */
function namedFormat(error: unknown, bytes: Uint8Array): unknown {
  if (!(error instanceof FrameError) || error.code !== 'IMAGE_UNKNOWN') return error;
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  const [format] = otherFormats.find(([, signature]) => signature.test(start)) ?? [];
  if (format === undefined) return error;
  return new UserError(error.code, texts.formatNotRead(format), { cause: error });
}

async function readPhoto(file: string): Promise<Uint8Array> {
  let found: Stats;
  try {
    found = await stat(systemPath(file));
    if (found.isFile() && found.size <= maxPhotoBytes) return await readFile(systemPath(file));
  } catch (error) {
    throw unreadable('FILE_UNREADABLE', file, error);
  }
  throw new UserError('FILE_UNREADABLE', noPhoto(found));
}

function noPhoto(found: Stats): Message {
  if (found.isFile()) {
    return texts.photoTooLarge;
  }
  return found.isDirectory() ? texts.photoIsAFolder : texts.photoIsNoFile;
}

/** Gives the error back if it is a fault of what was to be read; throws it otherwise. */
function faultOfPath(error: unknown): UserError {
  const ours = error instanceof FrameError && ['QUEUE_FULL', 'CLOSED'].includes(error.code);
  if (error instanceof UserError && !ours) return error;
  throw error;
}

function unreadable(code: string, path: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  return new UserError(code, texts.photoUnreadable(printable(path), printable(cause.message)), { cause });
}
