/**
 * How well faces are told that cannot be read: photos of `raf/test`, of which nothing has learnt, are spoilt, and the share that is
 * marked is printed for each way of spoiling and kind of landmarks; then what is told of the same photos made so small that
 * their faces have a given width. Run after `npm run build`: node bench/quality.mjs
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasetsDir } from '../scripts/lib/models/datasets.mjs';
import { root } from '../scripts/lib/run.mjs';
import { crc32 } from '../scripts/lib/models/crc32.mjs';
import { FaceFrame } from '../scripts/lib/models/spoiling/face-frame.mjs';
import { GreyPicture } from '../scripts/lib/models/spoiling/grey-picture.mjs';
import { Random } from '../scripts/lib/models/spoiling/random.mjs';
import { spoilers } from '../scripts/lib/models/spoiling/spoilers.mjs';
import { derivedSeed, randomStream } from '../dist/common/random.js';
import { EmotionForest } from '../dist/emotion/forest.js';
import { EmotionRecognizer } from '../dist/emotion/emotion-recognizer.js';
import { QualityJudge } from '../dist/emotion/face-quality.js';
import { mapInOrder } from '../dist/common/in-order.js';
import { ownRefinerFile, Vision } from '../dist/vision/vision.js';

const test = join(datasetsDir, 'faces', 'raf', 'test');
const emotions = ['angry', 'happy', 'neutral', 'sad', 'surprise'];
const every = 6;
const widths = [28, 33, 37, 39, 44, 50, 60];

const models = join(root, 'models');
const cascadeFile = join(models, 'haarcascade_frontalface_default.xml');
const facemarkFile = join(models, 'lbfmodel.yaml');
const kinds = {
  refined: { facemarkFile, refinerFile: ownRefinerFile },
  plain: { facemarkFile },
  alone: { refinerFile: ownRefinerFile },
};

const files = emotions.flatMap((emotion) =>
  readdirSync(join(test, emotion))
    .sort()
    .filter((_, i) => i % every === 0)
    .map((name) => join(test, emotion, name)),
);
const judge = await QualityJudge.load();
const forest = await EmotionForest.load(join(models, 'expressive.json'));
const table = new Map();
for (const [kind, landmarkFiles] of Object.entries(kinds)) {
  const vision = await Vision.open({ cascadeFile, ...landmarkFiles });
  const recognizer = new EmotionRecognizer(vision, forest, { judge });
  const largest = async (bytes) => (await recognizer.recognizeEncoded(bytes, 'close')).faces[0];
  for await (const answers of mapInOrder(files, vision.lanes + 2, (file) => measured(file, largest)))
    for (const [way, face] of answers) {
      const counts = entryOf(way, kind);
      counts.photos += 1;
      if (face === undefined) continue;
      counts.found += 1;
      if (face.reason !== undefined) counts.marked += 1;
      if (face.sure) counts.named += 1;
    }
  await vision.close();
}
print();

/** What is told of a photo after each way of spoiling it. */
async function measured(file, largest) {
  const bytes = readFileSync(file);
  const found = await largest(bytes);
  if (found === undefined) return [];
  const picture = await GreyPicture.read(bytes);
  const face = new FaceFrame(found.landmarks);
  const answers = [];
  let part = 0;
  for (const ways of Object.values(spoilers))
    for (const [way, spoil] of Object.entries(ways)) {
      const random = new Random(randomStream(derivedSeed(crc32(Buffer.from(file)), part++)));
      answers.push([way, await largest(await (await spoil(picture, face, random)).png())]);
    }
  for (const width of widths) {
    const scale = width / found.box[2];
    if (scale >= 1) continue;
    const small = picture.image.resize({ width: Math.round(picture.width * scale) });
    answers.push([`${width} px`, await largest(await small.png().toBuffer())]);
  }
  return answers;
}

function entryOf(way, kind) {
  const byKind = table.get(way) ?? {};
  table.set(way, byKind);
  return (byKind[kind] ??= { photos: 0, found: 0, marked: 0, named: 0 });
}

function print() {
  process.stdout.write(
    'marked of the faces found (found of the photos; an emotion named surely in), by landmarks\n',
  );
  for (const [way, byKind] of table) {
    const cells = Object.entries(byKind).map(
      ([kind, { photos, found, marked, named }]) =>
        `${kind} ${share(marked, found)} (${share(found, photos)}; ${share(named, photos)})`,
    );
    process.stdout.write(`${way.padEnd(12)} ${cells.join('   ')}\n`);
  }
}

function share(part, whole) {
  return `${((100 * part) / whole).toFixed(1)} %`.padStart(7);
}
