import { descriptionLength } from '../../vision/addon/native.js';
import type { FaceRow } from '../face-row.js';
import type { PictureScoresDeclaration } from './declaration.js';
import { SymmetricLandmarks } from './symmetric-landmarks.js';
import type { Transform } from './transform.js';

/** Steps of a landmark's coordinate in a root-mean-square radius of the mean face: about a tenth of a pixel of the laid face. */
const landmarkSteps = 256;
/** The whole number that stands for a landmark where the mean face has it. */
const middle = 128;
/** Numbers that a score is made of. */
export const scoreInputs = SymmetricLandmarks.count + descriptionLength;

/**
 * A score for each class, linear in the face's symmetric landmarks and in the description of its picture, all of them as whole
 * numbers in [0, 255]. A forest goes astray on thousands of raw numbers; on these few it loses nothing.
 */
export class PictureScores implements Transform {
  readonly declaration: PictureScoresDeclaration;
  readonly #numbers: ScoreInputs;
  readonly #weights: Float64Array;

  /** @param declaration whose scores have {@link scoreInputs} weights each. */
  constructor(declaration: PictureScoresDeclaration) {
    this.declaration = declaration;
    this.#numbers = new ScoreInputs(declaration.reference);
    this.#weights = Float64Array.from(declaration.scores.flatMap(({ weights }) => weights));
  }

  get count(): number {
    return this.declaration.scores.length;
  }

  namesFor(labels: readonly string[]): string[] {
    return this.declaration.scores.map((_, i) => `score of ${labels[i] ?? i + 1}`);
  }

  /** @throws RangeError if the face comes without a description of its picture. */
  apply(face: FaceRow): Float64Array {
    const numbers = new Uint8Array(scoreInputs);
    this.#numbers.write(face, numbers);
    const out = new Float64Array(this.count);
    this.declaration.scores.forEach(({ offset }, score) => {
      out[score] = offset + this.#weigh(score * scoreInputs, numbers);
    });
    return out;
  }

  /** Four sums at once, since each addition waits for the one before. */
  #weigh(first: number, numbers: Uint8Array): number {
    const weights = this.#weights;
    let [one, two, three, four] = [0, 0, 0, 0];
    for (let i = 0; i < scoreInputs; i += 4) {
      one += (weights[first + i] ?? 0) * (numbers[i] ?? 0);
      two += (weights[first + i + 1] ?? 0) * (numbers[i + 1] ?? 0);
      three += (weights[first + i + 2] ?? 0) * (numbers[i + 2] ?? 0);
      four += (weights[first + i + 3] ?? 0) * (numbers[i + 3] ?? 0);
    }
    return one + two + (three + four);
  }
}

/** The whole numbers that scores are made of, {@link scoreInputs} of them a face. */
export class ScoreInputs {
  readonly #landmarks: SymmetricLandmarks;
  /** Where the mean face has them. */
  readonly #mean = new Float64Array(SymmetricLandmarks.count);
  readonly #fitted = new Float64Array(SymmetricLandmarks.count);

  constructor(reference: readonly number[]) {
    this.#landmarks = new SymmetricLandmarks(reference);
    this.#landmarks.apply(reference, this.#mean);
  }

  write({ features, description }: FaceRow, out: Uint8Array): void {
    if (description?.length !== descriptionLength)
      throw new RangeError('a face without a description of its picture');
    this.#landmarks.apply(features, this.#fitted);
    for (let i = 0; i < this.#fitted.length; i++) {
      const steps = ((this.#fitted[i] ?? 0) - (this.#mean[i] ?? 0)) * landmarkSteps;
      out[i] = Math.min(255, Math.max(0, Math.round(middle + steps)));
    }
    out.set(description, SymmetricLandmarks.count);
  }
}
