import { readFile, rm } from 'node:fs/promises';
import { errorCode } from '../../common/error-code.js';
import { writeIfPossible } from './verified-record.js';

/**
 * What is remembered of a fetch that failed, as `<file>.failed-fetch` beside the file that is missing: so that a
 * machine without a network does not wait for one at every start.
 */
interface FailedFetch {
  /** Address that the file was to come from. */
  readonly from: string;
  /** ISO 8601. */
  readonly at: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Whether a start may try to fetch `file` from the address `from`: not within a day of a failure with the same address.
 * A failure dated in the future is that of a clock that was wrong, and forgotten.
 */
export async function isFetchDue(file: string, from: string): Promise<boolean> {
  const failed = await readFailure(file);
  if (failed?.from !== from) return true;
  const age = Date.now() - Date.parse(failed.at);
  return !(age >= 0 && age < dayMs);
}

/** Notes that `file` could not be fetched; does nothing on a disk that is full or cannot be written. */
export async function noteFailedFetch(file: string, from: string): Promise<void> {
  const failed: FailedFetch = { from, at: new Date().toISOString() };
  await writeIfPossible(recordFile(file), `${JSON.stringify(failed)}\n`);
}

/** To be called when `file` has come. */
export async function forgetFailedFetch(file: string): Promise<void> {
  await rm(recordFile(file), { force: true });
}

/** A record that is damaged or cannot be read counts as absent: the price is one more try. */
async function readFailure(file: string): Promise<FailedFetch | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(recordFile(file), 'utf8'));
    return isFailedFetch(record) ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) !== undefined) return undefined;
    throw error;
  }
}

function isFailedFetch(value: unknown): value is FailedFetch {
  if (typeof value !== 'object' || value === null) return false;
  const { from, at } = value as Partial<Record<keyof FailedFetch, unknown>>;
  return typeof from === 'string' && typeof at === 'string';
}

function recordFile(file: string): string {
  return `${file}.failed-fetch`;
}
