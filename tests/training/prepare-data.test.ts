import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDataset } from '../../src/training/dataset.js';
import type { DatasetFiles } from '../../src/training/dataset-files.js';
import type { PhotoSearch } from '../../src/training/face-search.js';
import { prepareData, type PrepareReport } from '../../src/training/prepare-data.js';
import { Vision } from '../../src/vision/vision.js';
import { referenceFeatures } from '../support/real-rows.js';
import { addon, describeWith, facesDir, testModelFiles } from '../support/shared.js';

const affect = join(facesDir, 'affect');
/** Small photos that a face fills. */
const tightCrops = join(facesDir, 'raf/train/sad');
const original = new Map(
  tryRead(referenceFeatures).map(({ file, features }) => [file.replace('faces/affect/', ''), features]),
);

function tryRead(file: string): { file: string; features: number[] }[] {
  try {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as { file: string; features: number[] });
  } catch {
    return [];
  }
}

let folder: string;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-prepare-'));
  output = join(folder, 'out/data.txt');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Real photos of both emotions, some of which show no face that the cascade finds, and two files that are no photos. */
async function photoFolder(): Promise<string> {
  const data = join(folder, 'photos');
  const files = [...original.keys()].filter((file) => /^(happy|sad)\//.test(file));
  const picked = ['happy', 'sad'].flatMap((name) =>
    files.filter((file) => file.startsWith(`${name}/`)).slice(0, 15),
  );
  for (const file of picked) {
    await cp(join(affect, file), join(data, file.replace('happy/', 'Happy/').replace('sad/', 'SAD/')));
  }
  await writeFile(join(data, 'SAD/notes.txt'), 'not a picture');
  await cp(join(affect, picked[0] ?? ''), join(data, 'Happy/cut-off.jpg'));
  const whole = await readFile(join(data, 'Happy/cut-off.jpg'));
  await writeFile(join(data, 'Happy/cut-off.jpg'), whole.subarray(0, whole.length >> 1));
  return data;
}

async function prepare(
  dataFolder: string,
  lanes: number,
  { emotions = ['happy', 'sad'], plain = false } = {},
): Promise<PrepareReport> {
  const { cascade, facemark } = await testModelFiles();
  const vision = await Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes });
  try {
    const search: PhotoSearch = { look: plain ? 'plain' : 'close', face: 'first' };
    return await prepareData(vision, { dataFolder, emotions, output, ...search });
  } finally {
    await vision.close();
  }
}

