import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { Vision } from '../../src/vision/vision.js';
import { comparisonTimeout, exhaustive, inParts, labelledPhotos, Progress } from '../support/amount.js';
import { ClipFrames } from '../support/clips.js';
import { referenceFrames } from '../support/photos.js';
import { describeWith, facesDir, referenceDir, sharedFacemark, testModelFiles } from '../support/shared.js';
import { buildYardstick } from '../support/yardstick.js';

const run = promisify(execFile);

interface OpencvFace {
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

/** What the comparison says: a line for every difference, the instruction sets, its counts. */
async function compareFitters(program: string, args: string[]) {
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

describeWith('The fitter on every instruction set', [referenceDir, sharedFacemark], () => {
  let program: string;
  beforeAll(
    async () => void (program = await buildYardstick('compare_facemarks', ['face', 'imgcodecs'])),
    300_000,
  );

  test(
    "gives OpenCV's landmarks on the faces of the reference pictures",
    { timeout: comparisonTimeout },
    async () => {
      const { facemark } = await testModelFiles();
      const faces = referenceFrames().flatMap(({ file, boxes }) => [file, ...boxes.map(String)]);
      const result = await compareFitters(program, [facemark, ...faces]);
      expect(result.different).toEqual([]);
      expect(result.faces).toBeGreaterThan(250);
      expect(result.targets.length).toBeGreaterThan(1);
    },
  );

  test(
    'gives the same as a plain evaluation with models, pictures and boxes of every size',
    { timeout: comparisonTimeout },
    async () => {
      const models = exhaustive ? 400 : 40;
      const result = await compareFitters(program, ['--made', String(models)]);
      expect(result.different).toEqual([]);
      expect(result.models).toBe(models);
      expect(result.faces).toBe(40 * models);
    },
  );
});

describeWith("OpenCV's own FacemarkLBF", [referenceDir, facesDir, sharedFacemark], () => {
  let program: string;
  let models: { cascade: string; facemark: string };
  beforeAll(async () => {
    program = await buildYardstick('fit_with_opencv', ['face', 'imgcodecs']);
    models = await testModelFiles();
  }, 600_000);

  /** What OpenCV finds in each picture. */
  async function opencvFaces(files: readonly string[]): Promise<OpencvFace[][]> {
    const args = [models.cascade, models.facemark, ...files];
    const { stdout } = await run(program, args, { maxBuffer: 1 << 28 });
    // OpenCV prints lines of its own while it loads the model.
    const lines = stdout.split('\n').flatMap((line) => (line.startsWith('faces ') ? [line.slice(6)] : []));
    expect(lines).toHaveLength(files.length);
    return lines.map(parseLine);
  }

  /** Boxes of a picture that one of the two did not find, and the farthest coordinate over the others. */
  async function compare(vision: Vision, file: string, theirs: readonly OpencvFace[]) {
    const ours = (await vision.analyzeEncoded(await readFile(file))).faces;
    const boxes = [ours.map(({ box }) => String(box)).sort(), theirs.map(({ box }) => box).sort()];
    expect([basename(file), ...(boxes[0] ?? [])]).toEqual([basename(file), ...(boxes[1] ?? [])]);
    const distances = theirs.flatMap(({ box, landmarks }) => {
      const match = ours.find((face) => String(face.box) === box)?.landmarks ?? [];
      return landmarks.map((value, k) => Math.abs(value - (match[k] ?? NaN)));
    });
    return { faces: theirs.length, farthest: Math.max(0, ...distances) };
  }

  test('is matched within 0.01 px on every face', { timeout: comparisonTimeout }, async () => {
    const reference = referenceFrames().map(({ file }) => file);
    const clips = exhaustive ? new ClipFrames() : undefined;
    const vision = await Vision.open({
      cascadeFile: models.cascade,
      facemarkFile: models.facemark,
      queueLimit: 1000,
    });
    try {
      const all = exhaustive ? [...labelledPhotos(), ...(clips?.files ?? [])] : [];
      const files = [...new Set([...reference, ...all])];
      const progress = new Progress('landmarks', files.length);
      const farther: string[] = [];
      let faces = 0;
      let farthest = 0;
      for (const part of inParts(files, 300)) {
        const theirs = await opencvFaces(part);
        const found = await Promise.all(part.map((file, i) => compare(vision, file, theirs[i] ?? [])));
        for (const [i, one] of found.entries()) {
          faces += one.faces;
          farthest = Math.max(farthest, one.farthest);
          if (!(one.farthest < 0.01)) farther.push(`${part[i] ?? ''}: ${one.farthest} px`);
        }
        progress.add(part.length, `${faces} faces, at most ${farthest.toFixed(6)} px apart`);
      }
      expect(farther).toEqual([]);
      expect(faces).toBeGreaterThan(exhaustive ? 5000 : 250);
    } finally {
      clips?.remove();
      await vision.close();
    }
  });
});
