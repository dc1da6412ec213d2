import type { Command } from 'commander';
import { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { printable } from '../../common/printable.js';
import { UserError } from '../../common/user-error.js';
import { CalmFaces } from '../../emotion/calm-faces.js';
import { EmotionRecognizer, type Baseline, type FrameEmotions } from '../../emotion/emotion-recognizer.js';
import type { FaceEmotion } from '../../emotion/face-emotion.js';
import type { Look } from '../../vision/face-search.js';
import { meantPath, systemPath } from '../../common/file-names.js';
import { mapInOrder } from '../../common/in-order.js';
import { analyzePhoto, findImages, type FoundImage } from '../../training/dataset/photos.js';
import { addBatchOptions, openBatchVision, photoSearch, type BatchSettings } from '../setup/batch-vision.js';
import { openForest, openJudge, tellLandmarkMismatch } from '../setup/forest-setup.js';
import { localized } from '../language.js';
import { settings } from '../settings/options.js';
import { percent, table } from '../text.js';
import { workProgress } from '../work-progress.js';
import { faultTexts, texts } from '../texts/commands.js';

interface AnalyzeSettings extends BatchSettings {
  json: boolean;
  model?: string;
  /** A photo, or a folder of photos, of the person's calm face. */
  baseline?: string;
}

/** A photo and what came of it. */
type Analysed = [file: string, result: FrameEmotions | UserError];

/** `emochat analyze`: photos and folders → the emotions in them. */
export function registerAnalyze(program: Command): void {
  const command = program
    .command('analyze')
    .description(localized(texts.analyzeDescription))
    .argument('<path...>', localized(texts.analyzePathArgument))
    .option('--json', localized(texts.analyzeJsonOption), false)
    .option('--baseline <path>', localized(texts.analyzeBaselineOption))
    .addOption(settings.model());
  addBatchOptions(command);
  command.action(run);
}

async function run(paths: string[], options: AnalyzeSettings): Promise<void> {
  const forest = await openForest(options);
  const vision = await openBatchVision(options);
  tellLandmarkMismatch(forest, vision);
  try {
    const { look, face } = photoSearch(options);
    const recognizer = new EmotionRecognizer(vision, forest, { face, judge: await openJudge() });
    const baseline =
      options.baseline === undefined ? undefined : await baselineOf(options.baseline, recognizer, look);
    const images = await expand(paths);
    const analysed = mapInOrder(images, vision.lanes + 2, async ({ file, fault }): Promise<Analysed> => {
      return [
        file,
        fault ?? (await analyzePhoto(file, (bytes) => recognizer.recognizeEncoded(bytes, look, baseline))),
      ];
    });
    const counts = new Tally();
    await (options.json ? printLines(counts.of(analysed)) : printTable(counts.of(analysed), images.length));
    counts.check();
  } finally {
    await vision.close();
  }
}

/**
 * What the model makes of a person's calm face.
 * @param path a photo of it, or a folder of photos.
 * @throws UserError if the model cannot be told one, or no photo shows a face that can be read.
 */
async function baselineOf(path: string, recognizer: EmotionRecognizer, look: Look): Promise<Baseline> {
  if (recognizer.baselineLength === undefined)
    throw new UserError('BASELINE_UNFIT', texts.baselineUnfit, { exitCode: 2 });
  const calm = new CalmFaces();
  for (const { file, fault } of await expand([path])) {
    if (fault) throw fault;
    const frame = await analyzePhoto(file, (bytes) => recognizer.recognizeEncoded(bytes, look));
    if (frame instanceof UserError) throw frame;
    calm.add(frame.faces[0]);
  }
  if (calm.baseline === undefined)
    throw new UserError('BASELINE_UNREADABLE', texts.baselineUnreadable(printable(path)));
  return calm.baseline;
}

/** Folders become the pictures in them, in place. */
async function expand(paths: readonly string[]): Promise<FoundImage[]> {
  const images: FoundImage[] = [];
  for (const given of paths) {
    const path = await meantPath(given);
    const found = await stat(systemPath(path)).catch((error: unknown) => error);
    if (found instanceof Stats && found.isDirectory()) {
      for await (const image of findImages(path)) images.push(image);
    } else if (isAbsence(found)) images.push({ file: path, fault: missingPath(path) });
    // What else may be wrong with a path is told when it is read.
    else images.push({ file: path });
  }
  return images;
}

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Counts what passes by, to say in the end whether it was any good. */
class Tally {
  #read = 0;
  #unreadable = 0;
  readonly #missing: string[] = [];

  async *of(analysed: AsyncIterable<Analysed>): AsyncGenerator<Analysed, void, undefined> {
    for await (const item of analysed) {
      const [file, result] = item;
      if (!(result instanceof UserError)) this.#read += 1;
      else if (result.code === pathMissing) this.#missing.push(file);
      else this.#unreadable += 1;
      yield item;
    }
  }

  /** @throws UserError if a path that was named does not exist, or nothing could be read. */
  check(): void {
    if (this.#missing.length > 0) throw pathsMissing(this.#missing);
    if (this.#read > 0) return;
    throw new UserError('NOTHING_READ', texts.nothingReadable(this.#unreadable));
  }
}

const pathMissing = 'FILE_MISSING';

function missingPath(path: string): UserError {
  return new UserError(pathMissing, texts.pathMissing(printable(path)));
}

function pathsMissing(paths: readonly string[]): UserError {
  const names = paths.map(printable).join(', ');
  return new UserError('PATHS_MISSING', texts.pathsMissing(names));
}

async function printLines(analysed: AsyncIterable<Analysed>): Promise<void> {
  const lines = async function* () {
    for await (const item of analysed) yield `${JSON.stringify(asJson(item))}\n`;
  };
  try {
    await pipeline(Readable.from(lines()), process.stdout, { end: false });
  } catch (error) {
    // Whoever reads our output has seen enough, as `| head` does.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

function asJson([file, result]: Analysed): object {
  if (result instanceof UserError) return { file, error: localized(result.text), code: result.code };
  const { width, height, look, faces } = result;
  return { file, width, height, look, faces: faces.map(faceAsJson) };
}

function faceAsJson({ box, landmarks, features, ...read }: FaceEmotion): object {
  const numbers = Array.from(landmarks, shortFloat);
  const points = Array.from({ length: numbers.length / 2 }, (_, i) => numbers.slice(2 * i, 2 * i + 2));
  return { box, landmarks: points, features: Array.from(features), ...read };
}

/** The number of fewest digits that is the same in single precision. */
function shortFloat(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Paths that do not exist are named in the error that follows, and no row. */
async function printTable(analysed: AsyncIterable<Analysed>, total: number): Promise<void> {
  const progress = workProgress(texts.photos);
  const rows: string[][] = [];
  let done = 0;
  progress.start(total);
  try {
    for await (const item of analysed) {
      const [, result] = item;
      if (!(result instanceof UserError && result.code === pathMissing)) rows.push(asRow(item));
      progress.update(++done);
    }
  } finally {
    progress.stop();
  }
  if (rows.length === 0) return;
  const head = [texts.photoColumn, texts.sizeColumn, texts.facesColumn, texts.emotionColumn];
  process.stdout.write(table(head, rows));
}

function asRow([file, result]: Analysed): string[] {
  if (result instanceof UserError) return [printable(file), '–', '–', printable(localized(result.text))];
  const emotions = result.faces.map(
    ({ emotion, probabilities, sure, reason }) =>
      `${emotion}${sure ? '' : '?'} ${percent(probabilities[emotion] ?? 0)}${reason ? ` (${localized(faultTexts[reason])})` : ''}`,
  );
  return [printable(file), `${result.width}×${result.height}`, `${result.faces.length}`, emotions.join('\n')];
}
