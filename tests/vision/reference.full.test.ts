import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { normalizedFeatures } from '../../src/vision/features.js';
import type { FrameAnalysis } from '../../src/vision/frame.js';
import { Vision } from '../../src/vision/vision.js';
import {
  referenceDir,
  referenceFrames,
  sharedCascade,
  sharedFacemark,
  type ReferenceFrame,
} from '../support/datasets.js';
import { describeWith } from '../support/requirements.js';
import { copyOfFacemark } from '../support/test-models.js';

/** Frames on which OpenCV itself changes the order of several faces from run to run, as its threads race. */
const racedInTheReference = ['many-02.jpg', 'many-05.jpg', 'many-06.jpg', 'many-07.jpg'];

describeWith('The same answer as the original', [referenceDir, sharedCascade, sharedFacemark], () => {
  let vision: Vision;
  let frames: ReferenceFrame[];
  let analyses: FrameAnalysis[];

  beforeAll(async () => {
    const facemarkFile = await copyOfFacemark(sharedFacemark);
    vision = await Vision.open({ cascadeFile: sharedCascade, facemarkFile, queueLimit: 1000 });
    frames = referenceFrames();
    analyses = await Promise.all(frames.map(async ({ file }) => vision.analyzeEncoded(await readFile(file))));
  }, 600_000);
  afterAll(() => vision.close());

  /** Ours for every face of the reference, found by its box. */
  function* matchedFaces() {
    for (const [i, frame] of frames.entries()) {
      for (const [k, box] of frame.boxes.entries()) {
        const face = analyses[i]?.faces.find((candidate) => String(candidate.box) === String(box));
        if (face === undefined) throw new Error(`${basename(frame.file)} has no face at ${String(box)}`);
        yield { frame, k, face };
      }
    }
  }

  test('is given for all the frames there are', () => {
    expect(frames.length).toBeGreaterThanOrEqual(282);
  });

  test('finds the same faces in pictures of the same size', () => {
    for (const [i, frame] of frames.entries()) {
      const { width, height, faces } = analyses[i] ?? { width: 0, height: 0, faces: [] };
      const name = basename(frame.file);
      expect([name, width, height]).toEqual([name, frame.width, frame.height]);
      expect([name, ...faces.map(({ box }) => String(box)).sort()]).toEqual([
        name,
        ...frame.boxes.map(String).sort(),
      ]);
    }
  });

  test('puts several faces in the same order, but where OpenCV leaves it to chance', () => {
    const differing = frames.filter(
      (frame, i) => String(analyses[i]?.faces.map(({ box }) => box)) !== String(frame.boxes),
    );
    const names = differing.map(({ file }) => basename(file));
    expect(names.filter((name) => !racedInTheReference.includes(name))).toEqual([]);
  });

  test('places every landmark within 0.05 px', () => {
    let worst = 0;
    for (const { frame, k, face } of matchedFaces()) {
      frame.landmarks[k]?.flat().forEach((coordinate, j) => {
        worst = Math.max(worst, Math.abs(coordinate - (face.landmarks[j] ?? NaN)));
      });
    }
    expect(worst).toBeLessThan(0.05);
  });

  test('computes every feature of the first face within 0.001', () => {
    for (const [i, frame] of frames.entries()) {
      const name = basename(frame.file);
      const faces = analyses[i]?.faces ?? [];
      // Where OpenCV's threads raced, another face may have been the first; its features are ours all the same.
      const candidates = racedInTheReference.includes(name) ? faces : faces.slice(0, 1);
      const deviations = candidates.map(({ landmarks }) =>
        deviation(normalizedFeatures(landmarks), frame.features),
      );
      expect([
        name,
        Math.min(...deviations, faces.length === 0 ? frame.features.length : Infinity) < 1e-3,
      ]).toEqual([name, true]);
    }
  });
});

/** Largest difference between two lists; infinite if their lengths differ. */
function deviation(ours: Float64Array, theirs: readonly number[]): number {
  if (ours.length !== theirs.length) return Infinity;
  return Math.max(...theirs.map((value, i) => Math.abs(value - (ours[i] ?? NaN))));
}
