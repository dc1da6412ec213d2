import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, type Message } from '../../common/user-error.js';
import { normalizedFeatures } from '../../vision/features.js';
import { descriptionLength } from '../../vision/addon/native.js';
import type { Landmarks } from '../../vision/frame.js';
import type { Vision } from '../../vision/vision.js';
import { datasetFilesPath, type DatasetFiles } from './dataset-files.js';
import { descriptionsPath, DescriptionsWriter } from './descriptions-file.js';
import { searchPhoto, type PhotoSearch } from '../../vision/face-search.js';
import { mapInOrder } from '../../common/in-order.js';
import { writeWhole } from '../../common/output-file.js';
import { findPhotoClasses, type LabelledPhoto } from './photo-classes.js';
import { analyzePhoto } from './photos.js';
import { formatRow } from './savetxt.js';
import { texts } from '../texts.js';
import { mirrorableLandmarks } from '../../emotion/transforms/landmark-mirror.js';

export interface PrepareOptions extends PhotoSearch {
  dataFolder: string;
  /** Names of the emotions' folders. */
  emotions: readonly string[];
  /** The `data.txt` to write. */
  output: string;
  /** Whether to write beside it what the pictures of the faces look like, see `descriptionsPath`. */
  describe?: boolean;
  /** Told once how many photos there are, and then after each. */
  onStart?: (photos: number) => void;
  onPhoto?: () => void;
  signal?: AbortSignal;
}

/** What became of the photos of one emotion. */
export interface ClassReport {
  label: string;
  photos: number;
  samples: number;
  /** Samples that only the second look gave: photos enlarged and with a border. */
  framed: number;
  withoutFace: number;
  unreadable: number;
}

export interface PrepareReport {
  classes: ClassReport[];
  /** What was written beside `data.txt`, and where. */
  files: DatasetFiles;
  filesPath: string;
  /** The files that could not be read, as in `files`, with the reasons in both languages. */
  unreadable: { file: string; reason: Message }[];
}

/** What one photo gave: a row, or nobody was seen, or it could not be read. */
type Outcome = Row | 'no-face' | UserError;

interface Row {
  features: Float64Array;
  description: Uint8Array | undefined;
  /** Whether it took the second look. */
  framed: boolean;
}

/**
 * Folders of photos → `data.txt` and, beside it, which photo each row is. The first face of a photo counts, see `orderFaces`.
 * Rows are in the order of the classes and file names, however many frames are worked on at once.
 * All files appear only when they are whole.
 *
 * @throws UserError `PICTURES_UNFIT` if faces cannot be described, `NO_SAMPLE` if no photo shows a face, and as `findPhotoClasses`; the signal's reason if it is aborted.
 */
export async function prepareData(vision: Vision, options: PrepareOptions): Promise<PrepareReport> {
  if (options.describe && vision.landmarkCount !== mirrorableLandmarks) throw notDescribable(vision);
  const { labels, photos } = await findPhotoClasses(options.dataFolder, options.emotions);
  const report = emptyReport(labels, vision.landmarks, options);
  options.onStart?.(photos.length);
  await writeWhole(options.output, (data) =>
    writeWhole(report.filesPath, (beside) =>
      withPictures(options, async (pictures) => {
        const seeing = pictures ? vision.describing() : vision;
        for await (const [photo, outcome] of outcomes(seeing, photos, options)) {
          options.signal?.throwIfAborted();
          if (isRow(outcome)) {
            await data.write(`${formatRow(outcome.features, photo.class)}\n`);
            await pictures?.add(outcome.description ?? new Uint8Array(descriptionLength));
          }
          note(report, photo, outcome);
          options.onPhoto?.();
        }
        if (report.files.files.length === 0) throw noSample(options.dataFolder, photos.length);
        await beside.write(`${JSON.stringify(report.files, null, 1)}\n`);
      }),
    ),
  );
  return report;
}

/** Has descriptions written if they are asked for; if not, those of other rows are cleared away, if there are any. */
async function withPictures(
  { output, describe = false }: PrepareOptions,
  work: (pictures: DescriptionsWriter | undefined) => Promise<void>,
): Promise<void> {
  const path = descriptionsPath(output);
  if (!describe) {
    await work(undefined);
    await rm(path, { force: true });
    return;
  }
  await writeWhole(path, async (file) => {
    const pictures = new DescriptionsWriter(file);
    await work(pictures);
    await pictures.finish();
  });
}

function outcomes(
  vision: Vision,
  photos: readonly LabelledPhoto[],
  { dataFolder, look, face: rule }: PrepareOptions,
): AsyncGenerator<[LabelledPhoto, Outcome], void, undefined> {
  // Two more than the lanes: the next files are read while every lane is busy.
  return mapInOrder(photos, vision.lanes + 2, async (photo) => {
    const file = join(dataFolder, photo.file);
    const searched = await analyzePhoto(file, (bytes) => searchPhoto(vision, bytes, { look, face: rule }));
    if (searched instanceof UserError) return [photo, searched];
    const [face] = searched.frame.faces;
    if (face === undefined) return [photo, 'no-face'];
    const features = normalizedFeatures(face.landmarks);
    return [photo, { features, description: face.description, framed: searched.framed }];
  });
}

function isRow(outcome: Outcome): outcome is Row {
  return outcome !== 'no-face' && !(outcome instanceof UserError);
}

function emptyReport(labels: string[], landmarks: Landmarks, options: PrepareOptions): PrepareReport {
  const { dataFolder: folder, output, look, face } = options;
  return {
    classes: labels.map((label) => ({
      label,
      photos: 0,
      samples: 0,
      framed: 0,
      withoutFace: 0,
      unreadable: 0,
    })),
    files: {
      ...{ format: 'emochat-data', version: 1, labels, folder, search: { look, face }, landmarks },
      ...{ files: [], framed: [], withoutFace: [], unreadable: [] },
    },
    filesPath: datasetFilesPath(output),
    unreadable: [],
  };
}

function note({ classes, files, unreadable }: PrepareReport, photo: LabelledPhoto, outcome: Outcome): void {
  const counts = classes[photo.class];
  if (counts === undefined) return;
  counts.photos += 1;
  if (outcome === 'no-face') {
    counts.withoutFace += 1;
    files.withoutFace.push(photo.file);
  } else if (outcome instanceof UserError) {
    counts.unreadable += 1;
    files.unreadable.push({ file: photo.file, reason: outcome.text.en });
    unreadable.push({ file: photo.file, reason: outcome.text });
  } else {
    counts.samples += 1;
    files.files.push(photo.file);
    if (!outcome.framed) return;
    counts.framed += 1;
    files.framed?.push(photo.file);
  }
}

function notDescribable({ landmarkCount }: Vision): UserError {
  return new UserError('PICTURES_UNFIT', texts.picturesUnfit(landmarkCount));
}

function noSample(folder: string, photos: number): UserError {
  return new UserError('NO_SAMPLE', texts.noSample(photos, folder));
}
