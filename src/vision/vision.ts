import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { errorCode } from '../common/error-code.js';
import { UserError, type Message } from '../common/user-error.js';
import { compactFacemarkFor } from './model-files/facemark-cache.js';
import {
  descriptionLength,
  loadNativeAddon,
  type Detector,
  type NativeEngine,
  type NativeFrame,
} from './addon/native.js';
import type { DetectedFace, FrameAnalysis, Landmarks } from './frame.js';
import { followed, mostSpread, VisionStream } from './vision-stream.js';
import { texts } from './texts.js';

/** The refiner that comes with the project; models/README.md says what it is. */
export const ownRefinerFile = fileURLToPath(new URL('../../models/face-refiner.emolm', import.meta.url));

/** A model file that answers, by what it is. */
export interface AnsweringFile {
  readonly kind: 'cascade' | 'facemark' | 'refiner';
  /** As it was given to {@link Vision.open}. */
  readonly path: string;
}

/** How a photo is set up before faces are looked for in it. */
export interface Framing {
  /** A photo whose shorter side has fewer pixels is enlarged to it; a whole number in [0, 65536]. */
  shortSide: number;
  /** Width of the black border on every side, as a share of the side's length; in [0, 1]. */
  border: number;
}

export interface VisionOptions {
  cascadeFile: string;
  /** An LBF facemark (OpenCV YAML); of it and the refiner one at least. */
  facemarkFile?: string | undefined;
  /**
   * An ensemble of regression trees that refines the facemark's landmarks, {@link ownRefinerFile} for example. It is left
   * out if the facemark has another number of landmarks: see {@link Vision.landmarks}.
   */
  refinerFile?: string | undefined;
  /** `simd` by default; `opencv` is the yardstick, and takes cascades that ours does not (trees of more than eight nodes, weights that are no whole numbers). */
  detector?: Detector;
  /** Frames worked on at once, one thread each; the number of cores by default. */
  lanes?: number;
  /** Frames that may wait for a lane before `QUEUE_FULL`; 64 by default. */
  queueLimit?: number;
  /** Largest picture in pixels (width × height) that is decoded; 25 million by default. */
  maxPixels?: number;
}

/** Why a frame was not analysed. Everything but `QUEUE_FULL` and `CLOSED` is the fault of the bytes. */
export type FrameErrorCode =
  | 'IMAGE_EMPTY'
  | 'IMAGE_UNKNOWN'
  | 'IMAGE_TRUNCATED'
  | 'IMAGE_TOO_LARGE'
  | 'IMAGE_CORRUPT'
  | 'QUEUE_FULL'
  | 'CLOSED';

const frameErrors: Record<FrameErrorCode, Message> = {
  IMAGE_EMPTY: texts.imageEmpty,
  IMAGE_UNKNOWN: texts.imageUnknown,
  IMAGE_TRUNCATED: texts.imageTruncated,
  IMAGE_TOO_LARGE: texts.imageTooLarge,
  IMAGE_CORRUPT: texts.imageCorrupt,
  QUEUE_FULL: texts.queueFull,
  CLOSED: texts.closed,
};

/** A frame that could not be analysed; `code` is a {@link FrameErrorCode}. */
export class FrameError extends UserError {
  declare readonly code: FrameErrorCode;

  constructor(code: FrameErrorCode, cause?: unknown) {
    super(code, frameErrors[code], { cause });
    this.name = 'FrameError';
  }
}

/**
 * Finds faces and their landmarks in pictures: Haar cascade, LBF facemark, refiner, on native threads.
 * Any number of calls may be under way at once; models are shared and immutable.
 */
export class Vision {
  readonly #engine: NativeEngine;
  readonly #describe: boolean;
  /** The model files that answer, in the order in which they are asked. */
  readonly files: readonly AnsweringFile[];

  private constructor(engine: NativeEngine, files: readonly AnsweringFile[], describe: boolean) {
    this.#engine = engine;
    this.#describe = describe;
    this.files = files;
  }

  /**
   * Loads the model files (the facemark from its compact file once that exists) and starts the lanes.
   * @throws UserError `MODEL_FILE_MISSING`, `MODEL_FILE_INVALID` with what is wrong in which file, `LANES_UNAVAILABLE` if the
   * system does not give as many threads, or `ADDON_MISSING`; RangeError if a number is out of range.
   */
  static async open(options: VisionOptions): Promise<Vision> {
    try {
      const engine = await openWhole(options);
      return new Vision(engine, answeringFiles(engine, options), false);
    } catch (error) {
      throw asOpenError(error);
    }
  }

