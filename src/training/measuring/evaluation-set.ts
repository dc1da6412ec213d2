import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../common/printable.js';
import { UserError } from '../../common/user-error.js';
import { normalizedFeatures } from '../../vision/features.js';
import type { FrameAnalysis } from '../../vision/frame.js';
import type { Vision } from '../../vision/vision.js';
import type { ClassOf } from '../../emotion/class-names.js';
import { originalLabels, readDatasetFiles } from '../dataset/dataset-files.js';
import { datasetOf, readDataset, selectRows, type Dataset } from '../dataset/dataset.js';
import { withDescriptions } from '../dataset/descriptions-file.js';
import { systemPath } from '../../common/file-names.js';
import { searchPhoto, type PhotoSearch } from '../../vision/face-search.js';
import { mapInOrder } from '../../common/in-order.js';
import { analyzePhoto, sortedEntries } from '../dataset/photos.js';
import { texts } from '../texts.js';

/** Faces whose emotion is known, to measure a forest on. */
export interface EvaluationSet {
  /** Classes are indices into the forest's labels. */
  dataset: Dataset;
  /** Each row's photo, as it can be opened; `undefined` if nobody knows. */
  files: readonly (string | undefined)[];
  /** Each row's landmarks to draw, x0, y0, x1, y1, …: in pixels from a photo, else the features. */
  outlines: readonly ArrayLike<number>[];
  /** How the photos were searched; `null` if nobody knows. */
  search: PhotoSearch | null;
  /** Photos in which nobody was seen, and that could not be read; `null` if nobody knows. */
  noFace: number | null;
  unreadable: readonly string[] | null;
  /** Names of classes that the forest does not know, and how many photos or rows of them were left out. */
  skipped: ReadonlyMap<string, number>;
}

export interface PhotoSetOptions extends PhotoSearch {
  /** Told once how many photos there are, and then after each. */
  onStart?: (photos: number) => void;
  onPhoto?: () => void;
  signal?: AbortSignal;
}

/**
 * Looks at the photos in a folder that has a folder for each class, as `prepareData` does. The first face of a photo counts, see `orderFaces`.
 *
 * @param classOf which class a folder's name stands for; folders that stand for none are left out.
 * @throws UserError `FOLDER_UNREADABLE`, `NO_KNOWN_EMOTION` if no folder is of a class, `NOTHING_MEASURED` if no photo shows a
 * face; the signal's reason if it is aborted.
 */
export async function readPhotoSet(
  vision: Vision,
  folder: string,
  classOf: ClassOf,
  options: PhotoSetOptions,
): Promise<EvaluationSet> {
  const { photos, skipped } = await findPhotos(folder, classOf);
  options.onStart?.(photos.length);
  const rows = new PhotoRows();
  const analysed = mapInOrder(photos, vision.lanes + 2, async (photo) => ({
    photo,
    frame: await analyzePhoto(photo.file, async (bytes) => (await searchPhoto(vision, bytes, options)).frame),
  }));
  for await (const { photo, frame } of analysed) {
    options.signal?.throwIfAborted();
    rows.add(photo, frame);
    options.onPhoto?.();
  }
  if (rows.files.length === 0) throw nothingMeasured(folder, photos.length);
  const { look, face } = options;
  return { ...rows.finish(), search: { look, face }, skipped };
}

interface Photo {
  file: string;
  class: number;
}

async function findPhotos(
  folder: string,
  classOf: ClassOf,
): Promise<{ photos: Photo[]; skipped: Map<string, number> }> {
  const photos: Photo[] = [];
  const skipped = new Map<string, number>();
  const names = await foldersIn(folder);
  for (const name of names) {
    const path = join(folder, name);
    const files = (await sortedEntries(path)).map((entry) => join(path, entry.name));
    const index = classOf(name);
    if (index === undefined) skipped.set(name, files.length);
    else for (const file of files) photos.push({ file, class: index });
  }
  if (skipped.size === names.length) throw noKnownClass(folder, names);
  return { photos, skipped };
}

/** Names of the folders in a folder, and of the links to folders. */
async function foldersIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name } of await sortedEntries(folder)) {
    const found = await stat(systemPath(join(folder, name))).catch(() => undefined);
    if (found?.isDirectory()) names.push(name);
  }
  return names;
}

