/* global createImageBitmap, window -- in the page */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { datasetsDir } from '../scripts/lib/models/datasets.mjs';
import { root } from '../scripts/lib/run.mjs';
import { SetupError } from '../scripts/lib/say.mjs';
import { findBrowser } from '../scripts/lib/setup/system-packages.mjs';
import { ms } from './lib/report.mjs';
import { median } from './lib/statistics.mjs';

/** Photos of each emotion of a set; all of them would take hours. */
const perEmotion = 60;
/** The border that a photo gets for face-api, as a share of its side, and the side that it is enlarged to: it finds more faces so. */
const border = 0.25;
const leastSide = 256;

/** Which folders of a set show what; `expressive` has learnt from the last two. */
const sets = [
  {
    name: 'raf/test',
    folders: { angry: 'ANGRY', happy: 'HAPPY', neutral: 'NEUTRAL', sad: 'SAD', surprise: 'SURPRISED' },
  },
  { name: 'ckplus', folders: { angry: 'ANGRY', happy: 'HAPPY', neutral: 'NEUTRAL', sad: 'SAD' } },
  { name: 'affect', folders: { happy: 'HAPPY', sad: 'SAD' } },
];

/** What face-api calls them. */
const theirNames = { ANGRY: 'angry', HAPPY: 'happy', NEUTRAL: 'neutral', SAD: 'sad', SURPRISED: 'surprised' };

const faceApi = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
const compiled = (...path) => import(join(root, 'dist', ...path));

/**
 * `expressive` beside the expression network of face-api (SSD MobileNet for the faces, wasm with SIMD, one thread, in Chromium), on
 * the same labelled photos: how many faces each finds, how often each is right about those that both find, and milliseconds.
 */
export const rival = {
  name: 'rival',
  about: 'expressive frente a face-api · expressive beside face-api',
  programs: [],
  optional: true,
  secondsPerRound: 30,

  async run({ models, report }) {
    if (!existsSync(join(datasetsDir, 'faces')))
      throw new SetupError('Faltan los conjuntos de fotos.', 'The data sets are not there.');
    const theirs = await Rival.open(wasmFolder());
    const ours = await openOurs(models);
    const rows = [];
    try {
      for (const set of sets) rows.push(await compareOn(set, ours, theirs));
    } finally {
      await theirs.close();
      await ours.close();
    }
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    report.table(
      'expressive, face-api',
      [...['', 'n', 'caras · faces found', 'acierto · accuracy', 'equilibrado · balanced', 'ms']],
      rows.map(({ name, both, us, them }) => [
        ...[name, both, `${percent(us.found)}, ${percent(them.found)}`],
        ...[`${percent(us.accuracy)}, ${percent(them.accuracy)}`],
        ...[`${percent(us.balanced)}, ${percent(them.balanced)}`, `${ms(us.time)}, ${ms(them.time)}`],
      ]),
    );
    report.keep('rival', rows);
  },
};

