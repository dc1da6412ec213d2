import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasetsDir } from '../../scripts/lib/models/datasets.mjs';

export { datasetsDir };

/** Model files, labelled photos and the original's answers; for `*.full.test.ts` alone, and to be named as a requirement. */
export const modelsDir = join(datasetsDir, 'models');
export const facesDir = join(datasetsDir, 'faces');
export const referenceDir = join(datasetsDir, 'reference');
export const sharedCascade = join(modelsDir, 'haarcascade_frontalface_default.xml');
export const sharedFacemark = join(modelsDir, 'lbfmodel.yaml');

/** What the original's code gives for one picture; see the reference's README. */
export interface ReferenceFrame {
  file: string;
  width: number;
  height: number;
  boxes: number[][];
  landmarks: number[][][];
  features: number[];
}

/** All reference frames, with `file` made absolute. */
export function referenceFrames(): ReferenceFrame[] {
  return readFileSync(join(referenceDir, 'features.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const frame = JSON.parse(line) as ReferenceFrame;
      return { ...frame, file: join(datasetsDir, frame.file) };
    });
}

/** Every labelled photo, in the order of their names. */
export function labelledPhotos(): string[] {
  return readdirSync(facesDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(jpe?g|png)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