/** Rows as the photos give them, and what gave none. */
class PhotoRows {
  readonly files: string[] = [];
  readonly #outlines: Float32Array[] = [];
  readonly #descriptions: Uint8Array[] = [];
  readonly #classes: number[] = [];
  #noFace = 0;
  readonly #unreadable: string[] = [];

  add(photo: Photo, frame: FrameAnalysis | UserError): void {
    const face = frame instanceof UserError ? undefined : frame.faces[0];
    if (frame instanceof UserError) this.#unreadable.push(photo.file);
    else if (face === undefined) this.#noFace += 1;
    if (face === undefined) return;
    this.files.push(photo.file);
    this.#outlines.push(face.landmarks);
    if (face.description) this.#descriptions.push(face.description);
    this.#classes.push(photo.class);
  }

  finish(): Omit<EvaluationSet, 'search' | 'skipped'> {
    return {
      dataset: datasetOf(this.#outlines.map(normalizedFeatures), this.#classes, this.#descriptions),
      files: this.files,
      outlines: this.#outlines,
      noFace: this.#noFace,
      unreadable: this.#unreadable,
    };
  }
}

/**
 * Reads the rows of a `data.txt`; what its classes are called and which photo each row is comes from the file beside it.
 *
 * @param classOf which class a name stands for; rows of a name that stands for none are left out.
 * @param names what the classes 0, 1, … are called, in place of what the file beside it says.
 * @param described whether the rows are to come with what their pictures look like.
 * @throws UserError as `readDataset`, `readDatasetFiles` and `withDescriptions`; `LABELS_MISSING` if a class has no name, `NO_KNOWN_EMOTION` if no row
 * is of a class.
 */
export async function readRowSet(
  dataFile: string,
  classOf: ClassOf,
  { names, described = false }: { names?: readonly string[] | undefined; described?: boolean } = {},
): Promise<EvaluationSet> {
  const rowsOnly = await readDataset(dataFile);
  const all = described ? await withDescriptions(rowsOnly, dataFile) : rowsOnly;
  const beside = await readDatasetFiles(dataFile, all.rows);
  const labels = names ?? beside?.labels ?? originalLabels;
  const unnamed = all.classes.find((label) => label >= labels.length);
  if (unnamed !== undefined) throw labelsMissing(dataFile, unnamed + 1, labels.length);
  const classes = labels.map(classOf);
  const rows = Array.from(all.classes.keys()).filter((row) => classes[all.classes[row] ?? 0] !== undefined);
  if (rows.length === 0) throw noKnownClass(dataFile, labels);
  const dataset = selectRows(all, rows);
  dataset.classes.set(Array.from(dataset.classes, (label) => classes[label] ?? 0));
  return {
    dataset,
    files: rows.map((row) => beside && join(beside.folder, beside.files[row] ?? '')),
    outlines: rows.map((_, i) => dataset.features.subarray(i * dataset.columns, (i + 1) * dataset.columns)),
    search: beside?.search ?? null,
    noFace: beside?.withoutFace.length ?? null,
    unreadable: beside?.unreadable.map(({ file }) => file) ?? null,
    skipped: countSkipped(all.classes, labels, classes),
  };
}

function countSkipped(
  all: Uint8Array,
  labels: readonly string[],
  classes: readonly (number | undefined)[],
): Map<string, number> {
  const skipped = new Map<string, number>();
  for (const label of all) {
    const name = labels[label] ?? '';
    if (classes[label] === undefined) skipped.set(name, (skipped.get(name) ?? 0) + 1);
  }
  return skipped;
}

function noKnownClass(path: string, found: readonly string[]): UserError {
  const names = found.slice(0, 10).map(printable).join(', ') || '–';
  return new UserError('NO_KNOWN_EMOTION', texts.noKnownEmotion(path, names));
}

function labelsMissing(file: string, classes: number, labels: number): UserError {
  return new UserError('LABELS_MISSING', texts.labelsMissingFor(file, classes, labels));
}

function nothingMeasured(folder: string, photos: number): UserError {
  return new UserError('NOTHING_MEASURED', texts.nothingMeasured(photos, folder));
}
