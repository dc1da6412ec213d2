import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { normalizedFeatures } from '../../src/vision/features.js';
import type { FrameAnalysis } from '../../src/vision/frame.js';
import { Vision } from '../../src/vision/vision.js';
import { groupPhotos } from '../support/sample-photos.js';
import { cascadeFile } from '../support/test-models.js';

/** What the original's own Python code answered; see `original/answers.py`. */
interface Answer {
  file: string;
  width: number;
  height: number;
  boxes: number[][];
  /** Of the first face. */
  landmarks: number[][];
  features: number[];
}

const original = join(import.meta.dirname, 'original');
const answers = readFileSync(join(original, 'answers.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Answer);

function farthest(ours: ArrayLike<number>, theirs: readonly number[]): number {
  return Math.max(...theirs.map((value, i) => Math.abs(value - (ours[i] ?? NaN))));
}

describe('The answer of the original', () => {
  let folder: string;
  let analyses: FrameAnalysis[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-original-'));
    const facemarkFile = join(folder, 'made.yaml');
    await writeFile(facemarkFile, execFileSync(process.execPath, [join(original, 'made-facemark.mjs')]));
    const vision = await Vision.open({ cascadeFile, facemarkFile });
    analyses = await Promise.all(
      groupPhotos.map(async (file) => vision.analyzeEncoded(await readFile(file))),
    );
    await vision.close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(answers.map((answer, i) => ({ ...answer, i })))(
    'is ours for $file',
    ({ i, file, width, height, boxes, landmarks, features }) => {
      expect(basename(groupPhotos[i] ?? '')).toBe(file);
      const ours = analyses[i] ?? { width: 0, height: 0, faces: [] };
      expect([ours.width, ours.height]).toEqual([width, height]);
      // Which of several faces OpenCV lists first may depend on how its threads race.
      expect(ours.faces.map(({ box }) => String(box)).sort()).toEqual(boxes.map(String).sort());
      const first = ours.faces.find(({ box }) => String(box) === String(boxes[0]))?.landmarks;
      expect(farthest(first ?? [], landmarks.flat())).toBeLessThan(0.05);
      expect(farthest(normalizedFeatures(first ?? new Float32Array()), features)).toBeLessThan(1e-3);
    },
  );
});
