import { join, resolve } from 'node:path';
import { UserError, type Message } from '../common/user-error.js';
import { catalog, modelKinds, type ModelFile, type ModelKind } from './model-files/catalog.js';
import type { Digest } from './model-files/digest.js';
import { asFolderError } from './model-files/errors.js';
import { fetchModelFile, type DownloadProgress, type FetchOptions } from './model-files/fetch-model.js';
import { inspectModelFile, type InspectOptions, type ModelFileStatus } from './model-files/inspect.js';
import { mirrorOrigin, publicOrigin, type Origin } from './model-files/origin.js';
import { defaultTiming, type TransferTiming } from './model-files/transfer.js';

export { foundInPlace, type ModelFileStatus, type ModelState } from './model-files/inspect.js';
export type { ModelKind } from './model-files/catalog.js';
export type { DownloadProgress } from './model-files/fetch-model.js';

/** Where model files are kept and where they come from. */
export interface ModelSource {
  modelsDir: string;
  /** A mirror (http, https or file) whose own `SHA256SUMS` counts; the public addresses and pins unless told. */
  modelsUrl?: string | undefined;
  onProgress?: (event: DownloadProgress) => void;
  /** Something worth a line: a retry, a file that is not what it should be. */
  onNotice?: (text: Message) => void;
  signal?: AbortSignal;
  timing?: Partial<TransferTiming>;
}

/**
 * The two model files, verified, fetched if they are missing.
 * @returns absolute paths.
 * @throws UserError as {@link ensureModelFile} does.
 */
export async function ensureModelFiles(source: ModelSource): Promise<{ cascade: string; facemark: string }> {
  const origin = originOf(source);
  const cascade = await ensure(catalog.cascade, source, origin);
  const facemark = await ensure(catalog.facemark, source, origin);
  return { cascade, facemark };
}

/**
 * One model file, verified, fetched if it is missing. A file with an unknown digest is replaced (and kept under another
 * name); if nothing better can be had it is used with a notice: what reads it checks everything that it says.
 * @returns its absolute path.
 * @throws UserError `MODEL_DOWNLOAD_FAILED`, `MODEL_DIGEST_MISMATCH`, `MIRROR_UNUSABLE`, `MODELS_URL_INVALID`, `DISK_FULL`
 * or `MODELS_DIR_UNUSABLE`, each saying what to do.
 */
export async function ensureModelFile(kind: ModelKind, source: ModelSource): Promise<string> {
  return ensure(catalog[kind], source, originOf(source));
}

async function ensure(model: ModelFile, source: ModelSource, origin: Origin): Promise<string> {
  const { path, state } = await inspect(model, source);
  if (state === 'missing') await fetchModelFile(model, path, origin, fetchOptions(source));
  if (state === 'broken' || state === 'unverified') await replaceUnknown(model, path, source, origin);
  return path;
}

async function replaceUnknown(
  model: ModelFile,
  path: string,
  source: ModelSource,
  origin: Origin,
): Promise<void> {
  try {
    const expected = await origin.expectedDigest(model);
    if ((await inspect(model, source, { expected })).state === 'ok') return;
    source.onNotice?.({
      es: `${path} no es el archivo publicado; se descarga, y el tuyo se guarda como ${model.name}.unverified…`,
      en: `${path} is not the published file; fetching that, and keeping yours as ${model.name}.unverified…`,
    });
    // The file at hand can stand in, so a dead network is not worth a wait.
    await fetchModelFile(model, path, origin, { ...fetchOptions(source, { retries: 1 }) });
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'MODELS_URL_INVALID') throw error;
    source.onNotice?.(usedUnverified(model, path, error));
  }
}

function usedUnverified(model: ModelFile, path: string, reason: UserError): Message {
  const flag = `--${model.kind}`;
  return {
    es:
      `AVISO: se usa ${path} SIN VERIFICAR. ${reason.text.es} Si es tuyo, indícalo con ${flag} ${path}; ` +
      'si no: npx emochat models fetch --force',
    en:
      `WARNING: ${path} is used UNVERIFIED. ${reason.text.en} If it is yours, name it with ${flag} ${path}; ` +
      'if not: npx emochat models fetch --force',
  };
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
  const origin = originOf(source);
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
  const origin = originOf(source);
  for (const kind of modelKinds) {
    const status = await inspect(catalog[kind], source);
    if (force || status.state !== 'ok' || (await mirrorHasMoved(status, source, origin))) {
      await fetchModelFile(status.model, status.path, origin, fetchOptions(source));
    }
  }
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
  return {
    es: `${model.name}: el espejo tiene otra versión. Para traerla: npx emochat models fetch`,
    en: `${model.name}: the mirror has another version. To fetch it: npx emochat models fetch`,
  };
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

function originOf(source: ModelSource): Origin {
  return source.modelsUrl === undefined ? publicOrigin : mirrorOrigin(source.modelsUrl, fetchOptions(source));
}

function fetchOptions(source: ModelSource, timing: Partial<TransferTiming> = {}): FetchOptions {
  const { onProgress, onNotice, signal } = source;
  return { timing: { ...defaultTiming, ...source.timing, ...timing }, onProgress, onNotice, signal };
}
