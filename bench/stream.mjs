import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/lib/run.mjs';
import { clipsAt } from './lib/clips.mjs';
import { allowedCores } from './lib/machine.mjs';
import { PinnedClient, PinnedServer } from './lib/pinned.mjs';
import { ms, sizeName, times } from './lib/report.mjs';
import { median, quantile } from './lib/statistics.mjs';

/** What a page may send; the last is what ours sends, since points of smaller pictures lie up to 5 pixels off on the camera's. */
const frameSizes = [
  { width: 320, height: 240 },
  { width: 480, height: 360 },
  { width: 640, height: 480 },
];
const usual = frameSizes[2];

const framesASecond = 15;
/** So long a frame may wait, from when it is due. */
const mostWait = 100;
const streamCounts = [5, 10, 20, 30, 40, 50, 60, 80, 100];
const turn = 5000;

const compiled = (...path) => import(join(root, 'dist', ...path));

/**
 * A stream against its stills: milliseconds of processor time a frame, on one lane; and how many streams at 15 pictures a
 * second `emochat serve` holds on two cores, which it shares with the cameras.
 */
export const stream = {
  name: 'stream',
  about: 'cámara en vivo · live camera',
  programs: [],
  secondsPerRound: 3,

  async run({ pictures, models, folder, rounds, report }) {
    const clips = frameSizes.map((size) => ({ ...size, clips: clipsAt(pictures, size, folder) }));
    const bySize = await costs(clips, models, rounds);
    printCosts(report, bySize);
    const { frames } = clips.find(({ width }) => width === usual.width).clips[0];
    const held = await heldStreams(frames, models, Math.ceil(rounds / 10));
    printStreams(report, held);
    setGoals(report, bySize, held);
    report.keep('stream', { bySize, held });
  },
};

async function costs(bySize, models, rounds) {
  const { Vision, ownRefinerFile } = await compiled('vision', 'vision.js');
  const { EmotionForest } = await compiled('emotion', 'forest.js');
  const { EmotionRecognizer } = await compiled('emotion', 'emotion-recognizer.js');
  const { QualityJudge } = await compiled('emotion', 'face-quality.js');
  const vision = await Vision.open({
    cascadeFile: models.cascade,
    facemarkFile: models.facemark,
    refinerFile: ownRefinerFile,
    lanes: 1,
  });
  // As the page is answered.
  const forest = await EmotionForest.load(join(root, 'models', 'expressive.json'));
  const recognizer = new EmotionRecognizer(vision, forest, { judge: await QualityJudge.load() });
  try {
    const results = [];
    for (const { width, height, clips } of bySize) {
      const films = clips.map(({ frames }) => frames.map((file) => readFileSync(file)));
      results.push({ width, height, ...(await costsOf(recognizer, films, Math.ceil(rounds / 3))) });
    }
    const best = results.at(-1).words;
    return results.map(({ words, ...result }) => ({ ...result, sameWord: shareOfSame(words, best) }));
  } finally {
    await vision.close();
  }
}

/**
 * Milliseconds of processor time a frame, medians: a still, a stream's frame on average, one of its near looks; and the word
 * for every frame.
 */
async function costsOf(recognizer, films, rounds) {
  const stills = [];
  const streamed = [];
  const near = [];
  let words = [];
  for (let round = 0; round < rounds; round++) {
    words = [];
    for (const film of films) {
      const opened = recognizer.openStream();
      let sum = 0;
      for (const [i, frame] of film.entries()) {
        const at = (i * 1000) / framesASecond;
        const [still] = await timed(() => recognizer.recognizeEncoded(frame));
        const [one, { look, faces }] = await timed(() => opened.recognizeEncoded(frame, at));
        stills.push(still);
        sum += one;
        if (look === 'near') near.push(one);
        words.push(faces[0]?.emotion);
      }
      streamed.push(sum / film.length);
    }
  }
  return {
    still: median(stills),
    streamed: median(streamed),
    near: median(near),
    nearShare: near.length / stills.length,
    found: words.filter((word) => word !== undefined).length / words.length,
    words,
  };
}

function shareOfSame(words, others) {
  const count = Math.min(words.length, others.length);
  return words.slice(0, count).filter((word, i) => word === others[i]).length / count;
}

async function timed(work) {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000, result];
}

/** For each number of streams how long their frames waited. */
async function heldStreams(frames, models, rounds) {
  const cores = allowedCores().slice(0, 2);
  const server = await PinnedServer.start(cores, models);
  const cameras = new PinnedClient(cores, 'live-client.mjs');
  const turns = streamCounts.map((streams) => ({ streams, waits: [], skipped: 0, processor: 0 }));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const one of turns) {
        const before = server.processorTime;
        const { waits, skipped } = await cameras.run({
          url: server.url,
          frames,
          streams: one.streams,
          ms: turn,
        });
        one.processor += server.processorTime - before;
        one.waits.push(...waits);
        one.skipped += skipped;
      }
    }
  } finally {
    await cameras.stop();
    await server.stop();
  }
  return turns.map(({ streams, waits, skipped, processor }) => ({
    streams,
    frames: waits.length,
    p50: quantile(waits, 0.5),
    p95: quantile(waits, 0.95),
    skipped: skipped / (waits.length + skipped),
    processorPerFrame: processor / waits.length,
  }));
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

function printCosts(report, bySize) {
  report.table(
    'Un cuadro, tiempo de procesador · A frame, processor time',
    [
      ...['', 'foto · still', 'en vivo · stream', '×', 'mirada cercana · near look', 'de ellas · share'],
      ...['cara hallada · face found', 'misma palabra · same word'],
    ],
    bySize.map((size) => [
      ...[
        sizeName(size),
        ms(size.still),
        ms(size.streamed),
        times(size.still / size.streamed),
        ms(size.near),
      ],
      ...[percent(size.nearShare), percent(size.found), percent(size.sameWord)],
    ]),
  );
}

function printStreams(report, held) {
  report.table(
    `Cámaras a 15 imágenes por segundo, ${sizeName(usual)}, dos núcleos · Cameras at 15 pictures a second, two cores`,
    ['', 'n', 'p50', 'p95', 'omitidas · left out', 'CPU'],
    held.map((one) => [
      ...[one.streams, one.frames, ms(one.p50), ms(one.p95), percent(one.skipped), ms(one.processorPerFrame)],
    ]),
  );
  const cheapest = Math.min(...held.map(({ processorPerFrame }) => processorPerFrame));
  const byProcessorTime = Math.floor((2 * 1000) / (framesASecond * cheapest));
  report.note(
    `Por el tiempo de procesador de un cuadro caben ${byProcessorTime} · By a frame's processor time there is room for ${byProcessorTime}`,
  );
  report.note('Servidor y cámaras comparten esos núcleos · Server and cameras share those cores');
}

function setGoals(report, bySize, held) {
  const failed = held.findIndex(({ p95, skipped }) => p95 >= mostWait || skipped > 0.01);
  const most = held.at(failed < 0 ? -1 : failed - 1);
  report.goal({
    what: 'Cámaras con p95 < 100 ms · Cameras with p95 < 100 ms',
    least: 30,
    hope: 60,
    unit: 'en dos núcleos · on two cores',
    reached: failed === 0 ? 0 : most.streams,
  });
  const size = bySize.find(({ width }) => width === usual.width);
  report.goal({
    what: `Cuadro en vivo, ${sizeName(usual)} · Streamed frame`,
    least: 1.5,
    unit: '× foto · still',
    reached: size.still / size.streamed,
  });
}
