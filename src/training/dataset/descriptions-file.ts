import { open, type FileHandle } from 'node:fs/promises';
import { UserError } from '../../common/user-error.js';
import { descriptionLength } from '../../vision/addon/native.js';
import { emptyDescriptions, type Dataset } from './dataset.js';
import { npyHead, readNpyHead } from './npy.js';
import type { OutputFile } from '../../common/output-file.js';
import { texts } from '../texts.js';

/** Most bytes of a head that is read. */
const headRead = 4096;

/** The file beside `data.txt` that holds what the pictures look like: `data.picture.npy`, as many rows of 3,744 bytes. */
export function descriptionsPath(dataFile: string): string {
  return `${dataFile.replace(/\.txt$/i, '')}.picture.npy`;
}

/** Writes descriptions row by row. */
export class DescriptionsWriter {
  readonly #file: OutputFile;
  #rows = 0;

  /** @param file that nothing has been written to yet. */
  constructor(file: OutputFile) {
    this.#file = file;
  }

  async add(description: Uint8Array): Promise<void> {
    // How many rows there will be is not known yet.
    if (this.#rows === 0) await this.#file.write(npyHead(0, descriptionLength));
    this.#rows += 1;
    await this.#file.write(description);
  }

  /** Says in the head how many there are. */
  async finish(): Promise<void> {
    await this.#file.writeAt(npyHead(this.#rows, descriptionLength), 0);
  }
}

/**
 * The data set with what its pictures look like, from the file beside it.
 *
 * @throws UserError `PICTURES_MISSING` if there is none, `PICTURES_INVALID` if it is damaged or belongs to other rows.
 */
export async function withDescriptions(dataset: Dataset, dataFile: string): Promise<Dataset> {
  const path = descriptionsPath(dataFile);
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!missing) throw new UserError('PICTURES_INVALID', texts.picturesInvalid(path, dataFile), { cause });
    throw new UserError('PICTURES_MISSING', texts.picturesMissing(path), { cause });
  }
  try {
    return { ...dataset, descriptions: await readDescriptions(file, dataset.rows) };
  } catch (cause) {
    throw new UserError('PICTURES_INVALID', texts.picturesInvalid(path, dataFile), { cause });
  } finally {
    await file.close();
  }
}

async function readDescriptions(file: FileHandle, rows: number): Promise<Uint8Array<SharedArrayBuffer>> {
  const start = Buffer.alloc(headRead);
  const { bytesRead } = await file.read(start, 0, headRead, 0);
  const head = readNpyHead(start.subarray(0, bytesRead));
  const { size } = await file.stat();
  const fits =
    head?.rows === rows &&
    head.columns === descriptionLength &&
    size === head.length + rows * descriptionLength;
  if (!fits) throw new RangeError('not an array of this many rows');
  const descriptions = emptyDescriptions(rows);
  const bytes = Buffer.from(descriptions.buffer);
  let at = 0;
  while (at < bytes.length) {
    const read = await file.read(bytes, at, Math.min(bytes.length - at, 2 ** 24), head.length + at);
    if (read.bytesRead === 0) throw new RangeError('the file ends early');
    at += read.bytesRead;
  }
  return descriptions;
}
