/**
 * Builds the forests that come with the project, from the photos of the data sets: `node scripts/build-models.mjs`. Takes some
 * minutes. With the same program, photos and facemark model it gives the same files again, byte for byte.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { datasetsDir } from './lib/datasets.mjs';
import { root, show } from './lib/run.mjs';
import { runScript, say, SetupError } from './lib/say.mjs';

const faces = join(datasetsDir, 'faces');

/** Folders of photos by emotion; of several with the same name but for its case, all are taken. */
const sources = {
  happy: 'affect/happy',
  sad: 'affect/sad',
  HAPPY: 'raf/train/happy',
  SAD: 'raf/train/sad',
  ANGRY: 'raf/train/angry',
  NEUTRAL: 'raf/train/neutral',
  SURPRISED: 'raf/train/surprise',
};

/** Chosen by cross-validation and across sets, never on raf/test: see models/README.md. */
const shared = ['--transform', 'symmetric-landmarks', '--max-features', '0.4', '--max-depth', '6'];
const measured = ['--test-size', '0.05', '--cv', '5'];

/** For each forest: the landmarks of its rows, others that it was measured to serve, and how it is trained. */
const models = {
  'happy-sad': {
    landmarks: ['plain', 'refined', 'alone'],
    serves: [],
    options: [
      ...['--neither', 'ANGRY,NEUTRAL,SURPRISED', '--class-weight', '1,1.2'],
      ...['--min-samples-leaf', '90', '--sure', '0.7'],
      // The rows of one photo stay on one side of every split.
      ...['--group-by', '(.+)'],
    ],
  },
  expressive: {
    landmarks: ['plain'],
    serves: ['refined', 'alone'],
    options: ['--balance', '--min-samples-leaf', '15', '--sure', '0.5'],
  },
};

await runScript(() => {
  const work = mkdtempSync(join(tmpdir(), 'emochat-models-'));
  try {
    const photos = gatherPhotos(work);
    const kinds = new Set(Object.values(models).flatMap(({ landmarks }) => landmarks));
    const rows = new Map([...kinds].map((kind) => [kind, prepareRows(work, photos, kind)]));
    for (const [name, { landmarks, serves, options }] of Object.entries(models)) {
      const data = joinRows(
        join(work, `${name}.txt`),
        landmarks.map((kind) => rows.get(kind)),
      );
      const output = join(root, 'models', `${name}.json`);
      emochat('train', '--data', data, '--output', output, ...shared, ...measured, ...options);
      finish(output, serves);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
});

/**
 * @param {string} work a folder for passing files
 * @returns {string} a folder with a folder of photos for each name in `sources`
 */
function gatherPhotos(work) {
  const photos = join(work, 'photos');
  mkdirSync(photos);
  for (const [name, source] of Object.entries(sources)) symlinkSync(join(faces, source), join(photos, name));
  return photos;
}

/**
 * @param {string} work
 * @param {string} photos
 * @param {string} kind of landmarks; `alone`: as where there is no `lbfmodel.yaml`
 * @returns {string} the `data.txt` of all photos
 */
function prepareRows(work, photos, kind) {
  const rows = join(work, `${kind}.txt`);
  const emotions = 'angry,happy,neutral,sad,surprised';
  const options = kind === 'alone' ? onlyOwnLandmarks(work) : ['--landmarks', kind];
  emochat('prepare-data', '--data', photos, '--emotions', emotions, '--output', rows, ...options);
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
 * @returns {string} `joined`
 */
function joinRows(joined, parts) {
  const beside = (file) => file.replace(/\.txt$/, '.files.json');
  const sides = parts.map((part) => JSON.parse(readFileSync(beside(part), 'utf8')));
  const files = sides.flatMap((side) => side.files);
  writeFileSync(joined, parts.map((part) => readFileSync(part, 'utf8')).join(''));
  const landmarks = sides.map((side) => side.landmarks);
  const side = { ...sides[0], files, landmarks: landmarks.length === 1 ? landmarks[0] : landmarks };
  writeFileSync(beside(joined), JSON.stringify(side));
  return joined;
}

/**
 * Takes out when the model was made, so that the file says only what it was made from, and notes which other landmarks it was
 * measured to serve: see models/README.md.
 *
 * @param {string} file
 * @param {string[]} serves
 */
function finish(file, serves) {
  const model = JSON.parse(readFileSync(file, 'utf8'));
  delete model.training.createdAt;
  if (serves.length > 0) model.training.servesLandmarks = serves;
  writeFileSync(file, `${JSON.stringify(model)}\n`);
  say(`${file}: hecho.`, `${file}: built.`);
}

/** @param {string[]} args */
function emochat(...args) {
  if (show(process.execPath, [join(root, 'dist/cli/main.js'), ...args]) === 0) return;
  throw new SetupError(`Falló: emochat ${args[0]}.`, `emochat ${args[0]} failed.`);
}
