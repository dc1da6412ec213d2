import { readFile, stat } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { errorCode } from '../../common/error-code.js';

/**
 * What is known of a model file since its digest was last checked; kept beside it as `<file>.verified`.
 * One record a file, so that two processes never overwrite each other's knowledge of another file.
 */
export interface VerifiedRecord {
  readonly sha256: string;
  /** Address or path that the file came from, if we fetched it. */
  readonly source: string;
  readonly stamp: FileStamp;
}

/** What changes whenever the bytes of a file do; nanoseconds as decimal strings. */
export interface FileStamp {
  readonly size: string;
  readonly inode: string;
  readonly modifiedNs: string;
  readonly changedNs: string;
}

const stampFields = ['size', 'inode', 'modifiedNs', 'changedNs'] as const;

/** The stamp of a file, or `undefined` if there is none. */
export async function stampOf(file: string): Promise<FileStamp | undefined> {
  try {
    const { size, ino, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return { size: `${size}`, inode: `${ino}`, modifiedNs: `${mtimeNs}`, changedNs: `${ctimeNs}` };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a file is untouched since a stamp was taken. */
export function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return stampFields.every((field) => a[field] === b[field]);
}

/** The record of a file; `undefined` if there is none or it is no record, which only means that the file is hashed again. */
export async function readRecord(file: string): Promise<VerifiedRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(recordFile(file), 'utf8'));
    return isRecord(record) ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Notes that a file has been verified; does nothing on a disk that is full or cannot be written. */
export async function writeRecord(file: string, record: VerifiedRecord): Promise<void> {
  await writeIfPossible(recordFile(file), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** A record only saves time: where it cannot be written, the next start hashes or asks again. */
const tolerated = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'];

/** Writes a record atomically; does nothing on a disk that is full or cannot be written. */
export async function writeIfPossible(file: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(file, text);
  } catch (error) {
    if (!tolerated.includes(errorCode(error) ?? '')) throw error;
  }
}

function recordFile(file: string): string {
  return `${file}.verified`;
}

function isRecord(value: unknown): value is VerifiedRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { sha256, source, stamp } = value as Partial<Record<keyof VerifiedRecord, unknown>>;
  if (typeof sha256 !== 'string' || typeof source !== 'string') return false;
  if (typeof stamp !== 'object' || stamp === null) return false;
  return stampFields.every((field) => typeof (stamp as Partial<FileStamp>)[field] === 'string');
}
