import { open, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../../common/error-code.js';
import { diskFull } from '../errors.js';
import { TransferError } from './transfer-error.js';
import {
  openResponse,
  statusError,
  withRetries,
  type OpenResponse,
  type TransferOptions,
} from './transfer.js';

/** Bytes; several times the largest file we know, so that a hostile server cannot fill the disk. */
const sizeLimit = 256 * 1024 * 1024;

export interface DownloadOptions extends TransferOptions {
  /** Bytes on disk so far, and the size of the whole if the server has said it. */
  readonly onBytes?: (received: number, total: number | undefined) => void;
  /** Called whenever bytes of the file come in; not for what was on disk before, nor for the head of an answer. */
  readonly onData?: (() => void) | undefined;
}

/**
 * Appends to `part` until it holds the whole of `url`, going on from what is there, across broken connections.
 * Every series of tries that brought bytes is followed by another; the digest is the caller's to check.
 * @throws TransferError what kept the last try from succeeding; UserError `DISK_FULL`.
 */
export async function download(url: URL, part: string, options: DownloadOptions): Promise<void> {
  const attempt = patientOnceConnected(url, part, options);
  for (;;) {
    const before = await sizeOf(part);
    try {
      await withRetries(attempt, options);
      return;
    } catch (error) {
      const gained = (await sizeOf(part)) > before;
      if (!(gained && error instanceof TransferError && error.retry !== 'never')) throw error;
    }
  }
}

/** A network that was there comes back: what would end the first tries soon is worth waiting for later. */
function patientOnceConnected(url: URL, part: string, options: DownloadOptions): () => Promise<void> {
  let connected = false;
  const onBytes: DownloadOptions['onBytes'] = (received, total) => {
    connected = true;
    options.onBytes?.(received, total);
  };
  return async () => {
    try {
      await resume(url, part, { ...options, onBytes });
    } catch (error) {
      if (!(connected && error instanceof TransferError && error.retry === 'briefly')) throw error;
      throw new TransferError(error.message, 'patiently', { cause: error });
    }
  };
}

async function resume(url: URL, part: string, options: DownloadOptions): Promise<void> {
  const file = await open(part, 'a');
  try {
    const { size } = await file.stat();
    const range: Record<string, string> = size > 0 ? { range: `bytes=${size}-` } : {};
    const response = await openResponse(url, range, options);
    try {
      await append(file, part, response, size, options);
    } finally {
      response.close();
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function append(
  file: FileHandle,
  part: string,
  response: OpenResponse,
  size: number,
  options: DownloadOptions,
): Promise<void> {
  const body = await expectedBody(file, response, size);
  if (body === 'complete') return;
  let received = body.from;
  const needed = (body.total ?? received) - received;
  if (body.total !== undefined && body.total > sizeLimit) throw tooLarge();
  await checkRoom(dirname(part), needed);
  options.onBytes?.(received, body.total);
  for await (const chunk of response.chunks()) {
    options.onData?.();
    received += chunk.byteLength;
    if (received > sizeLimit) {
      await file.truncate(0);
      throw tooLarge();
    }
    await file.appendFile(chunk);
    options.onBytes?.(received, body.total);
  }
  if (received === 0) throw new TransferError('the answer is empty', 'patiently');
  if (body.total !== undefined && received !== body.total) {
    throw new TransferError(`${received} of ${body.total} bytes`, 'patiently');
  }
}

/** Where in the file the body begins, and the size of the whole if it is said; or that nothing is missing. */
async function expectedBody(
  file: FileHandle,
  response: OpenResponse,
  size: number,
): Promise<{ from: number; total: number | undefined } | 'complete'> {
  const { status, headers } = response;
  if (status === 200) {
    // The server does not resume: it sends everything again.
    await file.truncate(0);
    const length = headers.get('content-encoding') === null ? headers.get('content-length') : null;
    return { from: 0, total: length === null ? undefined : Number(length) };
  }
  if (status !== 206 && status !== 416) throw statusError(response);
  const range = contentRange(headers);
  if (status === 416 && size > 0 && range?.total === size) return 'complete';
  if (status === 206 && range?.from === size) return { from: size, total: range.total };
  await file.truncate(0);
  throw new TransferError(`HTTP ${status}, Content-Range ${headers.get('content-range') ?? '–'}`, 'briefly');
}

/** `bytes 100-199/200` or `bytes * /200` (RFC 9110, 14.4); the size of the whole may be unknown. */
function contentRange(
  headers: OpenResponse['headers'],
): { from: number | undefined; total: number | undefined } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(?:(\d+)|\*)$/.exec(headers.get('content-range')?.trim() ?? '');
  const number = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : Number(text);
  return match ? { from: number(match[1]), total: number(match[2]) } : undefined;
}

/**
 * Makes sure that the disk of `folder` has room for `bytes` more.
 * @throws UserError `DISK_FULL`
 */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) throw diskFull(folder, bytes, bavail * bsize);
}

/** The text at `url`, at most `limit` bytes of it. */
export async function downloadText(url: URL, limit: number, options: TransferOptions): Promise<string> {
  return withRetries(async () => {
    const response = await openResponse(url, {}, options);
    try {
      if (response.status !== 200) throw statusError(response);
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.chunks()) {
        chunks.push(chunk);
        if (chunks.reduce((sum, { byteLength }) => sum + byteLength, 0) > limit) throw tooLarge();
      }
      return Buffer.concat(chunks).toString('utf8');
    } finally {
      response.close();
    }
  }, options);
}

function tooLarge(): TransferError {
  return new TransferError('the answer is too large', 'never');
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
