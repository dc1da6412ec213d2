import { createReadStream } from 'node:fs';
import { UserError, type Message } from '../../common/user-error.js';
import { maxColumns, type FaceRow } from '../../emotion/face-row.js';
import { descriptionLength } from '../../vision/addon/native.js';
import { texts } from '../texts.js';

/** Labelled feature rows, as `data.txt` holds them. */
export interface Dataset {
  /** `rows * columns` finite numbers, row by row, in memory that worker threads can share. */
  features: Float64Array<SharedArrayBuffer>;
  /** The class of each row, counted from 0. */
  classes: Uint8Array<SharedArrayBuffer>;
  rows: number;
  /** Features a row. */
  columns: number;
  /** What the picture of each face looks like, `descriptionLength` numbers a row, see `DetectedFace.description`; if known. */
  descriptions?: Uint8Array<SharedArrayBuffer> | undefined;
  /** Whose each row is, if known. */
  groups?: readonly string[] | undefined;
  /** Which data set each row is from, if several are told apart. */
  sets?: readonly string[] | undefined;
}

/** One of the faces. @param row counted from 0. */
export function faceRow({ features, columns, descriptions }: Dataset, row: number): FaceRow {
  return {
    features: features.subarray(row * columns, (row + 1) * columns),
    description: descriptions?.subarray(row * descriptionLength, (row + 1) * descriptionLength),
  };
}

const maxClasses = 255;
/** Normalised landmarks lie in [0, 1], pixels not far beyond; trees reckon with squares of such numbers. */
const greatestFeature = 1e6;
/** More than {@link maxColumns} features take, in characters. */
const maxLineLength = 4 * 1024 * 1024;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const notFinite = /^[+-]?(?:nan|inf|infinity)$/i;

/**
 * Reads a `data.txt`: one row a line, numbers separated by blanks, the last one the class.
 * Any spelling of numbers that NumPy writes is taken, and any end of lines; empty lines and `#` comments are skipped.
 *
 * @throws UserError `DATA_NOT_FOUND`, or `DATA_INVALID` with the line and the column that are wrong.
 */
export async function readDataset(file: string): Promise<Dataset> {
  const rows = new RowCollector(file);
  try {
    for await (const text of createReadStream(file, 'utf8')) rows.addText(text as string);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw notReadable(file, error);
  }
  return rows.finish();
}

/**
 * A data set of some of the rows, in the order given.
 *
 * @param rows row numbers, counted from 0.
 */
export function selectRows(dataset: Dataset, rows: readonly number[]): Dataset {
  const { columns, descriptions, groups, sets } = dataset;
  const selected = emptyDataset(rows.length, columns);
  if (descriptions) selected.descriptions = emptyDescriptions(rows.length);
  if (groups) selected.groups = rows.map((row) => groups[row] ?? '');
  if (sets) selected.sets = rows.map((row) => sets[row] ?? '');
  rows.forEach((row, i) => {
    const { features, description } = faceRow(dataset, row);
    selected.features.set(features, i * columns);
    selected.classes[i] = dataset.classes[row] ?? 0;
    if (description) selected.descriptions?.set(description, i * descriptionLength);
  });
  return selected;
}

/**
 * A data set of rows that are there already.
 *
 * @param rows at least one; all of the same length.
 * @param classes the class of each row, 0 to 254.
 * @param descriptions of each face, if they are known.
 */
export function datasetOf(
  rows: readonly ArrayLike<number>[],
  classes: readonly number[],
  descriptions: readonly Uint8Array[] = [],
): Dataset {
  const dataset = emptyDataset(rows.length, rows[0]?.length ?? 0);
  rows.forEach((row, i) => dataset.features.set(row, i * dataset.columns));
  dataset.classes.set(classes);
  if (descriptions.length > 0) dataset.descriptions = emptyDescriptions(rows.length);
  descriptions.forEach((numbers, i) => dataset.descriptions?.set(numbers, i * descriptionLength));
  return dataset;
}

/** Room for the descriptions of so many faces. */
export function emptyDescriptions(rows: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(rows * descriptionLength));
}

