/**
 * `node scripts/decode-variants.mjs`: on how many pictures the faces and emotions stay the same if JPEG files are decoded in a
 * cheaper way than the exact one: libjpeg's own grey, or, where the picture is large, at half and a quarter of the size. Looks at
 * the reference pictures and at all labelled photos (some minutes); `node scripts/decode-variants.mjs 500` at 500 photos, taken
 * evenly from all folders.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { capture, root } from './lib/run.mjs';
import { runScript, SetupError } from './lib/say.mjs';

const shared = resolve(root, '..', 'shared');
const program = join(root, '.cache', 'bench', 'decode_variants');
const models = ['haarcascade_frontalface_default.xml', 'lbfmodel.yaml.compact'].map((name) =>
  join(root, 'models', name),
);

/** Boxes of one face found twice overlap by at least so much (intersection over union) where sizes are not the same. */
const leastOverlap = 0.5;

function run(command, args) {
  const { status, stdout, output } = capture(command, args, { maxBuffer: 1 << 30 });
  if (status !== 0) {
    throw new SetupError(
      `${command} falló. Ejecuta: npm run setup`,
      `${command} failed. Run: npm run setup`,
      output,
    );
  }
  return stdout.trim();
}

function build() {
  const native = join(root, 'src', 'native');
  const sources = readdirSync(native).filter((name) => name.endsWith('.cpp') && name !== 'binding.cpp');
  mkdirSync(join(root, '.cache', 'bench'), { recursive: true });
  run('g++', [
    ...['-std=c++20', '-O3', '-w', '-ffp-contract=off', `-I${native}`],
    ...run('pkg-config', ['--cflags', 'opencv4']).split(/\s+/),
    join(root, 'tests', 'bench', 'native', 'decode_variants.cpp'),
    ...sources.map((name) => join(native, name)),
    ...['-o', program, ...run('pkg-config', ['--libs', 'libjpeg', 'libpng', 'libwebp']).split(/\s+/)],
    ...['-lhwy', '-lpthread'],
    ...['objdetect', 'imgcodecs', 'imgproc', 'core'].map((name) => `-lopencv_${name}`),
  ]);
}

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

function report(title, lines, emotionOf) {
  const pictures = lines.map((line) => JSON.parse(line));
  process.stdout.write(`${title}: ${pictures.length} JPEG pictures\n`);
  const variants = Object.keys(pictures[0] ?? {}).filter(
    (key) => !['file', 'width', 'height', 'exact'].includes(key),
  );
  for (const variant of variants) {
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

/** What the program says of pictures, a line each. */
function look(files, ...options) {
  const lines = [];
  for (let i = 0; i < files.length; i += 2000) {
    lines.push(...run(program, [...models, ...options, ...files.slice(i, i + 2000)]).split('\n'));
  }
  return lines;
}

await runScript(async () => {
  const { EmotionForest } = await import('../dist/training/forest.js');
  const { normalizedFeatures } = await import('../dist/vision/features.js');
  const forest = await EmotionForest.load(join(root, 'models', 'happy-sad.json'));
  const emotionOf = (landmarks) => forest.predict(normalizedFeatures(landmarks)).emotion;
  build();

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

  report('Reference pictures', look(reference), emotionOf);
  report('Labelled photos', look(chosen), emotionOf);
  report('Reference pictures enlarged to 1920x1080', look(large, '--enlarge', '2073600'), emotionOf);
  report('Reference pictures enlarged to 12 megapixels', look(large, '--enlarge', '12000000'), emotionOf);
});
