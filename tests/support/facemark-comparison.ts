import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Vision } from '../../src/vision/vision.js';

const run = promisify(execFile);

/** A face as OpenCV finds and fits it: its box, comma-separated, and x0, y0, x1, y1, … */
export interface OpencvFace {
  box: string;
  landmarks: number[];
}

function parseLine(line: string): OpencvFace[] {
  if (line === '') return [];
  return line.split(';').map((face) => {
    const numbers = face.split(' ').map(Number);
    return { box: String(numbers.slice(0, 4)), landmarks: numbers.slice(4) };
  });
}

/** What `fit_with_opencv` finds in each picture. */
export async function opencvFaces(
  program: string,
  models: { cascade: string; facemark: string },
  files: readonly string[],
): Promise<OpencvFace[][]> {
  const args = [models.cascade, models.facemark, ...files];
  const { stdout } = await run(program, args, { maxBuffer: 1 << 28 });
  // OpenCV prints lines of its own while it loads the model.
  const lines = stdout.split('\n').flatMap((line) => (line.startsWith('faces ') ? [line.slice(6)] : []));
  expect(lines).toHaveLength(files.length);
  return lines.map(parseLine);
}

/** Sees to it that both found the same boxes in a picture. @returns how many, and the farthest coordinate over all of them, in pixels. */
export async function compareFaces(
  vision: Vision,
  file: string,
  theirs: readonly OpencvFace[],
): Promise<{ faces: number; farthest: number }> {
  const ours = (await vision.analyzeEncoded(await readFile(file))).faces;
  const boxes = [ours.map(({ box }) => String(box)).sort(), theirs.map(({ box }) => box).sort()];
  expect([basename(file), ...(boxes[0] ?? [])]).toEqual([basename(file), ...(boxes[1] ?? [])]);
  const distances = theirs.flatMap(({ box, landmarks }) => {
    const match = ours.find((face) => String(face.box) === box)?.landmarks ?? [];
    return landmarks.map((value, k) => Math.abs(value - (match[k] ?? NaN)));
  });
  return { faces: theirs.length, farthest: Math.max(0, ...distances) };
}

/** What `compare_facemarks` says: a line for every difference, the instruction sets, its counts. */
export async function compareFitters(
  program: string,
  args: readonly string[],
): Promise<{ different: string[]; targets: string[]; models: number; faces: number }> {
  const { stdout } = await run(program, args, { maxBuffer: 1 << 26 }).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) };
    throw error;
  });
  const lines = stdout.split('\n');
  const [, models, faces] = /^models (\d+) faces (\d+)/m.exec(stdout) ?? [];
  return {
    different: lines.filter((line) => line.startsWith('different:')),
    targets: /^targets (.*)$/m.exec(stdout)?.[1]?.split(' ') ?? [],
    models: Number(models),
    faces: Number(faces),
  };
}
