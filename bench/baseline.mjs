/**
 * What a person's calm face is worth: `expressive` learns from two data sets and one half of the people of a third (`ckplus`), and is
 * asked about the other half, with and without the calm face of each, then the other way round. A person's baseline is their first
 * neutral photo, which is not asked about. Some minutes; run after `npm run build`: node bench/baseline.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/lib/run.mjs';
import { emotions, gatherPhotos, setsAndPeople } from '../scripts/lib/models/training-photos.mjs';
import { EmotionForest } from '../dist/emotion/forest.js';
import { headLength, npyHead } from '../dist/training/dataset/npy.js';
import { descriptionLength } from '../dist/vision/addon/native.js';

const neutral = emotions.indexOf('neutral');
const recipe = [
  ...['--transform', 'picture-scores', '--trees', '100', '--max-depth', '7', '--min-samples-leaf', '30'],
  ...['--balance', '--sure', '0.6', '--baseline', 'neutral', '--test-size', '0.02'],
  ...setsAndPeople,
];

const work = mkdtempSync(join(tmpdir(), 'emochat-baseline-'));
try {
  const rows = prepare();
  print([await ask(0, rows), await ask(1, rows)]);
} finally {
  rmSync(work, { recursive: true });
}

function emochat(...args) {
  execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** All faces: features, description, class and person (the first letters of a `ckplus` photo; null for the others). */
function prepare() {
  const photos = gatherPhotos(work);
  const data = join(work, 'all.txt');
  const named = ['--data', photos, '--emotions', emotions.join(), '--features', 'picture', '--output', data];
  emochat('prepare-data', ...named);
  const side = JSON.parse(readFileSync(join(work, 'all.files.json'), 'utf8'));
  const pictures = readFileSync(join(work, 'all.picture.npy')).subarray(headLength);
  return readFileSync(data, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line, i) => {
      const numbers = line.split(' ').map(Number);
      const name = side.files[i].split('/').at(-1);
      return {
        ...{ line, side, file: side.files[i], emotion: numbers.at(-1), features: numbers.slice(0, -1) },
        description: pictures.subarray(i * descriptionLength, (i + 1) * descriptionLength),
        person: /^S\d{3}/.exec(name)?.[0] ?? null,
        sequence: /^(S\d{3}_\d{3})_(\d+)/.exec(name),
      };
    });
}

function inHalf({ person }, half) {
  return Number(person.slice(1)) % 2 === half;
}

/** Learns from one half of the people and the other sets; asks about the other half. */
async function ask(half, rows) {
  const learnt = rows.filter((row) => row.person === null || inHalf(row, half));
  const data = join(work, `half-${half}.txt`);
  writeFileSync(data, `${learnt.map(({ line }) => line).join('\n')}\n`);
  const [{ side }] = learnt;
  const beside = {
    ...side,
    files: learnt.map(({ file }) => file),
    framed: [],
    withoutFace: [],
    unreadable: [],
  };
  writeFileSync(data.replace('.txt', '.files.json'), JSON.stringify(beside));
  const described = learnt.map(({ description }) => description);
  writeFileSync(
    data.replace('.txt', '.picture.npy'),
    Buffer.concat([npyHead(learnt.length, descriptionLength), ...described]),
  );
  const model = join(work, `half-${half}.json`);
  emochat('train', '--data', data, '--output', model, ...recipe);
  const forest = await EmotionForest.load(model);
  const others = rows.filter((row) => row.person !== null && !inHalf(row, half));
  const calm = new Map();
  for (const row of others) if (row.emotion === neutral && !calm.has(row.person)) calm.set(row.person, row);
  return others
    .filter((row) => calm.has(row.person) && calm.get(row.person) !== row)
    .map((row) => {
      const { scores } = forest.predict(calm.get(row.person).features, calm.get(row.person).description);
      const without = forest.predict(row.features, row.description);
      const withCalm = forest.predict(row.features, row.description, scores);
      return { ...row, without, withCalm };
    });
}

function print(halves) {
  const all = halves.flat();
  const weakest = all.filter(
    (row) =>
      row.emotion !== neutral &&
      !all.some(
        (other) =>
          other.emotion === row.emotion &&
          other.sequence?.[1] === row.sequence?.[1] &&
          Number(other.sequence?.[2]) < Number(row.sequence?.[2]),
      ),
  );
  const sets = {
    'all photos': all,
    'without neutral': all.filter(({ emotion }) => emotion !== neutral),
    'first of each sequence': weakest,
  };
  for (const [name, rows] of Object.entries(sets))
    for (const kind of ['without', 'withCalm'])
      process.stdout.write(`${name}, ${kind}: ${figures(rows, kind)}\n`);
}

function figures(rows, kind) {
  const right = (row) => row[kind].emotion === emotions[row.emotion].toUpperCase();
  const recalls = [...new Set(rows.map(({ emotion }) => emotion))].sort().map((emotion) => {
    const own = rows.filter((row) => row.emotion === emotion);
    return [emotions[emotion], own.filter(right).length / own.length];
  });
  const balanced = recalls.reduce((sum, [, recall]) => sum + recall, 0) / recalls.length;
  const percent = (share) => (100 * share).toFixed(1);
  const each = recalls.map(([name, recall]) => `${name} ${percent(recall)}`).join(', ');
  return `${percent(rows.filter(right).length / rows.length)} / ${percent(balanced)} of ${rows.length} (${each})`;
}
