import { ownRefinerFile } from '../vision.js';
import { digestFile } from './digest.js';
import { stampOf } from './verified-record.js';

/** SHA-256 of the refiner that comes with the project: what `scripts/build-refiner.mjs` makes. */
const refinerSha256 = '28c06a4c6586c926d50ea91019af356107e1e5ce62ef3ee235042c0f6adcbc10';

/** The refiner that comes with the project, as it lies there. */
export interface RefinerStatus {
  /** Absolute. */
  readonly path: string;
  /** `broken`: it is another file than the one that was committed. */
  readonly state: 'ok' | 'missing' | 'broken';
  /** Bytes; not for a missing file. */
  readonly size?: number;
  readonly sha256?: string;
}

/** Reads the refiner and checks its digest. */
export async function inspectRefiner(path: string = ownRefinerFile): Promise<RefinerStatus> {
  if ((await stampOf(path)) === undefined) return { path, state: 'missing' };
  const { size, sha256 } = await digestFile(path);
  return { path, state: sha256 === refinerSha256 ? 'ok' : 'broken', size, sha256 };
}
