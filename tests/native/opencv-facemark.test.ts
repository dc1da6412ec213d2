import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
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
