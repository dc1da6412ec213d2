import type { Box } from '../vision/frame.js';
import type { FaceQuality } from './face-quality.js';
import type { Prediction } from './forest.js';

/**
 * One face of a frame, from box to emotion: its quality where there is somebody to judge it, its scores where the forest can be told
 * a person's calm face, see `Prediction`.
 */
export interface FaceEmotion extends Partial<FaceQuality>, Pick<Prediction, 'scores'> {
  box: Box;
  /** x0, y0, x1, y1, … in pixels. */
  landmarks: Float32Array;
  /** The landmarks scaled to [0, 1] by axis; what the forest sees. */
  features: Float64Array;
  /** The likeliest of the forest's labels. */
  emotion: string;
  /** Each label's probability; they sum to 1. */
  probabilities: Record<string, number>;
  /** Whether the emotion is probable enough to be named, see `Prediction`, and the face good enough to be read. */
  sure: boolean;
}