function emptyDataset(rows: number, columns: number): Dataset {
  const features = new Float64Array(new SharedArrayBuffer(8 * rows * columns));
  return { features, classes: new Uint8Array(new SharedArrayBuffer(rows)), rows, columns };
}

class RowCollector {
  readonly #file: string;
  readonly #features: Float64Array[] = [];
  readonly #classes: number[] = [];
  #line = 0;
  /** What has come of a line whose end has not. */
  #rest = '';
  #width: number | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the next piece of the file, which may begin and end anywhere in a line. */
  addText(text: string): void {
    // A carriage return at the very end may be half of an end of line.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    // What decoding makes of bytes that are no text.
    if (this.#line === 0 && /[\0\ufffd]/.test(text))
      throw new UserError('DATA_INVALID', texts.dataIsNoText(this.#file));
    for (const line of lines) this.#addLine(line);
    if (this.#rest.length <= maxLineLength) return;
    this.#line += 1;
    throw this.#invalidLine(texts.lineTooLong);
  }

  #addLine(text: string): void {
    this.#line += 1;
    const fields = (text.split('#', 1)[0] ?? '').split(/\s+/).filter((field) => field !== '');
    if (fields.length === 0) return;
    this.#checkWidth(fields.length);
    const numbers = Float64Array.from(fields, (field, i) => this.#number(field, i + 1));
    const features = numbers.subarray(0, -1);
    const large = features.findIndex((value) => Math.abs(value) > greatestFeature);
    if (large >= 0) throw this.#tooLarge(fields[large] ?? '', large + 1);
    this.#classes.push(this.#class(numbers.at(-1) ?? NaN, fields.length));
    this.#features.push(features);
  }

  finish(): Dataset {
    this.#addLine(this.#rest);
    const rows = this.#features.length;
    const columns = (this.#width ?? 1) - 1;
    if (rows === 0) throw this.#invalid(texts.noRows);
    const dataset = emptyDataset(rows, columns);
    this.#features.forEach((row, i) => dataset.features.set(row, i * columns));
    dataset.classes.set(this.#classes);
    return dataset;
  }

  #checkWidth(width: number): void {
    this.#width ??= width;
    if (width !== this.#width) {
      throw this.#invalidLine(texts.widthDiffers(width, this.#width));
    }
    if (width < 2) {
      throw this.#invalidLine(texts.rowTooShort);
    }
    const columns = width - 1;
    if (columns > maxColumns) {
      throw this.#invalidLine(texts.rowTooWide(columns, maxColumns), maxColumns + 1);
    }
  }

  #number(field: string, column: number): number {
    const value = decimal.test(field) ? Number(field) : NaN;
    if (Number.isFinite(value)) return value;
    const shown = quoted(field);
    const infinite = notFinite.test(field) || decimal.test(field);
    throw this.#invalidLine(infinite ? texts.numberNotFinite(shown) : texts.notANumber(shown), column);
  }

  #tooLarge(field: string, column: number): UserError {
    return this.#invalidLine(texts.numberTooLarge(quoted(field), greatestFeature), column);
  }

  #class(value: number, column: number): number {
    if (Number.isInteger(value) && value >= 0 && value < maxClasses) return value;
    throw this.#invalidLine(texts.classInvalid(maxClasses - 1, value), column);
  }

  #invalidLine(reason: Message, column?: number): UserError {
    return this.#invalid(texts.atLine(this.#line, column, reason));
  }

  #invalid(reason: Message): UserError {
    return new UserError('DATA_INVALID', texts.dataInvalid(this.#file, reason));
  }
}

/** A field of the file for a message, however long it is. */
function quoted(field: string): string {
  return JSON.stringify(field.slice(0, 40));
}

function notReadable(file: string, cause: Error): UserError {
  if ('code' in cause && cause.code === 'EISDIR')
    return new UserError('DATA_NOT_FOUND', texts.dataIsFolder(file), { cause });
  return new UserError('DATA_NOT_FOUND', texts.dataUnreadable(file, cause.message), { cause });
}
