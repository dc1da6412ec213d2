/* global HTMLCanvasElement, requestAnimationFrame, OffscreenCanvas, addEventListener, document, MutationObserver -- in the page */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { SetupError } from '../scripts/lib/say.mjs';
import { findBrowser } from '../scripts/lib/setup/system-packages.mjs';
import { allowedCores } from './lib/machine.mjs';
import { PinnedServer } from './lib/pinned.mjs';
import { sizes } from './lib/pictures.mjs';
import { ms } from './lib/report.mjs';
import { median, quantile } from './lib/statistics.mjs';

/** Seconds that each of the two pictures of the clip is shown. */
const shownSeconds = 4;
const warmUp = 3000;
const turn = 8000;

/**
 * The page in Chromium, with a clip as its camera that goes from a face to an empty room and back: pictures a second, how long a
 * picture takes from the camera to its points on the screen, how long the word takes to follow, what the main thread and the
 * whole browser do meanwhile, and what the first view weighs. Browser, server and camera share the cores.
 */
export const page = {
  name: 'page',
  about: 'la página en Chromium · the page in Chromium',
  programs: [],
  optional: true,
  secondsPerRound: 2,

  async run({ pictures, models, folder, rounds, report }) {
    const camera = clip(pictures, folder);
    const server = await PinnedServer.start(allowedCores(), models);
    const figures = [];
    let weight = 0;
    try {
      for (let round = 0; round < Math.ceil(rounds / 6); round++) {
        const one = await visit(server.url, camera);
        figures.push(one);
        weight = one.weight;
      }
    } finally {
      await server.stop();
    }
    const all = (name) => figures.flatMap((one) => one[name]);
    const rate = median(all('rate'));
    const drawn = all('drawn');
    const word = all('word');
    report.table(
      'La página · The page',
      ['', 'mediana · median', 'p95'],
      [
        ['imágenes por segundo · pictures a second', rate.toFixed(1), ''],
        ['de la cámara a los puntos · camera to points', ms(median(drawn)), ms(quantile(drawn, 0.95))],
        ['del cambio a la palabra · change to word', ms(median(word)), ms(quantile(word, 0.95))],
        ['hilo principal · main thread', `${(100 * median(all('mainThread'))).toFixed(1)} %`, ''],
        ['primera vista · first view', `${(weight / 1000).toFixed(1)} kB`, ''],
      ],
    );
    report.note(`${figures.length} × ${turn / 1000} s; ${word.length} cambios · changes`);
    report.goal({ what: 'Imágenes por segundo · Pictures a second', least: 15, unit: '/s', reached: rate });
    report.goal({ what: 'Primera vista · First view', most: 120, unit: 'kB', reached: weight / 1000 });
    report.keep('page', { figures, weight });
  },
};

/** A camera as Chromium takes it: a face that drifts a little, then a room without one, again and again. */
function clip(pictures, folder) {
  const of = (wanted) => pictures.at(sizes[1]).find(({ kind }) => kind === wanted)?.file;
  const [face, room] = [of('one'), of('none')];
  if (face === undefined || room === undefined) {
    throw new SetupError(
      'Falta una foto con un rostro, o sin él.',
      'A photo with a face, or without, is missing.',
    );
  }
  const target = join(folder, 'camera.mjpeg');
  const still = (file) => ['-loop', '1', '-framerate', '15', '-t', String(shownSeconds), '-i', file];
  const drift = "scale=680:-2,crop=640:min(ih\\,480):'20+10*sin(n/7)':'0',scale=640:480";
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-y', ...still(face), ...still(room)],
    ...['-filter_complex', `[0]${drift},setsar=1[a];[1]${drift},setsar=1[b];[a][b]concat=n=2`],
    ...['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', target],
  ]);
  return target;
}

async function visit(url, camera) {
  const executablePath = findBrowser();
  if (executablePath === null) throw new SetupError('Falta Chromium.', 'Chromium is missing.');
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      ...['--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
      `--use-file-for-fake-video-capture=${camera}`,
    ],
  });
  try {
    const opened = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'es' });
    await opened.addInitScript(watchPage);
    await opened.goto(url, { waitUntil: 'networkidle' });
    const weight = await opened.evaluate(() =>
      [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce(
        (sum, { transferSize }) => sum + transferSize,
        0,
      ),
    );
    await opened.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await opened.locator('.word').waitFor();
    await opened.waitForTimeout(warmUp);
    const devtools = await opened.context().newCDPSession(opened);
    await devtools.send('Performance.enable');
    const busy = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration').value;
    };
    const before = await busy();
    const seen = await opened.evaluate((time) => globalThis.measured(time), turn);
    return { ...seen, mainThread: ((await busy()) - before) / (turn / 1000), weight };
  } finally {
    await browser.close();
  }
}

/** Runs in the page ahead of its own scripts: notes when pictures are taken and sent, when answers are drawn, when the word changes. */
function watchPage() {
  let takenAt = 0;
  let changedAt;
  let wordNow = '';
  let seen = { drawn: [], word: [] };
  const takes = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (...parameters) {
    takenAt = performance.now();
    lookForChange(this);
    return takes.apply(this, parameters);
  };
  const RealSocket = WebSocket;
  globalThis.WebSocket = class extends RealSocket {
    send(data) {
      const taken = takenAt;
      this.addEventListener(
        'message',
        () => requestAnimationFrame(() => setTimeout(() => seen.drawn.push(performance.now() - taken))),
        { once: true },
      );
      super.send(data);
    }
  };

  const small = new OffscreenCanvas(8, 6).getContext('2d', { willReadFrequently: true });
  let last;
  /** A cut: the picture differs from the one before by more than drifting makes. */
  function lookForChange(canvas) {
    small.drawImage(canvas, 0, 0, 8, 6);
    const { data } = small.getImageData(0, 0, 8, 6);
    const apart = last?.reduce((sum, value, i) => sum + Math.abs(value - data[i]), 0) ?? 0;
    last = data;
    if (apart / data.length > 15) changedAt ??= performance.now();
  }

  addEventListener('DOMContentLoaded', () => {
    const word = document.getElementById('word');
    new MutationObserver(() => {
      const text = word.innerText;
      if (text === wordNow) return;
      wordNow = text;
      if (changedAt !== undefined) seen.word.push(performance.now() - changedAt);
      changedAt = undefined;
    }).observe(word, { subtree: true, childList: true, characterData: true });
  });

  globalThis.measured = async (time) => {
    seen = { drawn: [], word: [] };
    changedAt = undefined;
    await new Promise((resolve) => setTimeout(resolve, time));
    return { ...seen, rate: seen.drawn.length / (time / 1000) };
  };
}
