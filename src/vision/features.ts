/**
 * The features of a face: its landmarks, each axis scaled to [0, 1] by the smallest and largest coordinate.
 *
 * @param landmarks `2n` numbers, x0 y0 x1 y1 …, pixels, finite.
 * @returns `2n` numbers in [0, 1] in the same order. An axis without extent counts as one pixel long, as in the original.
 */
export function normalizedFeatures(landmarks: Float32Array): Float64Array {
  const [minX, extentX] = axisRange(landmarks, 0);
  const [minY, extentY] = axisRange(landmarks, 1);
  const features = new Float64Array(landmarks.length);
  for (let i = 0; i + 1 < landmarks.length; i += 2) {
    features[i] = ((landmarks[i] ?? 0) - minX) / extentX;
    features[i + 1] = ((landmarks[i + 1] ?? 0) - minY) / extentY;
  }
  return features;
}

function axisRange(landmarks: Float32Array, axis: 0 | 1): [min: number, extent: number] {
  let min = Infinity;
  let max = -Infinity;
  for (let i = axis; i < landmarks.length; i += 2) {
    const value = landmarks[i] ?? 0;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max - min || 1];
}