/** The backend's binaries, which face-api comes without; fetched once. */
function wasmFolder() {
  const [, version] =
    /="([\d.]+)"/.exec(readFileSync(join(faceApi, 'dist', 'tfjs.version.js'), 'utf8')) ?? [];
  const prefix = join(root, '.cache', 'rival');
  const folder = join(prefix, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist');
  if (existsSync(folder)) return folder;
  const options = ['--no-save', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  const what = `@tensorflow/tfjs-backend-wasm@${version}`;
  const { status } = spawnSync('npm', ['install', '--prefix', prefix, ...options, what], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new SetupError(`Falló npm install ${what}.`, `npm install ${what} failed.`);
  return folder;
}

async function openOurs(models) {
  const { Vision, ownRefinerFile } = await compiled('vision', 'vision.js');
  const { EmotionRecognizer } = await compiled('emotion', 'emotion-recognizer.js');
  const { EmotionForest } = await compiled('emotion', 'forest.js');
  const lbf = join(datasetsDir, 'models', 'lbfmodel.yaml');
  const vision = await Vision.open({
    cascadeFile: models.cascade,
    ...(existsSync(lbf) && { facemarkFile: lbf }),
    refinerFile: ownRefinerFile,
    lanes: 1,
  });
  return new EmotionRecognizer(vision, await EmotionForest.load(join(root, 'models', 'expressive.json')));
}

async function compareOn({ name, folders }, ours, theirs) {
  const labels = Object.values(folders);
  const photos = Object.entries(folders).flatMap(([folder, label]) => {
    const path = join(datasetsDir, 'faces', name, folder);
    const files = readdirSync(path).sort();
    const step = Math.max(1, files.length / perEmotion);
    const count = Math.min(perEmotion, files.length);
    return Array.from({ length: count }, (_, i) => ({
      label,
      file: join(path, files[Math.floor(i * step)]),
    }));
  });
  const answers = [];
  for (const { label, file } of photos) {
    const bytes = readFileSync(file);
    const start = performance.now();
    const { faces } = await ours.recognizeEncoded(bytes, 'close');
    const us = {
      said: faces[0] && likeliest(labels, faces[0].probabilities),
      time: performance.now() - start,
    };
    const { shares, time } = await theirs.ask(file);
    const renamed =
      shares === null ? undefined : Object.fromEntries(labels.map((one) => [one, shares[theirNames[one]]]));
    answers.push({ label, us, them: { said: renamed && likeliest(labels, renamed), time } });
  }
  const both = answers.filter(({ us, them }) => us.said !== undefined && them.said !== undefined);
  return { name, both: both.length, us: summary('us', answers, both), them: summary('them', answers, both) };
}

function likeliest(labels, shares) {
  return labels.reduce((best, label) => (shares[label] > shares[best] ? label : best));
}

function summary(who, answers, both) {
  const right = (some) => some.filter((answer) => answer[who].said === answer.label).length / some.length;
  const labels = [...new Set(both.map(({ label }) => label))];
  const recalls = labels.map((label) => right(both.filter((answer) => answer.label === label)));
  return {
    found: answers.filter((answer) => answer[who].said !== undefined).length / answers.length,
    accuracy: right(both),
    balanced: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    time: median(answers.map((answer) => answer[who].time)),
  };
}

/** face-api in a browser of its own. */
class Rival {
  #server;
  #browser;
  #page;

  static async open(wasm) {
    const rival = new Rival();
    const folders = { lib: join(faceApi, 'dist'), model: join(faceApi, 'model'), wasm };
    rival.#server = createServer((request, response) => {
      const [, folder = '', ...rest] = decodeURIComponent(request.url ?? '').split('/');
      const file =
        folder === 'photo' ? `/${rest.join('/')}` : join(folders[folder] ?? '/none', rest.join('/'));
      const type = file.endsWith('.js')
        ? 'text/javascript'
        : file.endsWith('.wasm')
          ? 'application/wasm'
          : 'text/html';
      if (folder === '') return response.setHeader('content-type', 'text/html').end('<!doctype html>');
      if (!existsSync(file)) return response.writeHead(404).end();
      return response.setHeader('content-type', type).end(readFileSync(file));
    });
    await new Promise((resolve) => rival.#server.listen(0, '127.0.0.1', resolve));
    const executablePath = findBrowser();
    if (executablePath === null) throw new SetupError('Falta Chromium.', 'Chromium is missing.');
    rival.#browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    rival.#page = await rival.#browser.newPage();
    await rival.#page.goto(`http://127.0.0.1:${rival.#server.address().port}/`);
    await rival.#page.evaluate(async () => {
      const faceapi = await import('/lib/face-api.esm.js');
      faceapi.tf.setWasmPaths('/wasm/');
      await faceapi.tf.setBackend('wasm');
      await faceapi.tf.ready();
      await faceapi.nets.ssdMobilenetv1.loadFromUri('/model');
      await faceapi.nets.faceExpressionNet.loadFromUri('/model');
      window.faceapi = faceapi;
    });
    return rival;
  }

  /** The shares of its emotions for the largest face, and milliseconds without loading and drawing the photo. */
  ask(file) {
    return this.#page.evaluate(
      async ({ url, margin, side }) => {
        const picture = await createImageBitmap(await (await fetch(url)).blob());
        const scale = Math.max(1, side / Math.min(picture.width, picture.height));
        const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
        const [left, top] = [Math.round(width * margin), Math.round(height * margin)];
        const canvas = window.document.createElement('canvas');
        canvas.width = width + 2 * left;
        canvas.height = height + 2 * top;
        canvas.getContext('2d').drawImage(picture, left, top, width, height);
        const start = performance.now();
        const options = new window.faceapi.SsdMobilenetv1Options({ minConfidence: 0.2 });
        const found = await window.faceapi.detectAllFaces(canvas, options).withFaceExpressions();
        const time = performance.now() - start;
        const area = ({ detection }) => detection.box.width * detection.box.height;
        const largest = found.sort((a, b) => area(b) - area(a))[0];
        return { shares: largest ? { ...largest.expressions } : null, time };
      },
      { url: `/photo${file}`, margin: border, side: leastSide },
    );
  }

  async close() {
    await this.#browser?.close();
    this.#server.close();
  }
}
