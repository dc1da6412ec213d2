import type { NativeFrame } from './addon/native.js';
import type { DetectedFace, FrameAnalysis } from './frame.js';

/**
 * A refiner's fits that lie further apart than this (see `DetectedFace.spread`) do not look like a face: a hand is over the
 * mouth, or the box holds something else. Clear faces reach it one time in twenty at most: `node bench/readable.mjs`.
 */
export const mostSpread = 0.016;

export interface FollowedFace extends DetectedFace {
  /** The same from frame to frame while the face is followed; a whole number from 1 up. */
  id: number;
}

export interface StreamAnalysis extends FrameAnalysis {
  faces: FollowedFace[];
  /** Whether the whole picture was searched for faces, or only where they had just been. */
  look: 'whole' | 'near';
}

/**
 * The frames of one camera or clip, in order. Faces are followed: between two looks at the whole picture (one a second at
 * least, and every fifteenth frame; at once when a face is lost or its landmarks begin to look wrong) they are searched for
 * only where they just were and about as large. What is kept from frame to frame are their boxes.
 */
export class VisionStream {
  readonly #analyze: (bytes: Uint8Array, at: number) => Promise<StreamAnalysis>;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Made by `Vision.openStream`. @param analyze analyses the stream's next frame. */
  constructor(analyze: (bytes: Uint8Array, at: number) => Promise<StreamAnalysis>) {
    this.#analyze = analyze;
  }

  /**
   * Analyses the next frame, JPEG, PNG or WebP, once those before it are done. The bytes must not be changed before the
   * promise settles.
   * @param at when it was taken, in milliseconds of any clock of the caller's.
   * @throws FrameError as `Vision.analyzeEncoded`; Error after `close`.
   */
  async analyzeEncoded(bytes: Uint8Array, at: number): Promise<StreamAnalysis> {
    const turn = this.#last.then(() => this.#next(bytes, at));
    // Whoever waits for a frame hears of its failure; the next frame does not.
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  /** Refuses further frames, those too that wait for their turn. */
  close(): void {
    this.#closed = true;
  }

  async #next(bytes: Uint8Array, at: number): Promise<StreamAnalysis> {
    if (this.#closed) throw new Error('the stream is closed');
    return this.#analyze(bytes, at);
  }
}

/** A stream's frame as the addon gives it, with the faces of `analysis`, which was made of it. */
export function followed(native: NativeFrame, analysis: FrameAnalysis): StreamAnalysis {
  const faces = analysis.faces.map((face, i) => ({ ...face, id: native.ids[i] ?? 0 }));
  return { ...analysis, faces, look: native.whole ? 'whole' : 'near' };
}
