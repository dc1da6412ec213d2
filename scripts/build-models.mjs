/**
 * Builds the forests that come with the project, from the photos of the data sets: `node scripts/build-models.mjs [NAME…]`, all
 * of them by default. Takes about half an hour. With the same program, photos and facemark model it gives the same files again, byte for byte.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { headLength, npyHead } from '../dist/training/dataset/npy.js';
import { datasetsDir } from './lib/models/datasets.mjs';
import { root, show } from './lib/run.mjs';
import { runScript, say, SetupError } from './lib/say.mjs';
import { emotions, gatherPhotos, posed, setsAndPeople } from './lib/models/training-photos.mjs';

const faces = join(datasetsDir, 'faces');

/** Chosen by cross-validation and across sets, never on raf/test: see models/README.md. */
const measured = ['--test-size', '0.05', '--cv', '5'];

/** Each photo gives a row for each kind of landmarks. */
const landmarks = ['plain', 'refined', 'alone'];

/** For each forest: the folders of photos that it does not learn from, and how it is trained. */
const models = {
  'happy-sad': {
    without: Object.keys(posed),
    options: [
      ...['--transform', 'symmetric-landmarks', '--max-features', '0.4', '--max-depth', '6'],
      ...['--neither', 'ANGRY,NEUTRAL,SURPRISED', '--class-weight', '1,1.2'],
      ...['--min-samples-leaf', '90', '--sure', '0.7'],
      // The rows of one photo stay on one side of every split.
      ...['--group-by', '(.+)'],
    ],
  },
  expressive: {
    without: [],
    options: [
      ...['--transform', 'picture-scores', '--trees', '100', '--max-depth', '7', '--min-samples-leaf', '90'],
      ...['--balance', '--sure', '0.6', '--baseline', 'neutral'],
      ...setsAndPeople,
    ],
  },
};

/** Of which folders every how many photos are spoilt, for the forest that tells faces that cannot be read. */
const spoilt = {
  'raf/train/happy': 24,
  'raf/train/sad': 10,
  'raf/train/angry': 5,
  'raf/train/neutral': 12,
  'raf/train/surprise': 8,
  'raf/train/disgust': 6,
  'raf/train/fear': 4,
  'affect/happy': 14,
  'affect/sad': 7,
  'ckplus/happy': 6,
  'ckplus/sad': 6,
  'ckplus/angry': 6,
  'ckplus/neutral': 6,
};

const quality = [
  ...['--transform', 'picture-scores', '--trees', '100', '--max-depth', '6', '--min-samples-leaf', '60'],
  ...['--balance', '--sure', '0.2'],
  // What was made of one photo, or of those of one person, stays on one side of every split.
  ...['--group-by', '^(ckplus-S\\d{3}|.+)--'],
];

