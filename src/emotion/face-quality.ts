import { fileURLToPath } from 'node:url';
import { UserError } from '../common/user-error.js';
import type { DetectedFace } from '../vision/frame.js';
import { EmotionForest } from './forest.js';
import { invalidForest } from './forest-file.js';
import { mirrorableLandmarks } from './transforms/landmark-mirror.js';
import { texts } from './texts.js';

/** The forest that comes with the project; models/README.md says what it has learnt from. */
export const ownQualityFile = fileURLToPath(new URL('../../models/face-quality.json', import.meta.url));

/** What that forest calls a face with nothing wrong. */
const good = 'GOOD';
/** What can be wrong with a face, by what the forest calls it. */
const faultsByLabel = { OCCLUDED: 'occluded', TURNED: 'turned', BLURRED: 'blurred' } as const;

/**
 * Why a face cannot be read: something hides it, it is turned away, the picture of it is blurred, or it is small.
 */
export const faceFaults = ['occluded', 'turned', 'blurred', 'small'] as const;
export type FaceFault = (typeof faceFaults)[number];

/** How well a face can be read. */
export interface FaceQuality {
  /** How sure it is that landmarks and picture belong to a face that shows itself, in [0, 1]. */
  quality: number;
  /** What is wrong, where that is too little for an emotion to be named. */
  reason?: FaceFault;
}

/**
 * A face with a smaller box, in pixels, is not read: its expression is a matter of single pixels. Boxes of faces of 40 pixels are
 * found up to 42 pixels wide.
 */
const smallestFace = 42;

/** Tells faces that can be read from those that cannot, by their pictures and landmarks. Immutable. */
export class QualityJudge {
  readonly #forest: EmotionForest;
  /** The quality that a face must have to be read. */
  readonly #least: number;

  private constructor(forest: EmotionForest, least: number) {
    this.#forest = forest;
    this.#least = least;
  }

  /**
   * Reads the forest that tells: its classes are `GOOD`, `OCCLUDED`, `TURNED` and `BLURRED`, it looks at pictures, and the
   * probability that it takes to be sure (`train --sure`) is the quality that a face must have.
   * @throws UserError `MODEL_NOT_FOUND` or `MODEL_INVALID`
   */
  static async load(file = ownQualityFile): Promise<QualityJudge> {
    const forest = await EmotionForest.load(file).catch((error: unknown) => {
      throw error instanceof UserError && file === ownQualityFile ? ownFileDamaged(error) : error;
    });
    const known = [good, ...Object.keys(faultsByLabel)].sort();
    const least = forest.header.calibration?.sure;
    if (least === undefined || [...forest.labels].sort().join() !== known.join())
      throw invalidForest(file, 'labels', texts.notOfQuality(known));
    return new QualityJudge(forest, least);
  }

  /**
   * @param features its normalised landmarks.
   * @returns undefined for a face that does not have the 68 landmarks by which faces are described.
   * @throws RangeError if the face comes without its description.
   */
  judge(
    { box: [, , width, height], description }: DetectedFace,
    features: Float64Array,
  ): FaceQuality | undefined {
    if (features.length !== 2 * mirrorableLandmarks) return undefined;
    const { probabilities } = this.#forest.predict(features, description);
    const quality = probabilities[good] ?? 0;
    const size = Math.min(width, height);
    if (size < smallestFace)
      return { quality: Math.min(quality, (this.#least * size) / smallestFace), reason: 'small' };
    return quality < this.#least ? { quality, reason: likeliestFault(probabilities) } : { quality };
  }
}

function ownFileDamaged(cause: UserError): UserError {
  return new UserError(cause.code, texts.qualityFileDamaged(cause.message), { cause });
}

function likeliestFault(probabilities: Record<string, number>): FaceFault {
  const [[, worst] = ['', 'occluded' as const]] = Object.entries(faultsByLabel).sort(
    ([a], [b]) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0),
  );
  return worst;
}
