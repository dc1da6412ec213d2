import { join, resolve } from 'node:path';
import { UserError, type Message } from '../../common/user-error.js';
import { catalog, modelKinds, type ModelFile, type ModelKind } from './catalog.js';
import type { Digest } from './digest.js';
import { asFolderError } from './errors.js';
import { isFetchDue, noteFailedFetch } from './failed-fetch.js';
import { fetchModelFile, type DownloadProgress, type FetchOptions } from './fetch-model.js';
import { FirstByteLimit } from './transfer/first-byte.js';
import { inspectModelFile, type InspectOptions, type ModelFileStatus } from './inspect.js';
import { mirrorOrigin, offlineOrigin, publicOrigin, type Origin } from './origin.js';
import type { Proxies } from './transfer/proxy.js';
import { TransferError } from './transfer/transfer-error.js';
import { defaultTiming, type TransferTiming } from './transfer/transfer.js';
import { texts } from '../texts.js';

export { FirstByteLimit } from './transfer/first-byte.js';
export { foundInPlace, type ModelFileStatus, type ModelState } from './inspect.js';
export { inspectRefiner, type RefinerStatus } from './refiner.js';
export type { Proxies } from './transfer/proxy.js';
export type { ModelKind } from './catalog.js';
export type { DownloadProgress } from './fetch-model.js';

/** Where model files are kept and where they come from. */
export interface ModelSource {
  modelsDir: string;
  /** A mirror (http, https or file) whose own `SHA256SUMS` counts; the public addresses and pins by default. */
  modelsUrl?: string | undefined;
  /** Ways through a network that is not reached directly. */
  proxies?: Proxies | undefined;
  /** Opens no connection: what is missing comes from this machine or not at all. */
  offline?: boolean | undefined;
  /** How long to wait for a network that does not answer; as long as `timing` says by default. */
  firstByte?: FirstByteLimit | undefined;
  onProgress?: (event: DownloadProgress) => void;
  /** Something worth a line: a retry, a file that is not what it should be. */
  onNotice?: (text: Message) => void;
  signal?: AbortSignal;
  timing?: Partial<TransferTiming>;
}

/**
 * A model file that the vision cannot do without, verified, fetched if it is missing. A file with an unknown digest is
 * replaced (and kept under another name); if nothing better can be had it is used with a notice: what reads it checks
 * everything that it says.
 * @returns its absolute path.
 * @throws UserError `MODEL_DOWNLOAD_FAILED`, `MODEL_DIGEST_MISMATCH`, `MIRROR_UNUSABLE`, `MODELS_URL_INVALID`, `MODELS_OFFLINE`,
 * `DISK_FULL` or `MODELS_DIR_UNUSABLE`, each saying what to do.
 */
export async function ensureModelFile(kind: ModelKind, source: ModelSource): Promise<string> {
  const model = catalog[kind];
  checkAddress(source);
  return usable(await bring(await inspect(model, source), source), source);
}

/**
 * A model file that the vision can do without. If it is missing or unknown it is fetched, unless that failed within the
 * last day or the source is offline. A failure is a notice of one line, and remembered.
 * @returns its absolute path, or `undefined` if it is not to be had for now.
 * @throws UserError `MODELS_URL_INVALID`
 */
export async function modelFileIfReachable(
  kind: ModelKind,
  source: ModelSource,
): Promise<string | undefined> {
  const model = catalog[kind];
  const address = publishedOrigin(source, fetchOptions(source)).location(model).href;
  try {
    const status = await inspect(model, source);
    if (status.state === 'ok') return status.path;
    const notTried = await reasonNotToTry(status, address, source);
    if (notTried) return standIn(status, notTried, source);
    const brought = await bring(status, source);
    if (brought.failure && failsAgain.has(brought.failure.code)) await noteFailedFetch(status.path, address);
    return usable(brought, source);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    source.onNotice?.(goesOnWithout(model, error));
    return undefined;
  }
}

