import { basename } from 'node:path';
import { UserError } from '../../common/user-error.js';
import { datasetFilesPath, readDatasetFiles } from './dataset-files.js';
import { texts } from '../texts.js';

/** Names shown of those that do not fit. */
const named = 3;

/**
 * Whose photo each row of a `data.txt` is, by the names of the photos in the file beside it.
 *
 * @param pattern what in a file's name (without its folder) says whose it is: the first capture group, or the whole match.
 * Names are compared as they are typed, accents in one character (NFC), however the file system writes them.
 * @returns a name a row.
 * @throws UserError `GROUPS_UNKNOWN` without a file beside the data, `GROUP_UNMATCHED` if the pattern does not fit every name, as
 * somebody could then be in both parts of a split; as `readDatasetFiles`.
 */
export async function readGroups(dataFile: string, rows: number, pattern: RegExp): Promise<string[]> {
  const beside = await readDatasetFiles(dataFile, rows);
  if (beside === undefined) throw groupsUnknown(dataFile);
  const groups = beside.files.map((file) => groupOf(basename(file).normalize('NFC'), pattern));
  const unmatched = beside.files.filter((_, row) => groups[row] === undefined);
  if (unmatched.length > 0) throw groupUnmatched(pattern, unmatched, rows);
  return groups.filter((group) => group !== undefined);
}

/**
 * Which data set each row of a `data.txt` is from, by its photo's folder and name (`happy/train_1.jpg`).
 *
 * @param pattern as of {@link readGroups}; photos that it does not fit are a set of their own.
 * @returns a name a row.
 * @throws UserError `GROUPS_UNKNOWN` without a file beside the data; as `readDatasetFiles`.
 */
export async function readSets(dataFile: string, rows: number, pattern: RegExp): Promise<string[]> {
  const beside = await readDatasetFiles(dataFile, rows);
  if (beside === undefined) throw groupsUnknown(dataFile);
  return beside.files.map((file) => groupOf(file.normalize('NFC'), pattern) ?? '');
}

function groupOf(name: string, pattern: RegExp): string | undefined {
  const found = pattern.exec(name);
  const group = found === null || found.length === 1 ? found?.[0] : found[1];
  return group === '' ? undefined : group;
}

function groupsUnknown(dataFile: string): UserError {
  const path = datasetFilesPath(dataFile);
  return new UserError('GROUPS_UNKNOWN', texts.groupsUnknown(path));
}

function groupUnmatched(pattern: RegExp, unmatched: readonly string[], rows: number): UserError {
  const names = unmatched.slice(0, named).map((file) => JSON.stringify(basename(file)));
  const list = `${names.join(', ')}${unmatched.length > named ? ', …' : ''}`;
  return new UserError('GROUP_UNMATCHED', texts.groupUnmatched(pattern.source, unmatched.length, rows, list));
}
