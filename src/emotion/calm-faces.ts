import type { Baseline } from './emotion-recognizer.js';
import type { FaceEmotion } from './face-emotion.js';

/** Gathers pictures of a person's calm face for a {@link Baseline}. */
export class CalmFaces {
  readonly #scores: (readonly number[])[] = [];

  /** @param face of the person; one that cannot be read, or has no scores, is passed over. */
  add(face: FaceEmotion | undefined): void {
    if (face?.scores && face.reason === undefined) this.#scores.push(face.scores);
  }

  /** Faces that count. */
  get count(): number {
    return this.#scores.length;
  }

  /** Their mean; undefined if there is none. */
  get baseline(): Baseline | undefined {
    const [first] = this.#scores;
    return first?.map((_, i) => this.#scores.reduce((sum, scores) => sum + (scores[i] ?? 0), 0) / this.count);
  }
}
