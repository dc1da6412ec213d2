import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPrograms } from '../../scripts/lib/native/native-program.mjs';
import { withLock } from '../../scripts/lib/setup/stamp.mjs';
import { ensureModelFile } from '../../src/vision/model-files/model-files.js';
import { projectRoot } from './checkout.js';
import { facePhotoOf, type FaceName } from './sample-photos.js';

/** The cascade, as Debian's and Ubuntu's `opencv-data` has it. */
export const cascadeFile = '/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml';

const parent = join(projectRoot, '.cache/test-models');
const trainer = 'tests/support/native/train_facemark.cpp';
const landmarksFile = join(import.meta.dirname, 'sample-landmarks.json');

/** Landmarks of the photos of one face: x0, y0, x1, y1, … in pixels, iBUG order. */
export const sampleLandmarks = JSON.parse(readFileSync(landmarksFile, 'utf8')) as Record<FaceName, number[]>;

/** Outer corners of the eyes, tip of the nose, corners of the mouth. */
const fivePoints = [36, 45, 30, 48, 54];
const allPoints = Array.from({ length: 68 }, (_, i) => i);

/** Where the files for tests are; the name says what they were made of. */
const folder = ((): string => {
  const hash = createHash('sha256');
  for (const file of [join(projectRoot, trainer), landmarksFile, facePhotoOf('smiling')]) {
    hash.update(readFileSync(file));
  }
  return join(parent, hash.digest('hex').slice(0, 12));
})();

/**
 * A mirror of the model files (`EMOCHAT_MODELS_URL`) that needs no network: the cascade, a small facemark of 68 landmarks
 * under the name of the public one, which fits the sample photos well, and their `SHA256SUMS`.
 */
export const testMirror = join(folder, 'mirror');

/** A small facemark of five landmarks. */
export const fiveLandmarksFacemark = join(folder, 'five-landmarks.yaml');

/** {@link testMirror} as the setting takes it. */
export const testMirrorUrl = pathToFileURL(testMirror).href;

/** Makes the files of this module unless they are there; some seconds. */
async function prepareTestModels(): Promise<void> {
  if (existsSync(folder)) return;
  await withLock(`${parent}.lock`, async () => {
    if (!existsSync(folder)) await makeTestModels();
  });
}

async function makeTestModels(): Promise<void> {
  const [program = ''] = await buildPrograms([
    { source: trainer, libraries: ['opencv_face', 'opencv_imgcodecs'], kernels: false },
  ]);
  await mkdir(parent, { recursive: true });
  const partial = await mkdtemp(join(parent, 'partial-'));
  try {
    const mirror = join(partial, 'mirror');
    await mkdir(mirror);
    await copyFile(cascadeFile, join(mirror, 'haarcascade_frontalface_default.xml'));
    await train(program, join(mirror, 'lbfmodel.yaml'), allPoints, { stages: 3, trees: 1, depth: 3 });
    await train(program, join(partial, 'five-landmarks.yaml'), fivePoints, { stages: 4, trees: 3, depth: 4 });
    await writeSums(mirror, ['haarcascade_frontalface_default.xml', 'lbfmodel.yaml']);
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Trains a facemark of the given landmarks on the photos of one face. */
async function train(
  program: string,
  output: string,
  points: readonly number[],
  { stages, trees, depth }: { stages: number; trees: number; depth: number },
): Promise<void> {
  const names = Object.keys(sampleLandmarks) as FaceName[];
  const samples = names.map((name) => {
    const numbers = points.flatMap((point) => sampleLandmarks[name].slice(2 * point, 2 * point + 2));
    return `${facePhotoOf(name)} ${numbers.join(' ')}\n`;
  });
  const child = spawn(program, [cascadeFile, output, ...[stages, trees, depth].map(String)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end(samples.join(''));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`train_facemark ended with ${code}: ${said}`);
}

async function writeSums(mirror: string, names: readonly string[]): Promise<void> {
  const lines = names.map((name) => {
    const sum = createHash('sha256')
      .update(readFileSync(join(mirror, name)))
      .digest('hex');
    return `${sum}  ${name}\n`;
  });
  await writeFile(join(mirror, 'SHA256SUMS'), lines.join(''));
}

let modelsDir: Promise<string> | undefined;

/**
 * A models folder (`EMOCHAT_MODELS_DIR`) with the files of {@link testMirror}, prepared once and kept in `.cache/`, so that what
 * is made beside the files (the compact facemark) is made once, too.
 */
export function testModelsDir(): Promise<string> {
  modelsDir ??= prepareModelsDir();
  return modelsDir;
}

async function prepareModelsDir(): Promise<string> {
  await prepareTestModels();
  const models = join(folder, 'models');
  const source = { modelsDir: models, modelsUrl: testMirrorUrl };
  await ensureModelFile('cascade', source);
  await ensureModelFile('facemark', source);
  return models;
}

/** The two model files in {@link testModelsDir}. */
export async function testModelFiles(): Promise<{ cascade: string; facemark: string }> {
  const models = await testModelsDir();
  return {
    cascade: join(models, 'haarcascade_frontalface_default.xml'),
    facemark: join(models, 'lbfmodel.yaml'),
  };
}

/**
 * A copy of another facemark in a folder of its own in `.cache/`, where its compact form is made beside it and kept: the data
 * sets may be read-only.
 */
export async function copyOfFacemark(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  const copies = join(parent, `copy-${size}-${Math.floor(mtimeMs)}`);
  const copy = join(copies, basename(file));
  if (existsSync(copy)) return copy;
  await mkdir(copies, { recursive: true });
  const partial = `${copy}.${process.pid}`;
  await copyFile(file, partial);
  await rename(partial, copy);
  return copy;
}
