/**
 * How well the spread of the refiner's fits tells faces that can be read from those that cannot: of clear faces, how many would
 * be taken for unreadable (photos of `../shared/faces`, one frame each), and of a woman who covers her face, in which
 * seconds of the clip she is; and how often the page's word changes meanwhile. Run after `npm run build`: node bench/readable.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from '../scripts/lib/run.mjs';
import { MoodFilter } from '../public/live/mood.js';
import { sampleOf } from '../public/live/sample.js';
import { quantile } from './lib/statistics.mjs';

const compiled = (...path) => import(join(root, 'dist', ...path));
const { Vision, ownRefinerFile } = await compiled('vision', 'vision.js');
const { mostSpread } = await compiled('vision', 'vision-stream.js');
const { orderFaces } = await compiled('vision', 'face-order.js');
const { EmotionForest } = await compiled('emotion', 'forest.js');
const { QualityJudge } = await compiled('emotion', 'face-quality.js');
const { EmotionRecognizer } = await compiled('emotion', 'emotion-recognizer.js');

const faces = resolve(root, '..', 'shared', 'faces');
const models = join(root, 'models');
const vision = await Vision.open({
  cascadeFile: join(models, 'haarcascade_frontalface_default.xml'),
  facemarkFile: join(models, 'lbfmodel.yaml'),
  refinerFile: ownRefinerFile,
});

/** Photos below a folder. */
function photosBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.(jpe?g|png)$/.test(name))
    .map((name) => join(folder, name));
}

/** Spreads of the largest faces; those of boxes of less than `leastShare` of a picture's width are left out. */
async function spreads(files, leastShare) {
  const found = [];
  for (const file of files) {
    const frame = await vision.analyzeEncoded(readFileSync(file));
    const [face] = orderFaces(frame.faces, frame);
    if (face !== undefined && face.box[2] >= leastShare * frame.width) found.push(face.spread);
  }
  return found;
}

function print(name, values) {
  const over = values.filter((value) => value > mostSpread).length / values.length;
  const [middle, high] = [quantile(values, 0.5), quantile(values, 0.95)];
  process.stdout.write(
    `${name}: n ${values.length}, median ${middle.toFixed(4)}, 95 % ${high.toFixed(4)}, over ${mostSpread}: ${(100 * over).toFixed(1)} %\n`,
  );
}

/** A letter for each fifteenth of a second: the surest emotion's first, small if not sure; `-` unreadable, space nobody. */
async function readClip(clip) {
  const folder = mkdtempSync(join(tmpdir(), 'emochat-clip-'));
  const forest = await EmotionForest.load(join(models, 'expressive.json'));
  const judge = await QualityJudge.load();
  const stream = new EmotionRecognizer(vision, forest, { judge }).openStream();
  const mood = new MoodFilter();
  const [answers, words] = [[], []];
  let line = '';
  try {
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-i',
      clip,
      '-vf',
      'fps=15',
      '-q:v',
      '3',
      join(folder, '%04d.jpg'),
    ]);
    for (const [i, name] of readdirSync(folder).sort().entries()) {
      const [face] = (await stream.recognizeEncoded(readFileSync(join(folder, name)), (i * 1000) / 15)).faces;
      line += letterOf(face);
      answers.push(face?.readable ? face.emotion : '');
      const { kind, emotion } = mood.add(sampleOf(face ?? null, (i * 1000) / 15));
      words.push(emotion ?? kind);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (let i = 0; i < line.length; i += 15) process.stdout.write(`  ${i / 15} s: ${line.slice(i, i + 15)}\n`);
  const counts = [answers, words].map(
    (list) => list.filter((word, i) => i > 0 && word !== list[i - 1]).length,
  );
  process.stdout.write(
    `the likeliest emotion changes ${counts[0]} times, the word of the page ${counts[1]} times, in ${(line.length / 15).toFixed(0)} s\n`,
  );
}

function letterOf(face) {
  if (face === undefined) return ' ';
  if (!face.readable) return '-';
  return face.sure ? face.emotion[0] : face.emotion[0].toLowerCase();
}

// RAF's photos are cut to the face: what is smaller than three quarters of one is no whole face.
print('raf/test', await spreads(photosBelow(join(faces, 'raf', 'test')), 0.75));
print('affect', await spreads(photosBelow(join(faces, 'affect')), 0.3));
print('ckplus', await spreads(photosBelow(join(faces, 'ckplus')), 0.3));
await readClip(join(faces, 'video', 'sad-then-happy.mp4'));
await vision.close();
