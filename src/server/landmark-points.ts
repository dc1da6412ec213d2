/** Landmarks as answers have them: [x, y] in pixels of the upright picture, to a thousandth. */
export function landmarkPoints(landmarks: Float32Array): number[][] {
  const thousandths = Array.from(landmarks, (value) => Math.round(value * 1000) / 1000);
  return Array.from({ length: landmarks.length / 2 }, (_, i) => thousandths.slice(2 * i, 2 * i + 2));
}
