import { readFile } from 'node:fs/promises';
import { Type, type Static } from 'typebox';
import Schema from 'typebox/schema';
import { UserError } from '../../common/user-error.js';
import { landmarksRecord, searchRecord } from '../../emotion/search-record.js';
import { texts } from '../texts.js';

const datasetFiles = Type.Object({
  format: Type.Literal('emochat-data'),
  version: Type.Literal(1),
  /** Names of the classes 0, 1, … */
  labels: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 255, uniqueItems: true }),
  /** The data folder; the paths below are relative to it. */
  folder: Type.String(),
  /** Files made before there was a choice do not say. */
  search: Type.Optional(searchRecord),
  landmarks: Type.Optional(landmarksRecord),
  /** Each row's photo, in the order of the rows. */
  files: Type.Array(Type.String()),
  /** Those of them whose face was found only with the photo enlarged and a border around it. */
  framed: Type.Optional(Type.Array(Type.String())),
  /** Photos that gave no row: nobody seen in them, or not readable. */
  withoutFace: Type.Array(Type.String()),
  unreadable: Type.Array(Type.Object({ file: Type.String(), reason: Type.String() })),
});

/** What `data.txt` itself cannot hold, since its format is the original's: names of classes and photos. */
export type DatasetFiles = Static<typeof datasetFiles>;

/** The original's classes, for a `data.txt` that comes without the names of its own. */
export const originalLabels: readonly string[] = ['HAPPY', 'SAD'];

/** The file beside `data.txt` that says where its rows come from: `data.files.json`. */
export function datasetFilesPath(dataFile: string): string {
  return `${dataFile.replace(/\.txt$/i, '')}.files.json`;
}

/**
 * Reads the file beside a `data.txt`.
 *
 * @param rows rows of the data set that it must fit.
 * @returns `undefined` if there is none, as beside a `data.txt` of the original.
 * @throws UserError `DATA_FILES_INVALID` if it is damaged or belongs to other rows.
 */
export async function readDatasetFiles(dataFile: string, rows: number): Promise<DatasetFiles | undefined> {
  const path = datasetFilesPath(dataFile);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw invalid(path, dataFile, error);
  }
  const json = parse(text, path, dataFile);
  if (!Schema.Check(datasetFiles, json) || json.files.length !== rows) throw invalid(path, dataFile);
  return json;
}

function parse(text: string, path: string, dataFile: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, dataFile, error);
  }
}

function invalid(path: string, dataFile: string, cause?: unknown): UserError {
  return new UserError('DATA_FILES_INVALID', texts.filesUnmatched(path, dataFile), { cause });
}
