/**
 * Where a face lies in a picture: the way from its own plane to pixels. Its plane has its origin between the eyes and the distance
 * of the eyes as its unit; `right` and `down` are as the picture has them when the face is upright. On a mean face the tip of the nose
 * is at 0.45, the mouth at 0.95 and the chin at 1.65 below.
 */
export class FaceFrame {
  /** @param {ArrayLike<number>} landmarks the 68 of iBUG's scheme, x0, y0, x1, y1, … in pixels */
  constructor(landmarks) {
    this.landmarks = landmarks;
    const [left, right] = [meanPoint(landmarks, 36, 42), meanPoint(landmarks, 42, 48)];
    this.x = (left.x + right.x) / 2;
    this.y = (left.y + right.y) / 2;
    /** The distance of the eyes, pixels. */
    this.unit = Math.hypot(right.x - left.x, right.y - left.y);
    /** How far the face leans, radians. */
    this.lean = Math.atan2(right.y - left.y, right.x - left.x);
  }

  /**
   * @param {number} right
   * @param {number} down
   * @returns {[x: number, y: number]} in pixels
   */
  at(right, down) {
    const [cos, sin] = [Math.cos(this.lean) * this.unit, Math.sin(this.lean) * this.unit];
    return [this.x + right * cos - down * sin, this.y + right * sin + down * cos];
  }

  /**
   * @param {number} index of a landmark
   * @returns {[x: number, y: number]} in pixels
   */
  landmark(index) {
    return [this.landmarks[2 * index] ?? 0, this.landmarks[2 * index + 1] ?? 0];
  }
}

/**
 * @param {ArrayLike<number>} landmarks
 * @param {number} first
 * @param {number} end
 */
function meanPoint(landmarks, first, end) {
  let [x, y] = [0, 0];
  for (let i = first; i < end; i++) {
    x += landmarks[2 * i] ?? 0;
    y += landmarks[2 * i + 1] ?? 0;
  }
  return { x: x / (end - first), y: y / (end - first) };
}
