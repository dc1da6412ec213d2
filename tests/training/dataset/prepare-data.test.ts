import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDataset } from '../../../src/training/dataset/dataset.js';
import type { DatasetFiles } from '../../../src/training/dataset/dataset-files.js';
import type { PhotoSearch } from '../../../src/vision/face-search.js';
import { prepareData, type PrepareReport } from '../../../src/training/dataset/prepare-data.js';
import { normalizedFeatures } from '../../../src/vision/features.js';
import { Vision } from '../../../src/vision/vision.js';
import { copyLabelledPhotos, tightPhoto } from '../../support/labelled-photos.js';
import { facePhoto, flatPicture } from '../../support/sample-photos.js';
import { addon } from '../../support/addon.js';
import { describeWith } from '../../support/requirements.js';
import { testModelFiles } from '../../support/test-models.js';

let folder: string;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-prepare-'));
  output = join(folder, 'out/data.txt');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Real photos of both emotions, one of nobody, one that the plain look misses, and two files that are no photos. */
async function photoFolder(): Promise<string> {
  const data = join(folder, 'photos');
  copyLabelledPhotos('happy', join(data, 'Happy'));
  copyLabelledPhotos('sad', join(data, 'SAD'));
  await cp(flatPicture, join(data, 'SAD/nobody.png'));
  await writeFile(join(data, 'SAD/tight.jpg'), tightPhoto());
  await writeFile(join(data, 'SAD/notes.txt'), 'not a picture');
  const whole = await readFile(facePhoto);
  await writeFile(join(data, 'Happy/cut-off.jpg'), whole.subarray(0, whole.length >> 1));
  return data;
}

async function openVision(lanes: number): Promise<Vision> {
  const { cascade, facemark } = await testModelFiles();
  return Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes });
}

async function prepare(
  dataFolder: string,
  lanes: number,
  { emotions = ['happy', 'sad'], plain = false } = {},
): Promise<PrepareReport> {
  const vision = await openVision(lanes);
  try {
    const search: PhotoSearch = { look: plain ? 'plain' : 'close', face: 'first' };
    return await prepareData(vision, { dataFolder, emotions, output, ...search });
  } finally {
    await vision.close();
  }
}

describeWith('prepare-data on real photos', [addon], () => {
  test('plain: the features of each photo with a face, a row each, classes in order', async () => {
    const data = await photoFolder();
    const report = await prepare(data, 2, { plain: true });
    const { rows, columns, features, classes } = await readDataset(output);
    expect(report.files.files).toHaveLength(8);
    expect(rows).toBe(8);
    const vision = await openVision(1);
    for (const [row, file] of report.files.files.entries()) {
      const { faces } = await vision.analyzeEncoded(await readFile(join(data, file)));
      const expected = normalizedFeatures(faces[0]?.landmarks ?? new Float32Array());
      expect(features.subarray(row * columns, (row + 1) * columns)).toEqual(expected);
      expect(classes[row]).toBe(file.startsWith('SAD/') ? 1 : 0);
    }
    await vision.close();
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
    expect(report.classes.map(({ photos }) => photos)).toEqual([5, 7]);
    for (const { photos, samples, withoutFace, unreadable } of report.classes) {
      expect(samples + withoutFace + unreadable).toBe(photos);
    }
    expect(beside.withoutFace).toEqual(['SAD/nobody.png']);
  });

  test('finds faces that the plain look misses, names their photos, and leaves the other rows as they are', async () => {
    const photos = await photoFolder();
    const plain = await prepare(photos, 2, { plain: true });
    const plainRows = (await readFile(output, 'utf8')).trimEnd().split('\n');
    const { files, classes } = await prepare(photos, 2);
    const rows = (await readFile(output, 'utf8')).trimEnd().split('\n');
    expect(plain.files.framed).toEqual([]);
    expect(plain.files.withoutFace).toContain('SAD/tight.jpg');
    expect(files.framed).toEqual(['SAD/tight.jpg']);
    expect(classes.map(({ framed }) => framed)).toEqual([0, 1]);
    expect(rows.filter((_, row) => files.files[row] !== 'SAD/tight.jpg')).toEqual(plainRows);
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
