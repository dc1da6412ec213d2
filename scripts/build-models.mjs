/**
 * Builds the forests that come with the project, from the photos of the data sets: `node scripts/build-models.mjs`. Takes some
 * minutes. With the same program, photos and facemark model it gives the same files again, byte for byte.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const models = {
  'happy-sad': [
    ...['--neither', 'ANGRY,NEUTRAL,SURPRISED', '--class-weight', '1,1.4'],
    ...['--min-samples-leaf', '30', '--sure', '0.7'],
  ],
  expressive: ['--balance', '--min-samples-leaf', '15', '--sure', '0.5'],
};

await runScript(() => {
  const work = mkdtempSync(join(tmpdir(), 'emochat-models-'));
  try {
    const rows = prepareRows(work);
    for (const [name, options] of Object.entries(models)) {
      const output = join(root, 'models', `${name}.json`);
      emochat('train', '--data', rows, '--output', output, ...shared, ...measured, ...options);
      finish(output);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
});

/**
 * @param {string} work a folder for passing files
 * @returns {string} the `data.txt` of all photos
 */
function prepareRows(work) {
  const photos = join(work, 'photos');
  mkdirSync(photos);
  for (const [name, source] of Object.entries(sources)) symlinkSync(join(faces, source), join(photos, name));
  const rows = join(work, 'data.txt');
  const emotions = 'angry,happy,neutral,sad,surprised';
  emochat('prepare-data', '--data', photos, '--emotions', emotions, '--output', rows, '--landmarks', 'plain');
  return rows;
}

/**
 * Takes out when the model was made, so that the file says only what it was made from, and notes which other landmarks it was
 * measured to serve: see models/README.md.
 *
 * @param {string} file
 */
function finish(file) {
  const model = JSON.parse(readFileSync(file, 'utf8'));
  delete model.training.createdAt;
  model.training.servesLandmarks = ['refined', 'alone'];
  writeFileSync(file, `${JSON.stringify(model)}\n`);
  say(`${file}: hecho.`, `${file}: built.`);
}

/** @param {string[]} args */
function emochat(...args) {
  if (show(process.execPath, [join(root, 'dist/cli/main.js'), ...args]) === 0) return;
  throw new SetupError(`Falló: emochat ${args[0]}.`, `emochat ${args[0]} failed.`);
}
