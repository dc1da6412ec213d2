/**
 * `node bench/decode-variants.mjs`: on how many pictures the faces and emotions stay the same if JPEG files are decoded in a
 * cheaper way than the exact one: libjpeg's own grey, or, where the picture is large, at half and a quarter of the size. Looks at
 * the reference pictures and at all labelled photos (some minutes); `node bench/decode-variants.mjs 500` at 500 photos, taken
 * evenly from all folders. Needs what `npm run setup` builds.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasetsDir } from '../scripts/lib/models/datasets.mjs';
import { buildPrograms } from '../scripts/lib/native/native-program.mjs';
import { root } from '../scripts/lib/run.mjs';
import { runScript } from '../scripts/lib/say.mjs';
import { EmotionForest } from '../dist/emotion/forest.js';
import { normalizedFeatures } from '../dist/vision/features.js';

const shared = datasetsDir;
const models = ['haarcascade_frontalface_default.xml', 'lbfmodel.yaml'].map((name) =>
  join(root, 'models', name),
);

/** Boxes of one face found twice overlap by at least so much (intersection over union) where sizes are not the same. */
const leastOverlap = 0.5;

/** Adds the emotions to a frame's faces. The first face is the one that counts. */
function facesOf({ boxes, landmarks }, emotionOf) {
  const count = boxes.length / 4;
  const coordinates = landmarks.length / count;
  return Array.from({ length: count }, (_, i) => {
    const own = Float32Array.from(landmarks.slice(i * coordinates, (i + 1) * coordinates));
    return { box: boxes.slice(4 * i, 4 * i + 4), landmarks: own, emotion: emotionOf(own) };
  });
}

function overlap([ax, ay, aw, ah], [bx, by, bw, bh]) {
  const width = Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx));
  const height = Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));
  return (width * height) / (aw * ah + bw * bh - width * height);
}

/** What became of the faces of one picture in a variant. */
function compareFaces(expected, found, sameSize) {
  const isSame = ({ box }, other) =>
    sameSize ? String(box) === String(other.box) : overlap(box, other.box) >= leastOverlap;
  const pairs = expected.map((face) => [face, found.find((other) => isSame(face, other))]);
  const faces = expected.length === found.length && pairs.every(([, other]) => other !== undefined);
  const deviations = pairs.flatMap(([face, other]) =>
    other === undefined
      ? []
      : [Math.max(...face.landmarks.map((value, i) => Math.abs(value - other.landmarks[i])))],
  );
  return {
    faces,
    firstEmotion: expected[0]?.emotion === found[0]?.emotion,
    everything: faces && pairs.every(([face, other]) => face.emotion === other.emotion),
    deviations,
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function report(title, pictures, emotionOf) {
  process.stdout.write(`${title}: ${pictures.length} JPEG pictures\n`);
  for (const variant of Object.keys(pictures[0] ?? {}).filter((name) => name !== 'exact')) {
    const outcomes = pictures.map((picture) =>
      compareFaces(
        facesOf(picture.exact, emotionOf),
        facesOf(picture[variant], emotionOf),
        variant === 'grey',
      ),
    );
    const share = (key) => {
      const count = outcomes.filter((outcome) => outcome[key]).length;
      return `${count} (${((100 * count) / outcomes.length).toFixed(1)} %)`;
    };
    const deviations = outcomes.flatMap((outcome) => outcome.deviations);
    const gain = median(pictures.map((picture) => picture.exact.frame_ms / picture[variant].frame_ms));
    process.stdout.write(
      `  ${variant.padEnd(8)} same faces ${share('faces')}, first emotion ${share('firstEmotion')}, both for everyone ` +
        `${share('everything')}; landmarks up to ${Math.max(0, ...deviations).toFixed(1)} px elsewhere, ` +
        `median ${median(deviations).toFixed(2)}; frame ${gain.toFixed(2)} times as fast\n`,
    );
  }
}

/** What the program says of pictures: for each an object of its variants. */
function look(program, files, ...options) {
  const pictures = new Map();
  for (let i = 0; i < files.length; i += 2000) {
    const args = [...models, ...options, ...files.slice(i, i + 2000)];
    const printed = execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
    for (const line of printed.split('\n').filter((text) => text !== '')) {
      const { file, variant, ...outcome } = JSON.parse(line);
      pictures.set(file, { ...pictures.get(file), [variant]: outcome });
    }
  }
  return [...pictures.values()];
}

await runScript(async () => {
  const forest = await EmotionForest.load(join(root, 'models', 'happy-sad.json'));
  const emotionOf = (landmarks) => forest.predict(normalizedFeatures(landmarks)).emotion;
  const [program] = await buildPrograms([
    { source: 'bench/native/decode_variants.cpp', libraries: ['opencv_imgcodecs'] },
  ]);

  const reference = readFileSync(join(shared, 'reference', 'features.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => join(shared, JSON.parse(line).file));
  const photos = readdirSync(join(shared, 'faces'), { recursive: true })
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .map((name) => join(shared, 'faces', name));
  const step = Math.max(1, photos.length / Number(process.argv[2] ?? photos.length));
  const chosen = photos.filter((_, i) => i % step < 1);
  // All frames and crowds, but only a quarter of the 200 photos of one face: large pictures take long.
  const large = reference.filter((file, i) => !file.includes('affect') || i % 4 === 0);

  report('Reference pictures', look(program, reference), emotionOf);
  report('Labelled photos', look(program, chosen), emotionOf);
  report('Reference pictures enlarged to 1920x1080', look(program, large, '--enlarge', '2073600'), emotionOf);
  report(
    'Reference pictures enlarged to 12 megapixels',
    look(program, large, '--enlarge', '12000000'),
    emotionOf,
  );
});