/** Codes of failures that every start would wait for, or fetch 56 MB, in vain. */
const failsAgain = new Set([
  'MODEL_DOWNLOAD_FAILED',
  'MODEL_DIGEST_MISMATCH',
  'MIRROR_UNUSABLE',
  'DISK_FULL',
]);

async function reasonNotToTry(
  { path }: ModelFileStatus,
  address: string,
  source: ModelSource,
): Promise<Message | undefined> {
  if (isOffline(source)) {
    return texts.nothingFetchedOffline;
  }
  if (await isFetchDue(path, address)) return undefined;
  return texts.notFetchedToday;
}

/** The file at hand, with a warning, if there is any; what is missing is told by whoever says which files answer. */
function standIn(status: ModelFileStatus, reason: Message, source: ModelSource): string | undefined {
  if (status.state === 'missing') return undefined;
  source.onNotice?.(usedUnverified(status, reason));
  return status.path;
}

function goesOnWithout(model: ModelFile, error: UserError): Message {
  const { cause, text } = error;
  const reason = cause instanceof TransferError ? { es: cause.message, en: cause.message } : text;
  return texts.goesOnWithout(model.name, reason);
}

/** A model file after an attempt to bring it. */
interface Brought {
  /** What was there before. */
  readonly status: ModelFileStatus;
  /** Why it is still missing, or still the unknown one. */
  readonly failure?: UserError;
}

async function bring(status: ModelFileStatus, source: ModelSource): Promise<Brought> {
  try {
    if (status.state === 'missing') {
      await withOrigin(source, {}, (origin, options) =>
        fetchModelFile(status.model, status.path, origin, options),
      );
    }
    if (status.state === 'broken' || status.state === 'unverified') await replaceUnknown(status, source);
    return { status };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { status, failure: error };
  }
}

/** @throws the failure, if there is no file that could stand in. */
function usable({ status, failure }: Brought, source: ModelSource): string {
  if (failure && status.state === 'missing') throw failure;
  if (failure) source.onNotice?.(usedUnverified(status, failure.text));
  return status.path;
}

async function replaceUnknown({ model, path }: ModelFileStatus, source: ModelSource): Promise<void> {
  // The file at hand can stand in, so a dead network is not worth a wait.
  await withOrigin(source, { retries: 1 }, async (origin, options) => {
    const expected = await origin.expectedDigest(model);
    if ((await inspect(model, source, { expected })).state === 'ok') return;
    source.onNotice?.(texts.replacesUnknown(path, model.name));
    await fetchModelFile(model, path, origin, options);
  });
}

function usedUnverified({ model, path }: ModelFileStatus, reason: Message): Message {
  const flag = `--${model.kind}`;
  return texts.usedUnverified(path, reason, flag);
}

/** The state of each model file, from its record if it is untouched since it was verified. Fetches nothing. */
export async function listModelFiles(source: ModelSource): Promise<ModelFileStatus[]> {
  return Promise.all(modelKinds.map((kind) => inspect(catalog[kind], source)));
}

/**
 * Reads every model file anew and checks its digest: against its record, the pin, and the mirror's sums if there is a mirror.
 * @throws UserError `MODELS_URL_INVALID`, `MODELS_DIR_UNUSABLE`
 */
export async function verifyModelFiles(source: ModelSource): Promise<ModelFileStatus[]> {
  const origin = originOf(source, fetchOptions(source));
  const statuses: ModelFileStatus[] = [];
  for (const kind of modelKinds) {
    const expected = await digestIfKnown(catalog[kind], source, origin);
    const status = await inspect(catalog[kind], source, { rehash: true, ...(expected && { expected }) });
    if (status.state === 'ok' && mirrorDiffers(status, source, expected)) {
      source.onNotice?.(mirrorHasAnother(status.model));
    }
    statuses.push(status);
  }
  return statuses;
}

/**
 * Fetches what is missing, unknown, or other than what the mirror now has; with `force`, everything.
 * @throws UserError as {@link ensureModelFile} does.
 */
