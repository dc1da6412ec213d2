import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { Vision } from '../../src/vision/vision.js';
import { referenceFrames } from '../support/photos.js';
import { buildYardstick } from '../support/yardstick.js';
import { describeWith, referenceDir, sharedFacemark, testModelFiles } from '../support/shared.js';

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
async function compare(program: string, args: string[]) {
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
  beforeAll(async () => {
    const kernels = ['facemark_compact', 'facemark_fit', 'facemark_simd', 'facemark_yaml', 'mapped_file'];
    program = await buildYardstick(
      'compare_facemarks',
      ['face', 'imgcodecs', 'core'],
      kernels.map((name) => `${name}.cpp`),
    );
  }, 300_000);

  test("gives OpenCV's landmarks on the faces of the reference pictures", { timeout: 300_000 }, async () => {
    const { facemark } = await testModelFiles();
    const faces = referenceFrames().flatMap(({ file, boxes }) => [file, ...boxes.map(String)]);
    const result = await compare(program, [facemark, ...faces]);
    expect(result.different).toEqual([]);
    expect(result.faces).toBeGreaterThan(250);
    expect(result.targets.length).toBeGreaterThan(1);
  });

  test(
    'gives the same as a plain evaluation with models, pictures and boxes of every size',
    { timeout: 300_000 },
    async () => {
      const result = await compare(program, ['--made', '40']);
      expect(result.different).toEqual([]);
      expect(result.models).toBe(40);
      expect(result.faces).toBe(1600);
    },
  );
});

describeWith("OpenCV's own FacemarkLBF", [referenceDir, sharedFacemark], () => {
  test(
    'is matched within 0.01 px on every face of every reference picture',
    { timeout: 600_000 },
    async () => {
      const { cascade, facemark } = await testModelFiles();
      const files = referenceFrames().map(({ file }) => file);
      const program = await buildYardstick('fit_with_opencv', ['face']);
      const { stdout } = await run(program, [cascade, facemark, ...files], { maxBuffer: 1 << 26 });
      // OpenCV prints lines of its own while it loads the model.
      const lines = stdout.split('\n').flatMap((line) => (line.startsWith('faces ') ? [line.slice(6)] : []));
      expect(lines).toHaveLength(files.length);
      const vision = await Vision.open({ cascadeFile: cascade, facemarkFile: facemark, queueLimit: 1000 });
      let faces = 0;
      await Promise.all(
        files.map(async (file, i) => {
          const theirs = parseLine(lines[i] ?? '');
          const ours = (await vision.analyzeEncoded(readFileSync(file))).faces;
          expect([basename(file), ...ours.map(({ box }) => String(box)).sort()]).toEqual([
            basename(file),
            ...theirs.map(({ box }) => box).sort(),
          ]);
          for (const { box, landmarks } of theirs) {
            const match = ours.find((face) => String(face.box) === box)?.landmarks ?? [];
            const worst = Math.max(...landmarks.map((value, k) => Math.abs(value - (match[k] ?? NaN))));
            expect([basename(file), worst < 0.01]).toEqual([basename(file), true]);
            faces += 1;
          }
        }),
      );
      await vision.close();
      expect(faces).toBeGreaterThan(250);
    },
  );
});
