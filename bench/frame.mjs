import { join } from 'node:path';
import { root } from '../scripts/lib/run.mjs';
import { bytesOf, kinds, sizes } from './lib/pictures.mjs';
import { jsonLines } from './lib/programs.mjs';
import { ms, sizeName, times } from './lib/report.mjs';
import { compare, growthExponent, median } from './lib/statistics.mjs';

/** How many of each kind are analysed; more at 640×480. */
const perKind = 1;
const perKindAtUsual = 3;

const stages = ['decode', 'detect', 'landmarks'];
const compiled = (...path) => import(join(root, 'dist', ...path));

/**
 * The whole of a frame, JPEG bytes to emotion, against OpenCV's functions (imdecode, cvtColor, detectMultiScale,
 * FacemarkLBF::fit) with the same forest, each on one thread; and what share each stage has.
 */
export const frame = {
  name: 'frame',
  about: 'cuadro entero, de bytes JPEG a emoción · whole frame, JPEG bytes to emotion',
  programs: ['bench_frame'],
  secondsPerRound: 2.2,

  async run({ pictures, programs, models, rounds, report, progress }) {
    const chosen = sizes.flatMap((size) => pictures.at(size, size.width === 640 ? perKindAtUsual : perKind));
    const args = [models.cascade, models.facemark, rounds, ...chosen.map(({ file }) => file)];
    const lines = await jsonLines(programs.bench_frame, args, progress(chosen.length));
    const emotionTimes = await timeEmotions(chosen, models, rounds);
    const measured = lines.map((line, i) => describe(line, chosen[i], emotionTimes[i]));
    const bySize = sizes.map((size) => ({
      ...size,
      ...summary(measured.filter(({ width }) => width === size.width)),
    }));
    const usual = measured.filter(({ width }) => width === 640);
    const byKind = kinds.flatMap((kind) => {
      const ofKind = usual.filter((line) => line.kind === kind);
      return ofKind.length === 0 ? [] : [{ kind, ...summary(ofKind) }];
    });
    const exponent = growthExponent(bySize.map(({ width, height, whole }) => [width * height, whole.ours]));
    const perFace = costPerFace(usual);
    print(report, { bySize, byKind, exponent, perFace });
    report.goal({
      what: 'Cuadro entero · Whole frame, 640×480',
      least: 5,
      hope: 10,
      unit: '× OpenCV',
      reached: bySize[1].whole.ratio,
      remark: `n = ${usual.length}`,
    });
    report.keep('frame', { bySize, byKind, exponent, perFace, pictures: measured });
  },
};

/** Milliseconds that the TypeScript half of a frame takes, from landmarks to emotions; for each picture. */
async function timeEmotions(chosen, models, rounds) {
  const { Vision } = await compiled('vision', 'vision.js');
  const { EmotionRecognizer } = await compiled('emotion', 'emotion-recognizer.js');
  const { EmotionForest } = await compiled('emotion', 'forest.js');
  const forest = await EmotionForest.load(models.forest);
  const vision = await Vision.open({
    cascadeFile: models.cascade,
    facemarkFile: models.facemark,
    lanes: 1,
  });
  const medians = [];
  for (const picture of chosen) {
    const analysis = await vision.analyzeEncoded(bytesOf(picture));
    const seen = { landmarkCount: vision.landmarkCount, analyzeEncoded: () => Promise.resolve(analysis) };
    medians.push(await timeRecognition(new EmotionRecognizer(seen, forest), rounds));
  }
  await vision.close();
  return medians;
}

/** Milliseconds of this process's own time, so that other programs disturb them little. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timeRecognition(recognizer, rounds) {
  const perRound = 200;
  const unread = new Uint8Array();
  const samples = [];
  // Until V8 has compiled it.
  for (let i = 0; i < 10 * perRound; i++) await recognizer.recognizeEncoded(unread);
  for (let round = 0; round < rounds; round++) {
    const start = processorTime();
    for (let i = 0; i < perRound; i++) await recognizer.recognizeEncoded(unread);
    samples.push((processorTime() - start) / perRound);
  }
  return median(samples);
}

function describe(line, { kind }, emotions) {
  const at = (name) => median(line[name]);
  return {
    ...{ width: line.width, height: line.height, kind, faces: line.faces },
    ...{ identical: line.identical, farthestPx: line.farthest_px },
    ours: at('ours') + emotions,
    opencv: at('opencv') + emotions,
    stages: { ...Object.fromEntries(stages.map((name) => [name, at(name)])), emotions },
    opencvStages: { ...Object.fromEntries(stages.map((name) => [name, at(`opencv_${name}`)])), emotions },
  };
}

function summary(lines) {
  const middles = (field) =>
    Object.fromEntries(
      [...stages, 'emotions'].map((name) => [name, median(lines.map((line) => line[field][name]))]),
    );
  return {
    whole: compare(lines.map(({ ours, opencv }) => ({ ours, theirs: opencv }))),
    stages: middles('stages'),
    opencvStages: middles('opencvStages'),
    faces: median(lines.map(({ faces }) => faces)),
    identical: lines.filter(({ identical }) => identical).length,
    pictures: lines.length,
  };
}

/** What a face more costs after it is found: landmarks and emotion; milliseconds. */
function costPerFace(lines) {
  const withFaces = lines.filter(({ faces }) => faces > 0);
  const perFace = (field) =>
    median(withFaces.map((line) => (line[field].landmarks + line[field].emotions) / line.faces));
  return { ours: perFace('stages'), opencv: perFace('opencvStages') };
}

function print(report, { bySize, byKind, exponent, perFace }) {
  const head = ['', 'n', 'caras · faces', 'EmoChat', 'OpenCV', '×', '× min–max', 'idénticas · identical'];
  const row = (name, { whole, faces, identical, pictures }) => [
    ...[name, pictures, faces, ms(whole.ours), ms(whole.theirs), times(whole.ratio)],
    ...[`${whole.least.toFixed(1)}–${whole.greatest.toFixed(1)}`, `${identical}/${pictures}`],
  ];
  report.table('Cuadro entero, un núcleo · Whole frame, one core', head, [
    ...bySize.map((size) => row(sizeName(size), size)),
    ...byKind.map((kind) => row(`640×480, ${kind.kind}`, kind)),
  ]);
  const stageHead = ['', 'JPEG', 'detección · detection', 'puntos · landmarks', 'bosque · forest'];
  report.table('Cada etapa, EmoChat · Each stage, EmoChat', stageHead, [
    ...bySize.map((size) => [sizeName(size), ...shares(size.stages)]),
    ...byKind.map((kind) => [`640×480, ${kind.kind}`, ...shares(kind.stages)]),
  ]);
  report.table(
    'Cada etapa, OpenCV · Each stage, OpenCV',
    stageHead,
    bySize.map((size) => [sizeName(size), ...shares(size.opencvStages)]),
  );
  report.note(
    `Crece con los píxeles como n^${exponent.toFixed(2)}; cada cara cuesta ${ms(perFace.ours)} (OpenCV ${ms(perFace.opencv)}) · It grows with the pixels as n^${exponent.toFixed(2)}; each face costs ${ms(perFace.ours)} (OpenCV ${ms(perFace.opencv)})`,
  );
}

function shares(times) {
  const total = Object.values(times).reduce((sum, time) => sum + time, 0);
  return Object.values(times).map((time) => `${ms(time)} ${Math.round((100 * time) / total)} %`);
}