  /** The same lanes and models, whose faces come with descriptions; closing one closes both. */
  describing(): Vision {
    return new Vision(this.#engine, this.files, true);
  }

  /** Landmarks a face, as the model file says: 68 for the public one and for the project's own. */
  get landmarkCount(): number {
    return this.#engine.landmarkCount;
  }

  /** What finds the landmarks; `plain`, too, where the refiner does not fit the facemark. */
  get landmarks(): Landmarks {
    if (!this.#engine.hasRefiner) return 'plain';
    return this.#engine.hasFacemark ? 'refined' : 'alone';
  }

  /** Frames worked on at once. */
  get lanes(): number {
    return this.#engine.lanes;
  }

  /**
   * Analyses an encoded picture: JPEG, PNG or WebP, EXIF orientation honoured.
   * The bytes must not be changed before the promise settles.
   * @throws FrameError
   */
  async analyzeEncoded(bytes: Uint8Array): Promise<FrameAnalysis> {
    return this.#dress(this.#engine.analyzeEncoded(bytes, this.#describe));
  }

  /**
   * Analyses an encoded picture enlarged and with a border, which finds faces that are small or fill the picture to its
   * edges. Boxes (cut off at the edges) and landmarks are in pixels of the picture itself. If its framed form would have
   * more than `maxPixels` pixels, it is not looked at and has no faces.
   *
   * The bytes must not be changed before the promise settles.
   * @throws FrameError; RangeError if the framing is out of range.
   */
  async analyzeFramed(bytes: Uint8Array, { shortSide, border }: Framing): Promise<FrameAnalysis> {
    return this.#dress(this.#engine.analyzeFramed(bytes, shortSide, border, this.#describe));
  }

  /**
   * Analyses raw pixels: rows top to bottom without padding, `channels` 1 (grey) or 3 (blue, green, red), 8 bits each.
   * The bytes must not be changed before the promise settles.
   * @throws FrameError; RangeError if the length does not fit the size.
   */
  async analyzePixels(
    pixels: Uint8Array,
    width: number,
    height: number,
    channels: 1 | 3,
  ): Promise<FrameAnalysis> {
    return this.#dress(this.#engine.analyzePixels(pixels, width, height, channels, this.#describe));
  }

  /** Opens a stream: frames of one camera or clip, in order, whose faces are followed. */
  openStream(): VisionStream {
    const stream = this.#engine.openStream(mostSpread);
    return new VisionStream(async (bytes, at) => {
      const native = await answered(this.#engine.analyzeStreamed(bytes, stream, at, this.#describe));
      return followed(native, this.#dressed(native));
    });
  }

  /** Lets frames under way finish, refuses waiting and new ones with `CLOSED`, and ends the lanes. */
  async close(): Promise<void> {
    await this.#engine.close();
  }

  async #dress(frame: Promise<NativeFrame>): Promise<FrameAnalysis> {
    return this.#dressed(await answered(frame));
  }

  #dressed(native: NativeFrame): FrameAnalysis {
    const perFace = 2 * this.#engine.landmarkCount;
    const faces: DetectedFace[] = [];
    for (let i = 0; 4 * i < native.boxes.length; i++) {
      const [x = 0, y = 0, width = 0, height = 0] = native.boxes.subarray(4 * i, 4 * i + 4);
      const landmarks = native.landmarks.subarray(i * perFace, (i + 1) * perFace);
      const spread = native.spreads[i] ?? NaN;
      const description = native.descriptions.subarray(i * descriptionLength, (i + 1) * descriptionLength);
      faces.push({
        box: [x, y, width, height],
        landmarks,
        ...(!Number.isNaN(spread) && { spread }),
        ...(description.length > 0 && { description }),
      });
    }
    return { width: native.width, height: native.height, faces };
  }
}

function answeringFiles(
  { hasFacemark, hasRefiner }: NativeEngine,
  { cascadeFile, facemarkFile, refinerFile }: VisionOptions,
): AnsweringFile[] {
  const files: AnsweringFile[] = [{ kind: 'cascade', path: cascadeFile }];
  if (hasFacemark && facemarkFile !== undefined) files.push({ kind: 'facemark', path: facemarkFile });
  if (hasRefiner && refinerFile !== undefined) files.push({ kind: 'refiner', path: refinerFile });
  return files;
}

async function answered(frame: Promise<NativeFrame>): Promise<NativeFrame> {
  try {
    return await frame;
  } catch (error) {
    throw asFrameError(error);
  }
}

/** Opens an engine; a compact facemark that turns out to be damaged is made anew first. */
async function openWhole(options: VisionOptions): Promise<NativeEngine> {
  const yamlFile = options.facemarkFile;
  if (yamlFile === undefined) return openEngine(options, undefined);
  const compactFile = await compactFacemarkFor(yamlFile);
  try {
    return await openEngine(options, compactFile);
  } catch (error) {
    const damaged = errorCode(error) === 'MODEL_FILE_INVALID' && String(error).includes(compactFile);
    if (!damaged || compactFile === yamlFile) throw error;
    return openEngine(options, await compactFacemarkFor(yamlFile, true));
  }
}

async function openEngine(
  { cascadeFile, refinerFile, ...options }: VisionOptions,
  facemarkFile: string | undefined,
): Promise<NativeEngine> {
  return loadNativeAddon().openEngine({
    ...{ cascadeFile, facemarkFile, refinerFile },
    detector: options.detector ?? 'simd',
    lanes: options.lanes ?? availableParallelism(),
    queueLimit: options.queueLimit ?? 64,
    maxPixels: options.maxPixels ?? 25_000_000,
  });
}

function asFrameError(error: unknown): unknown {
  const code = errorCode(error);
  return code !== undefined && code in frameErrors ? new FrameError(code as FrameErrorCode, error) : error;
}

function asOpenError(error: unknown): unknown {
  const code = errorCode(error);
  if (!(error instanceof Error) || error instanceof UserError || code === undefined) return error;
  return code in openErrors
    ? new UserError(code, openErrors[code as OpenErrorCode](error.message), { cause: error })
    : error;
}

type OpenErrorCode = 'MODEL_FILE_INVALID' | 'LANES_UNAVAILABLE';

const openErrors: Record<OpenErrorCode, (reason: string) => Message> = {
  MODEL_FILE_INVALID: (reason) => {
    // The refiner is not fetched: it comes with the project.
    const command = reason.includes(ownRefinerFile)
      ? 'git checkout -- models/face-refiner.emolm'
      : 'npx emochat models fetch --force';
    return texts.modelFileInvalid(reason, command);
  },
  LANES_UNAVAILABLE: (reason) => texts.lanesUnavailable(reason),
};
