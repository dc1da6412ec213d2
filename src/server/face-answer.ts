import type { FaceEmotion } from '../emotion/face-emotion.js';
import { landmarkPoints } from './landmark-points.js';
import type { Face } from './schemas/predict.js';

/** What a client is told of a face, its landmarks apart. */
export function faceAnswer({
  box,
  emotion,
  probabilities,
  sure,
  quality,
  reason,
  scores,
}: FaceEmotion): Face {
  return {
    emotion,
    probabilities,
    sure,
    ...(quality !== undefined && { quality }),
    ...(reason && { reason }),
    ...(scores && { scores }),
    box: [...box],
  };
}

/** The same with its landmarks. */
export function faceWithLandmarks(face: FaceEmotion): Face & { landmarks: number[][] } {
  return { ...faceAnswer(face), landmarks: landmarkPoints(face.landmarks) };
}
