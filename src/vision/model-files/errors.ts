import { errorCode } from '../../common/error-code.js';
import { UserError, type Message } from '../../common/user-error.js';
import type { ModelFile } from './catalog.js';
import { texts } from '../texts.js';

/** A size for people, in megabytes of 1,000,000 bytes. */
function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What to do when a file cannot be fetched: the system's package, a mirror, or the file put there by hand. */
function otherWays(model: ModelFile, modelsDir: string): Message {
  if (model.systemPackage !== undefined) {
    const install = `sudo apt-get install ${model.systemPackage} && npx emochat models fetch`;
    return texts.systemPackage(install);
  }
  return texts.otherWays(model.url, modelsDir);
}

/** A transfer that failed for good. */
export function downloadFailed(model: ModelFile, modelsDir: string, from: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const ways = otherWays(model, modelsDir);
  return new UserError('MODEL_DOWNLOAD_FAILED', texts.downloadFailed(model.name, from, reason, ways), {
    cause,
  });
}

/** A file that is missing and must not be fetched. */
export function notFetchedOffline(model: ModelFile, modelsDir: string): UserError {
  const ways = otherWays(model, modelsDir);
  return new UserError('MODELS_OFFLINE', texts.missingOffline(model.name, ways));
}

/** The whole file arrived, twice, and is not the one it should be. */
export function digestMismatch(model: ModelFile, from: string, expected: string, got: string): UserError {
  return new UserError('MODEL_DIGEST_MISMATCH', texts.digestMismatch(model.name, from, got, expected));
}

/** A mirror that cannot be used: what is wrong with it. */
export function mirrorUnusable(mirror: string, problem: Message, cause?: unknown): UserError {
  return new UserError('MIRROR_UNUSABLE', texts.mirrorUnusable(mirror, problem), { cause });
}

/** Not enough room; sizes in bytes, `free` if it is known. */
export function diskFull(modelsDir: string, needed: number, free?: number, cause?: unknown): UserError {
  const room = free === undefined ? '' : ` (${megabytes(free)})`;
  return new UserError('DISK_FULL', texts.diskFull(modelsDir, room, megabytes(needed)), { cause });
}

const unusableCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR']);

/** Turns what the file system says about the models folder into advice; anything else comes back as it is. */
export function asFolderError(error: unknown, modelsDir: string, needed: number): unknown {
  const code = errorCode(error);
  if (error instanceof UserError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(modelsDir, needed, undefined, error);
  if (!unusableCodes.has(code)) return error;
  return new UserError('MODELS_DIR_UNUSABLE', texts.folderUnusable(modelsDir, code), { cause: error });
}
