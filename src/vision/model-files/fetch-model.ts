import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { errorCode } from '../../common/error-code.js';
import { UserError, type Message } from '../../common/user-error.js';
import type { ModelFile } from './catalog.js';
import { digestFile, hasDigest, type Digest, type FileDigests } from './digest.js';
import { checkRoom, download } from './transfer/download.js';
import { asFolderError, digestMismatch, downloadFailed } from './errors.js';
import { forgetFailedFetch } from './failed-fetch.js';
import { inspectModelFile } from './inspect.js';
import type { Origin } from './origin.js';
import { claimPart, newPartPath, removeAbandonedParts } from '../../common/part-file.js';
import { TransferError } from './transfer/transfer-error.js';
import type { TransferOptions } from './transfer/transfer.js';
import { stampOf, writeRecord } from './verified-record.js';
import { texts } from '../texts.js';

/** How far a transfer is. */
export interface DownloadProgress {
  /** Name of the model file. */
  readonly name: string;
  /** Bytes on disk, those of an earlier, broken transfer included. */
  readonly received: number;
  /** Bytes of the whole, as the server says, or about as many as the public file has. */
  readonly total: number;
  /** The last event of a file that is complete and verified. */
  readonly done: boolean;
}

export interface FetchOptions extends TransferOptions {
  readonly onProgress?: ((event: DownloadProgress) => void) | undefined;
  readonly onNotice?: ((text: Message) => void) | undefined;
  /** Called whenever bytes of the file come in from the network. */
  readonly onData?: (() => void) | undefined;
}

/** A file with the right digest under a temporary name. */
interface VerifiedPart {
  readonly path: string;
  readonly digests: FileDigests;
  readonly source: string;
}

/**
 * Brings a model file to `target`: from OpenCV's data package if that has what `origin` offers, else from `origin`; where
 * that cannot be reached, the published file from OpenCV's package. It is verified under a temporary name and renamed;
 * what was there before with another digest is kept as `<name>.unverified`.
 * @throws UserError `MODEL_DOWNLOAD_FAILED`, `MODEL_DIGEST_MISMATCH`, `MIRROR_UNUSABLE`, `DISK_FULL`, `MODELS_DIR_UNUSABLE`
 */
export async function fetchModelFile(
  model: ModelFile,
  target: string,
  origin: Origin,
  options: FetchOptions,
): Promise<void> {
  const folder = dirname(target);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const part = await obtain(model, folder, origin, options);
    await install(model, part, target);
    await removeAbandonedParts(folder, model.name);
    await forgetFailedFetch(target);
    options.onProgress?.({
      name: model.name,
      received: part.digests.size,
      total: part.digests.size,
      done: true,
    });
  } catch (error) {
    throw asFolderError(error, folder, model.approximateBytes);
  }
}

async function obtain(
  model: ModelFile,
  folder: string,
  origin: Origin,
  options: FetchOptions,
): Promise<VerifiedPart> {
  try {
    return await offered(model, folder, origin, options);
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'DISK_FULL') throw error;
    const copy = await systemCopy(model, model.pin);
    if (copy === undefined) throw error;
    options.onNotice?.(texts.systemCopyUsed(error.text, copy));
    return copied(model, copy, folder, model.pin);
  }
}

async function offered(
  model: ModelFile,
  folder: string,
  origin: Origin,
  options: FetchOptions,
): Promise<VerifiedPart> {
  const expected = await origin.expectedDigest(model);
  const copy = await systemCopy(model, expected);
  if (copy !== undefined) return copied(model, copy, folder, expected);
  const location = origin.location(model);
  if (location.protocol === 'file:') return copied(model, fileURLToPath(location), folder, expected);
  return downloaded(model, location, folder, expected, options);
}

async function systemCopy(model: ModelFile, expected: Digest): Promise<string | undefined> {
  for (const file of model.systemCopies) {
    if (await fileHasDigest(file, expected)) return file;
  }
  return undefined;
}

async function fileHasDigest(file: string, expected: Digest): Promise<boolean> {
  try {
    return hasDigest(await digestFile(file), expected);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

async function copied(
  model: ModelFile,
  source: string,
  folder: string,
  expected: Digest,
): Promise<VerifiedPart> {
  const path = newPartPath(folder, model.name);
  try {
    const { size } = await stat(source).catch((cause: unknown) => {
      throw downloadFailed(model, folder, source, cause);
    });
    await checkRoom(folder, size);
    // Not copyFile, which would take over a read-only mode.
    await pipeline(createReadStream(source), createWriteStream(path, { flags: 'wx' }));
    await sync(path);
    const digests = await digestFile(path);
    if (!hasDigest(digests, expected)) {
      throw digestMismatch(model, source, expected.hex, digests[expected.algorithm]);
    }
    return { path, digests, source };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function downloaded(
  model: ModelFile,
  url: URL,
  folder: string,
  expected: Digest,
  options: FetchOptions,
): Promise<VerifiedPart> {
  const path = await claimPart(folder, model.name);
  const onBytes = (received: number, total = Math.max(received, model.approximateBytes)): void =>
    options.onProgress?.({ name: model.name, received, total, done: false });
  try {
    await download(url, path, { ...options, onBytes });
    let digests = await digestFile(path);
    if (!hasDigest(digests, expected)) {
      // What an earlier process left may have been of another version; only a whole new transfer tells.
      await rm(path, { force: true });
      options.onNotice?.(texts.fetchedAgain(model.name));
      await download(url, path, { ...options, onBytes });
      digests = await digestFile(path);
    }
    if (!hasDigest(digests, expected)) {
      throw digestMismatch(model, url.href, expected.hex, digests[expected.algorithm]);
    }
    return { path, digests, source: url.href };
  } catch (error) {
    const resumable = error instanceof TransferError || options.signal?.aborted === true;
    if (!resumable || (await stampOf(path))?.size === '0') await rm(path, { force: true });
    throw error instanceof TransferError ? downloadFailed(model, folder, url.href, error) : error;
  }
}

async function install(model: ModelFile, part: VerifiedPart, target: string): Promise<void> {
  const { sha256 } = part.digests;
  const present = await inspectModelFile(model, target);
  if (present.sha256 === sha256) {
    // Another process was faster, or the file was right all along.
    await rm(part.path);
  } else {
    if (present.state === 'broken' || present.state === 'unverified') await setAside(target);
    await rename(part.path, target);
    await sync(dirname(target));
  }
  const stamp = await stampOf(target);
  if (stamp) await writeRecord(target, { sha256, source: part.source, stamp });
}

/** Gives a file a second name, so that replacing it loses nothing and leaves no moment without a file. */
async function setAside(file: string): Promise<void> {
  for (let n = 1; ; n++) {
    const aside = `${file}.unverified${n === 1 ? '' : `-${n}`}`;
    try {
      await link(file, aside);
      return;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EEXIST') continue;
      if (code === 'ENOENT') return;
      // Some file systems know no hard links.
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
      await copyFile(file, aside, constants.COPYFILE_EXCL);
      return;
    }
  }
}

/** Makes a file, or the names in a folder, survive a power cut. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
