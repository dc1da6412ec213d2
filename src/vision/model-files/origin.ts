import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { errorCode } from '../../common/error-code.js';
import { UserError } from '../../common/user-error.js';
import type { ModelFile } from './catalog.js';
import type { Digest } from './digest.js';
import { downloadText } from './transfer/download.js';
import { mirrorUnusable, notFetchedOffline } from './errors.js';
import { TransferError } from './transfer/transfer-error.js';
import type { TransferOptions } from './transfer/transfer.js';
import { texts } from '../texts.js';

/** Where model files come from, and what they must be. */
export interface Origin {
  /** @throws UserError `MODELS_OFFLINE` where nothing may be fetched. */
  location(model: ModelFile): URL;
  /** @throws UserError `MIRROR_UNUSABLE` */
  expectedDigest(model: ModelFile): Promise<Digest>;
}

/** The public addresses and the pins that go with them. */
export const publicOrigin: Origin = {
  location: (model) => new URL(model.url),
  expectedDigest: (model) => Promise.resolve(model.pin),
};

/** Nothing but what is on this machine: OpenCV's package may have a pinned file. */
export function offlineOrigin(modelsDir: string): Origin {
  return {
    expectedDigest: (model) => Promise.resolve(model.pin),
    location(model) {
      throw notFetchedOffline(model, modelsDir);
    },
  };
}

/** Bytes; `SHA256SUMS` of a mirror with thousands of other files still fits. */
const sumsLimit = 1024 * 1024;

/**
 * A mirror: a folder with the files and their `SHA256SUMS`, which is read once, when first asked for.
 * @param address http, https or file, with or without a slash at its end.
 * @throws UserError `MODELS_URL_INVALID`
 */
export function mirrorOrigin(address: string, options: TransferOptions): Origin {
  const base = mirrorAddress(address);
  let sums: Promise<Map<string, string>> | undefined;
  return {
    location: (model) => new URL(model.name, base),
    async expectedDigest(model) {
      sums ??= readSums(base, options);
      const hex = (await sums).get(model.name);
      if (hex === undefined) {
        throw mirrorUnusable(base.href, texts.sumsLackLine(model.name));
      }
      return { algorithm: 'sha256', hex };
    },
  };
}

function mirrorAddress(address: string): URL {
  const folder = address.endsWith('/') ? address : `${address}/`;
  const url = URL.canParse(folder) ? new URL(folder) : undefined;
  if (url && ['http:', 'https:', 'file:'].includes(url.protocol) && !url.username && !url.password)
    return url;
  const example = url ? 'https://example.org/models' : pathToFileURL(address).href;
  throw new UserError('MODELS_URL_INVALID', texts.modelsUrlInvalid(example), { exitCode: 2 });
}

async function readSums(base: URL, options: TransferOptions): Promise<Map<string, string>> {
  const url = new URL('SHA256SUMS', base);
  try {
    return parseSums(
      url.protocol === 'file:' ? await readFile(fileURLToPath(url), 'utf8') : await fetched(url, options),
    );
  } catch (error) {
    if (!(error instanceof TransferError) && errorCode(error) === undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw mirrorUnusable(base.href, texts.sumsUnreadable(reason), error);
  }
}

function fetched(url: URL, options: TransferOptions): Promise<string> {
  return downloadText(url, sumsLimit, options);
}

/** File name → SHA-256, from lines as `sha256sum` writes them, in text (`  `) or binary (` *`) mode. */
function parseSums(text: string): Map<string, string> {
  const lines = text.matchAll(/^([0-9a-f]{64}) [ *](?:\.\/)?(.+?)\r?$/gim);
  return new Map([...lines].map(([, hex = '', name = '']) => [name, hex.toLowerCase()]));
}
