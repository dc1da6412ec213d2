import { UserError } from '../common/user-error.js';
import { orderFaces, type FaceRule } from '../vision/face-order.js';
import { normalizedFeatures } from '../vision/features.js';
import type { DetectedFace } from '../vision/frame.js';
import type { Vision } from '../vision/vision.js';
import { EmotionStream } from './emotion-stream.js';
import type { FaceEmotion } from './face-emotion.js';
import type { QualityJudge } from './face-quality.js';
import { searchPhoto, type FaceSearch, type Look } from '../vision/face-search.js';
import type { EmotionForest } from './forest.js';
import { texts } from './texts.js';

export interface FrameEmotions {
  /** Size in pixels of the upright picture. */
  width: number;
  height: number;
  /** The first is the one that counts, see `orderFaces`. Empty if nobody is seen. */
  faces: FaceEmotion[];
  /** The look that saw them, see `searchPhoto`. */
  look: Look;
}

export interface RecognizerOptions {
  /** Which face of several counts; the largest by default. */
  face?: FaceRule;
  /** Who tells faces that cannot be read; without one every face can. */
  judge?: QualityJudge;
}

/** Means of the `scores` of a person's calm face. */
export type Baseline = readonly number[];

/** Frame → faces → landmarks → features → forest → emotion. Any number of calls may be under way at once. */
export class EmotionRecognizer {
  readonly #vision: Vision;
  readonly #forest: EmotionForest;
  readonly #face: FaceRule;
  readonly #judge: QualityJudge | undefined;

  /**
   * @throws UserError `MODEL_MISMATCH` if the forest was trained on another number of landmarks than the facemark gives.
   */
  constructor(vision: Vision, forest: EmotionForest, { face = 'largest', judge }: RecognizerOptions = {}) {
    const given = vision.landmarkCount;
    if (forest.featureCount !== 2 * given) throw mismatch(given, forest.featureCount / 2);
    this.#vision = forest.needsDescription || judge ? vision.describing() : vision;
    this.#forest = forest;
    this.#face = face;
    this.#judge = judge;
  }

  /** The emotions that can come back, in the order of the forest's classes. */
  get labels(): readonly string[] {
    return this.#forest.labels;
  }

  /** Numbers of a {@link Baseline}; undefined if the forest cannot be told one. */
  get baselineLength(): number | undefined {
    return this.#forest.baselineLength;
  }

  /** What finds the landmarks, and the model files that do. */
  get sight(): Pick<Vision, 'landmarks' | 'files'> {
    return this.#vision;
  }

  /**
   * The emotions in an encoded picture: JPEG, PNG or WebP.
   * @param look how closely it is searched, see `searchPhoto`; `plain` by default.
   * @param baseline of the person who counts, see `EmotionForest.predict`; here and below.
   * @throws FrameError as `Vision.analyzeEncoded`; RangeError as `EmotionForest.predict`.
   */
  async recognizeEncoded(
    bytes: Uint8Array,
    look: FaceSearch['look'] = 'plain',
    baseline?: Baseline,
  ): Promise<FrameEmotions> {
    const { frame, look: taken } = await searchPhoto(this.#vision, bytes, { look, face: this.#face });
    return { ...frame, faces: this.#withEmotions(frame.faces, baseline), look: taken };
  }

  /**
   * The emotions in raw pixels.
   * @throws FrameError and RangeError as `Vision.analyzePixels`.
   */
  async recognizePixels(
    pixels: Uint8Array,
    width: number,
    height: number,
    channels: 1 | 3,
    baseline?: Baseline,
  ): Promise<FrameEmotions> {
    const frame = await this.#vision.analyzePixels(pixels, width, height, channels);
    const faces = orderFaces(frame.faces, frame, this.#face);
    return { ...frame, faces: this.#withEmotions(faces, baseline), look: 'plain' };
  }

  /** Opens a stream: frames of one camera or clip, in order, whose faces are followed. */
  openStream(baseline?: Baseline): EmotionStream {
    const read = (faces: readonly DetectedFace[]): FaceEmotion[] => this.#withEmotions(faces, baseline);
    return new EmotionStream(this.#vision.openStream(), read, this.#face);
  }

  /** Closes the vision underneath: frames under way finish, new ones are refused. */
  async close(): Promise<void> {
    await this.#vision.close();
  }

  /** @param faces the one that counts is the first. */
  #withEmotions(faces: readonly DetectedFace[], baseline?: Baseline): FaceEmotion[] {
    return faces.map((face, i) => this.#withEmotion(face, i === 0 ? baseline : undefined));
  }

  #withEmotion(face: DetectedFace, baseline?: Baseline): FaceEmotion {
    const { box, landmarks, description } = face;
    const features = normalizedFeatures(landmarks);
    const { sure, ...predicted } = this.#forest.predict(features, description, baseline);
    const judged = this.#judge?.judge(face, features);
    const readable = judged?.reason === undefined;
    return { box, landmarks, features, ...predicted, sure: sure && readable, ...judged };
  }
}

function mismatch(given: number, needed: number): UserError {
  return new UserError('MODEL_MISMATCH', texts.landmarksMismatch(given, needed));
}
