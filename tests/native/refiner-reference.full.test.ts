import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPrograms } from '../../scripts/lib/native/native-program.mjs';
import { packRefiner, type Refiner } from '../../scripts/lib/models/refiner-file.mjs';
import { ownRefinerFile, Vision } from '../../src/vision/vision.js';
import { readEmolm } from '../support/emolm-file.mjs';
import { PlainRefiner, singlePrecision, type Grey } from '../support/plain-refiner.js';
import { describeWith } from '../support/requirements.js';
import { datasetsDir, modelsDir, referenceDir, sharedCascade, sharedFacemark } from '../support/datasets.js';
import { projectRoot } from '../support/checkout.js';

/** What a candidate model gave for the first face of each reference picture. */
interface Line {
  file: string;
  box: number[];
  alone: number[];
  refined: number[];
}

const noPicture: Grey = { pixels: new Uint8Array(), width: 0, height: 0 };
const candidate = join(modelsDir, 'own/dlib8-r80.emolm');
const reference = join(referenceDir, 'own-landmarks.jsonl');
const dlibFile = '/usr/share/dlib/shape_predictor_68_face_landmarks.dat';

describeWith('The refiner on the reference pictures', [candidate, reference, sharedFacemark], () => {
  let folder: string;
  let lines: Line[];
  let refiner: Refiner;
  let refinerFile: string;
  let greys: Grey[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-refiner-'));
    const text = readFileSync(reference, 'utf8').trim();
    lines = text.split('\n').map((line) => JSON.parse(line) as Line);
    refiner = readEmolm(candidate);
    refinerFile = join(folder, 'candidate.emolm');
    await writeFile(refinerFile, packRefiner(refiner));
    greys = await readGreys(lines.map(({ file }) => join(datasetsDir, file)));
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true }));

  /** The landmarks of every line's face. */
  async function analysed(files: { facemarkFile?: string; refinerFile?: string }): Promise<Float32Array[]> {
    const vision = await Vision.open({ cascadeFile: sharedCascade, ...files, queueLimit: 1000 });
    try {
      return await Promise.all(
        lines.map(async ({ file, box }) => {
          const { faces } = await vision.analyzeEncoded(readFileSync(join(datasetsDir, file)));
          const face = faces.find((candidateFace) => String(candidateFace.box) === String(box));
          return face?.landmarks ?? new Float32Array();
        }),
      );
    } finally {
      await vision.close();
    }
  }

  test('gives the reference’s landmarks in all but a few pictures, evaluated with its sums in single precision', async () => {
    const facemarkFile = join(folder, 'lbfmodel.yaml');
    await writeFile(facemarkFile, readFileSync(sharedFacemark));
    const plain = new PlainRefiner(refiner, singlePrecision(refiner));
    const first = await analysed({ facemarkFile });
    const off = (measure: (line: Line, grey: Grey, i: number) => number): number =>
      lines.filter((line, i) => !(measure(line, greys[i] ?? noPicture, i) < 0.05)).length;
    const alone = off((line, grey) => apart(plain.refine(grey, plain.fitBox(grey, line.box)), line.alone));
    const refined = off((line, grey, i) => apart(plain.refine(grey, first[i] ?? []), line.refined));
    // Which pixel is read hangs on the last bit of a sum in single precision, and one pixel turns a tree.
    expect({
      alone: alone < lines.length / 20,
      refined: refined < lines.length / 20,
      off: [alone, refined],
    }).toMatchObject({ alone: true, refined: true });
  }, 900_000);

  test('gives the same as the plain evaluator, to a hundredth of a pixel, in all but a few pictures', async () => {
    const plain = new PlainRefiner(refiner);
    const ours = await analysed({ refinerFile });
    const off = lines.filter(({ box }, i) => {
      const grey = greys[i] ?? noPicture;
      return !(apart(plain.refine(grey, plain.fitBox(grey, box)), ours[i] ?? []) < 0.01);
    });
    // Where a pixel lies between two to the last bit, a tree may turn.
    expect(off.length).toBeLessThan(lines.length / 20);
  }, 900_000);

  test('differs from the reference by less than a hundredth of a face on average', async () => {
    const ours = await analysed({ refinerFile });
    const means = lines.map(({ alone, box: [, , width = NaN] }, i) => {
      return (
        alone.reduce((sum, value, k) => sum + Math.abs(value - (ours[i]?.[k] ?? NaN)), 0) /
        alone.length /
        width
      );
    });
    expect(Math.max(...means)).toBeLessThan(0.01);
    expect(means.sort((a, b) => a - b)[means.length >> 1]).toBeLessThan(0.0005);
  });
});

describeWith('The command that makes the refiner', [dlibFile], () => {
  test('gives the same bytes as the one that comes with the project', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'emochat-refiner-'));
    try {
      const output = join(folder, 'made.emolm');
      execFileSync(process.execPath, [join(projectRoot, 'scripts/build-refiner.mjs'), output]);
      expect(readFileSync(output).equals(readFileSync(ownRefinerFile))).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 600_000);
});

/** The largest difference of a coordinate. */
function apart(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) return Infinity;
  return Math.max(...Array.from(one, (value, i) => Math.abs(value - (other[i] ?? NaN))));
}

async function readGreys(files: string[]): Promise<Grey[]> {
  const [program = ''] = await buildPrograms([
    { source: 'tests/native/opencv/grey_pictures.cpp', libraries: ['opencv_imgcodecs'], kernels: false },
  ]);
  const bytes = execFileSync(program, files, { maxBuffer: 2 ** 30 });
  let at = 0;
  return files.map(() => {
    const [width, height] = [bytes.readInt32LE(at), bytes.readInt32LE(at + 4)];
    at += 8 + width * height;
    return { pixels: bytes.subarray(at - width * height, at), width, height };
  });
}