describeWith('prepare-data on real photos', [affect, referenceFeatures, addon], () => {
  test('plain: the features that the original computes, a row a photo with a face, classes in order', async () => {
    const report = await prepare(await photoFolder(), 2, { plain: true });
    const data = await readDataset(output);
    const asReference = (file: string) => file.replace('Happy/', 'happy/').replace('SAD/', 'sad/');
    expect(data.rows).toBe(report.files.files.length);
    expect(data.rows).toBeGreaterThan(15);
    report.files.files.forEach((file, row) => {
      const expected = original.get(asReference(file)) ?? [];
      const features = Array.from(data.features.subarray(row * data.columns, (row + 1) * data.columns));
      expect(features).toHaveLength(expected.length);
      const worst = Math.max(...features.map((value, i) => Math.abs(value - (expected[i] ?? NaN))));
      expect(worst).toBeLessThan(1e-3);
      expect(data.classes[row]).toBe(file.startsWith('SAD/') ? 1 : 0);
    });
  });

  test('gives the same files byte for byte on one lane and on three', async () => {
    const photos = await photoFolder();
    const read = async () => [
      await readFile(output, 'utf8'),
      await readFile(join(folder, 'out/data.files.json'), 'utf8'),
    ];
    await prepare(photos, 1);
    const one = await read();
    await prepare(photos, 3);
    expect(await read()).toEqual(one);
    expect(one[0]).toMatch(/^(?:-?\d\.\d{18}e[+-]\d\d ){136}[01]\.0{18}e\+00\n/);
  });

  test('counts and names what gave no row', async () => {
    const report = await prepare(await photoFolder(), 2);
    const beside = JSON.parse(await readFile(join(folder, 'out/data.files.json'), 'utf8')) as DatasetFiles;
    expect(beside).toEqual(report.files);
    expect(beside.labels).toEqual(['HAPPY', 'SAD']);
    expect(beside.unreadable.map(({ file }) => file)).toEqual(['Happy/cut-off.jpg', 'SAD/notes.txt']);
    expect(report.classes.map(({ photos }) => photos)).toEqual([16, 16]);
    for (const { photos, samples, withoutFace, unreadable } of report.classes) {
      expect(samples + withoutFace + unreadable).toBe(photos);
    }
    const withoutFace = beside.withoutFace.map((file) =>
      original.get(file.replace('Happy/', 'happy/').replace('SAD/', 'sad/')),
    );
    expect(withoutFace.every((features) => features?.length === 0)).toBe(true);
  });

  test('finds faces that the plain look misses, names their photos, and leaves the other rows as they are', async () => {
    const photos = await photoFolder();
    for (const name of (await readdir(tightCrops)).sort().slice(0, 10)) {
      await cp(join(tightCrops, name), join(photos, 'SAD', name));
    }
    const plain = await prepare(photos, 2, { plain: true });
    const plainRows = (await readFile(output, 'utf8')).trimEnd().split('\n');
    const { files, classes } = await prepare(photos, 2);
    const rows = (await readFile(output, 'utf8')).trimEnd().split('\n');
    const framed = new Set(files.framed);
    // Photos that can be enlarged get steadier landmarks; these cannot.
    const large = (list: readonly string[]) => list.map((file) => !file.endsWith('_aligned.jpg'));
    const largePlain = large(plain.files.files);
    const largeNow = large(files.files);
    expect(framed.size).toBeGreaterThan(1);
    expect(plain.files.framed).toEqual([]);
    expect(classes.reduce((sum, counts) => sum + counts.framed, 0)).toBe(framed.size);
    expect(plain.files.withoutFace).toEqual(expect.arrayContaining([...framed]));
    expect(rows.filter((_, row) => largeNow[row] && !framed.has(files.files[row] ?? ''))).toEqual(
      plainRows.filter((_, row) => largePlain[row]),
    );
  });

  test('numbers the classes by name even if one has no folder', async () => {
    const photos = await photoFolder();
    await rm(join(photos, 'Happy'), { recursive: true });
    const report = await prepare(photos, 2);
    expect(report.files.labels).toEqual(['HAPPY', 'SAD']);
    expect(new Set((await readDataset(output)).classes)).toEqual(new Set([1]));
  });

  test('takes any emotions that have folders', async () => {
    const photos = await photoFolder();
    await cp(join(photos, 'Happy'), join(photos, 'surprised'), { recursive: true });
    const report = await prepare(photos, 2, { emotions: ['Surprised', 'sad', 'happy'] });
    expect(report.files.labels).toEqual(['HAPPY', 'SAD', 'SURPRISED']);
    expect(report.classes[2]?.samples).toBe(report.classes[0]?.samples);
  });

  test('stops and leaves the old data alone if no photo shows a face, or the folders are not there', async () => {
    await mkdir(join(folder, 'out'));
    await writeFile(output, 'old');
    await expect(prepare(join(folder, 'none'), 1)).rejects.toMatchObject({ code: 'DATA_FOLDER_MISSING' });
    await mkdir(join(folder, 'empty/angry'), { recursive: true });
    await expect(prepare(join(folder, 'empty'), 1)).rejects.toMatchObject({ code: 'NO_EMOTION_FOLDER' });
    await mkdir(join(folder, 'faceless/sad'), { recursive: true });
    await writeFile(join(folder, 'faceless/sad/a.jpg'), 'no photo');
    await expect(prepare(join(folder, 'faceless'), 1)).rejects.toMatchObject({ code: 'NO_SAMPLE' });
    expect(await readFile(output, 'utf8')).toBe('old');
    expect(await readdir(join(folder, 'out'))).toEqual(['data.txt']);
  });
});
