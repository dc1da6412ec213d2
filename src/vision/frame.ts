/** A face's bounding box in pixels of the upright picture: left, top, width, height. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export interface DetectedFace {
  box: Box;
  /** x0, y0, x1, y1, … in pixels; `2 * landmarkCount` numbers, iBUG order for 68 points. */
  landmarks: Float32Array;
  /**
   * How far the refiner's five fits lie apart: the mean over the landmarks of the rms distance to their mean, as a share of
   * the face's size (the side of the square that the refiner works in, about nine tenths of the box's). Small where the
   * picture shows a face as the refiner knows them. Absent where landmarks are `plain`.
   */
  spread?: number;
  /**
   * What the picture of the face looks like, `descriptionLength` numbers in [0, 255]: histograms of gradients in a grid of
   * cells and around landmarks, the same for a face and its mirror image. Only where it was asked for, see
   * `Vision.describing`, and faces have 68 landmarks; all 0 where the landmarks have no extent.
   */
  description?: Uint8Array;
}

/**
 * What finds the landmarks: `refined`, the facemark and then the refiner; `plain`, the facemark alone, as in the original;
 * `alone`, the refiner from the box on.
 */
export const landmarkKinds = ['plain', 'refined', 'alone'] as const;
export type Landmarks = (typeof landmarkKinds)[number];

export interface FrameAnalysis {
  /** Size in pixels of the picture as a person sees it (EXIF orientation applied). */
  width: number;
  height: number;
  /** In the detector's order; `orderFaces` says which one counts. Empty if nobody is seen. */
  faces: DetectedFace[];
}