export async function fetchModelFiles(source: ModelSource, force: boolean): Promise<ModelFileStatus[]> {
  await withOrigin(source, {}, async (origin, options) => {
    for (const kind of modelKinds) {
      const status = await inspect(catalog[kind], source);
      if (force || status.state !== 'ok' || (await mirrorHasMoved(status, source, origin))) {
        await fetchModelFile(status.model, status.path, origin, options);
      }
    }
  });
  return listModelFiles(source);
}

async function mirrorHasMoved(
  status: ModelFileStatus,
  source: ModelSource,
  origin: Origin,
): Promise<boolean> {
  if (source.modelsUrl === undefined) return false;
  return mirrorDiffers(status, source, await digestIfKnown(status.model, source, origin));
}

/** The digest that a file should have; a mirror that cannot be asked is a notice, for it takes nothing away. */
async function digestIfKnown(
  model: ModelFile,
  source: ModelSource,
  origin: Origin,
): Promise<Digest | undefined> {
  try {
    return await origin.expectedDigest(model);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    source.onNotice?.(error.text);
    return undefined;
  }
}

/** Only a mirror moves: the pins never do, and what was verified once keeps its right to be there. */
function mirrorDiffers(status: ModelFileStatus, source: ModelSource, expected: Digest | undefined): boolean {
  return source.modelsUrl !== undefined && expected !== undefined && status.sha256 !== expected.hex;
}

function mirrorHasAnother(model: ModelFile): Message {
  return texts.mirrorHasAnother(model.name);
}

async function inspect(
  model: ModelFile,
  source: ModelSource,
  options: InspectOptions = {},
): Promise<ModelFileStatus> {
  const folder = resolve(source.modelsDir);
  try {
    return await inspectModelFile(model, join(folder, model.name), options);
  } catch (error) {
    throw asFolderError(error, folder, model.approximateBytes);
  }
}

/** Transfers with the origin of a source: under its limit for the first byte, if it has one. */
async function withOrigin<T>(
  source: ModelSource,
  timing: Partial<TransferTiming>,
  work: (origin: Origin, options: FetchOptions) => Promise<T>,
): Promise<T> {
  const options = fetchOptions(source, timing);
  if (source.firstByte === undefined) return work(originOf(source, options), options);
  return source.firstByte.over(source.signal, ({ signal, onFirstByte }) => {
    let connected = false;
    const onData = (): void => {
      connected = true;
      onFirstByte();
    };
    // A network that never answers is one line in the end, not one a retry.
    const onRetry = (text: Message): void => (connected ? source.onNotice?.(text) : undefined);
    const limited = { ...options, signal, onData, onRetry };
    return work(originOf(source, limited), limited);
  });
}

function originOf(source: ModelSource, options: FetchOptions): Origin {
  return isOffline(source) ? offlineOrigin(source.modelsDir) : publishedOrigin(source, options);
}

function publishedOrigin({ modelsUrl }: ModelSource, options: FetchOptions): Origin {
  return modelsUrl === undefined ? publicOrigin : mirrorOrigin(modelsUrl, options);
}

/** Whether nothing may be fetched; a mirror on this machine needs no connection. */
function isOffline({ offline, modelsUrl }: ModelSource): boolean {
  return offline === true && !(modelsUrl !== undefined && new URL(modelsUrl).protocol === 'file:');
}

/** @throws UserError `MODELS_URL_INVALID`, whether or not anything is to be fetched. */
function checkAddress(source: ModelSource): void {
  publishedOrigin(source, fetchOptions(source));
}

function fetchOptions(source: ModelSource, timing: Partial<TransferTiming> = {}): FetchOptions {
  const { onProgress, onNotice, signal, proxies } = source;
  const merged = { ...defaultTiming, ...source.timing, ...timing };
  return { timing: merged, onProgress, onNotice, onRetry: onNotice, signal, proxies };
}