await runScript(async () => {
  const known = [...Object.keys(models), 'face-quality'];
  const unknown = process.argv.slice(2).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const [asked, all] = [unknown.join(', '), known.join(', ')];
    throw new SetupError(`${asked}: los modelos son ${all}.`, `${asked}: the models are ${all}.`);
  }
  const work = mkdtempSync(join(tmpdir(), 'emochat-models-'));
  try {
    if (wanted('face-quality')) await buildQuality(work);
    const chosen = Object.entries(models).filter(([name]) => wanted(name));
    if (chosen.length === 0) return;
    const photos = gatherPhotos(work);
    const rows = landmarks.map((kind) => prepareRows(work, photos, kind));
    for (const [name, { without, options }] of chosen) {
      const data = joinRows(join(work, `${name}.txt`), rows, without);
      const output = join(root, 'models', `${name}.json`);
      emochat('train', '--data', data, '--output', output, ...measured, ...options);
      finish(output);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
});

/**
 * @param {string} name of a model
 * @returns {boolean} whether it is one of those named on the command line, if any are
 */
function wanted(name) {
  const names = process.argv.slice(2);
  return names.length === 0 || names.includes(name);
}

/** @param {string} work a folder for passing files */
async function buildQuality(work) {
  const photos = join(work, 'spoilt');
  await Promise.all(halves(Object.entries(spoilt)).map((folders) => spoilPhotos(folders, photos)));
  const data = join(work, 'quality.txt');
  const faults = ['--emotions', 'good,occluded,turned,blurred', '--features', 'picture'];
  emochat('prepare-data', '--data', photos, ...faults, '--output', data);
  const output = join(root, 'models', 'face-quality.json');
  emochat('train', '--data', data, '--output', output, ...measured, ...quality);
  finish(output);
}

/**
 * @template T
 * @param {T[]} items
 * @returns {T[][]} two lists, for two cores
 */
function halves(items) {
  return [0, 1].map((half) => items.filter((_, i) => i % 2 === half));
}

/**
 * @param {[folder: string, every: number][]} folders
 * @param {string} out
 */
async function spoilPhotos(folders, out) {
  const script = join(root, 'scripts', 'spoil-photos.mjs');
  for (const [folder, every] of folders) {
    const prefix = `${folder.split('/')[0]}-`;
    const args = [script, join(faces, folder), out, '--every', String(every), '--prefix', prefix];
    const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
    if (code !== 0) throw new SetupError('Falló: spoil-photos.', 'spoil-photos failed.');
  }
}

/**
 * @param {string} work
 * @param {string} photos
 * @param {string} kind of landmarks; `alone`: as where there is no `lbfmodel.yaml`
 * @returns {string} the `data.txt` of all photos
 */
function prepareRows(work, photos, kind) {
  const rows = join(work, `${kind}.txt`);
  const options = kind === 'alone' ? onlyOwnLandmarks(work) : ['--landmarks', kind];
  const whole = ['--data', photos, '--emotions', emotions.join(), '--features', 'picture', '--output', rows];
  emochat('prepare-data', ...whole, ...options);
  return rows;
}

/**
 * What makes `prepare-data` do without `lbfmodel.yaml`, wherever else one may lie.
 *
 * @param {string} work
 */
function onlyOwnLandmarks(work) {
  const folder = join(work, 'models');
  mkdirSync(folder);
  const nowhere = pathToFileURL(join(work, 'no-mirror')).href;
  return ['--landmarks', 'refined', '--offline', '--models-dir', folder, '--models-url', nowhere];
}

/**
 * Joins the rows of the same photos with different landmarks.
 *
 * @param {string} joined
 * @param {string[]} parts
 * @param {string[]} without the folders whose photos are left out
 * @returns {string} `joined`
 */
function joinRows(joined, parts, without) {
  const sets = parts.map((part) => {
    const side = JSON.parse(readFileSync(filesBeside(part), 'utf8'));
    const lines = readFileSync(part, 'utf8').trimEnd().split('\n');
    const pictures = readFileSync(picturesBeside(part)).subarray(headLength);
    const width = pictures.length / lines.length;
    const kept = [...lines.keys()].filter((row) => !without.includes(side.files[row].split('/')[0]));
    return {
      side,
      width,
      lines: kept.map((row) => lines[row]),
      files: kept.map((row) => side.files[row]),
      pictures: kept.map((row) => pictures.subarray(row * width, (row + 1) * width)),
    };
  });
  const [{ side, width }] = sets;
  const files = sets.flatMap((set) => set.files);
  writeFileSync(joined, `${sets.flatMap(({ lines }) => lines).join('\n')}\n`);
  writeFileSync(filesBeside(joined), JSON.stringify({ ...side, files, landmarks }));
  const pictures = sets.flatMap((set) => set.pictures);
  writeFileSync(picturesBeside(joined), Buffer.concat([npyHead(files.length, width), ...pictures]));
  return joined;
}

/** @param {string} data */
function filesBeside(data) {
  return data.replace(/\.txt$/, '.files.json');
}

/** @param {string} data */
function picturesBeside(data) {
  return data.replace(/\.txt$/, '.picture.npy');
}

/**
 * Takes out when the model was made, so that the file says only what it was made from.
 *
 * @param {string} file
 */
function finish(file) {
  const model = JSON.parse(readFileSync(file, 'utf8'));
  delete model.training.createdAt;
  writeFileSync(file, `${JSON.stringify(model)}\n`);
  say(`${file}: hecho.`, `${file}: built.`);
}

/** @param {string[]} args */
function emochat(...args) {
  if (show(process.execPath, [join(root, 'dist/cli/main.js'), ...args]) === 0) return;
  throw new SetupError(`Falló: emochat ${args[0]}.`, `emochat ${args[0]} failed.`);
}
