import type { ModelFile } from './catalog.js';
import { digestFile, hasDigest, type Digest } from './digest.js';
import { readRecord, sameStamp, stampOf, writeRecord } from './verified-record.js';

/**
 * `ok`: has the pinned digest, or the one with which it was fetched. `broken`: it was verified once and has changed
 * since. `unverified`: it is there, and nothing is known of it.
 */
export type ModelState = 'ok' | 'missing' | 'broken' | 'unverified';

export interface ModelFileStatus {
  readonly model: ModelFile;
  /** Absolute. */
  readonly path: string;
  readonly state: ModelState;
  /** Bytes; not for a missing file. */
  readonly size?: number;
  readonly sha256?: string;
  /** Where an `ok` file came from: an address, a path, or {@link foundInPlace}. */
  readonly source?: string;
}

/** Source of a file that somebody else put there and that has the right digest. */
export const foundInPlace = 'found in place';

export interface InspectOptions {
  /** Read the bytes in any case. */
  readonly rehash?: boolean;
  /** A digest that is as good as the pin: a mirror's. */
  readonly expected?: Digest;
}

/**
 * Looks at a model file. One that is untouched since it was verified is trusted without being read; any other is
 * hashed and, if it has the pinned or the recorded digest, recorded.
 */
export async function inspectModelFile(
  model: ModelFile,
  path: string,
  options: InspectOptions = {},
): Promise<ModelFileStatus> {
  const stamp = await stampOf(path);
  if (!stamp) return { model, path, state: 'missing' };
  const record = await readRecord(path);
  if (record && !options.rehash && sameStamp(stamp, record.stamp)) {
    const { sha256, source } = record;
    return { model, path, state: 'ok', size: Number(stamp.size), sha256, source };
  }
  const digests = await digestFile(path);
  const { size, sha256 } = digests;
  const accepted = [model.pin, ...(options.expected ? [options.expected] : [])];
  if (sha256 !== record?.sha256 && !accepted.some((digest) => hasDigest(digests, digest))) {
    return { model, path, state: record ? 'broken' : 'unverified', size, sha256 };
  }
  const source = sha256 === record?.sha256 ? record.source : foundInPlace;
  await writeRecord(path, { sha256, source, stamp });
  return { model, path, state: 'ok', size, sha256, source };
}
