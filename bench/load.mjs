import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { sizes } from './lib/pictures.mjs';
import { jsonLines } from './lib/programs.mjs';
import { megabytes, ms } from './lib/report.mjs';
import { median } from './lib/statistics.mjs';

const child = join(import.meta.dirname, 'children', 'open-vision.mjs');

/** The cold start is measured in every third round: it is slow, and matters once in a model's life. */
const coldEvery = 3;

/** Model files: from OpenCV's YAML, and from the compact file that is made of it; each in a process of its own. */
export const load = {
  name: 'load',
  about: 'carga de los modelos · loading the models',
  programs: ['load_opencv'],
  secondsPerRound: 1.6,

  async run({ pictures, programs, models, folder, rounds, report }) {
    const own = join(folder, 'models');
    mkdirSync(own);
    const facemark = join(own, 'lbfmodel.yaml');
    symlinkSync(models.facemark, facemark);
    const picture = pictures.at(sizes[1]).find(({ faces }) => faces > 0) ?? pictures.at(sizes[1])[0];
    const open = () => VisionProcess.start([models.cascade, facemark, picture.file]);
    const results = { opencv: [], cold: [], warm: [] };
    for (let round = 0; round < rounds; round++) {
      if (round % coldEvery === 0) {
        results.opencv.push((await jsonLines(programs.load_opencv, [models.cascade, models.facemark]))[0]);
        rmSync(`${facemark}.compact`, { force: true });
        results.cold.push(await openedOnce(open));
      }
      results.warm.push(await openedOnce(open));
    }
    const figures = {
      opencv: middles(results.opencv),
      cold: middles(results.cold),
      warm: middles(results.warm),
    };
    print(report, figures, results);
    report.goal({
      what: 'Carga desde el compacto · Load, compact file',
      most: 50,
      unit: 'ms',
      reached: figures.warm.ms,
    });
    report.goal({
      what: 'Memoria residente · Resident memory',
      most: 40,
      unit: 'MB',
      reached: figures.warm.used / 1e6,
    });
    report.keep('load', figures);
  },
};

class VisionProcess {
  #child;

  /** Starts it and waits until the vision is open. */
  static async start(args) {
    const process = new VisionProcess();
    process.#child = fork(child, args);
    process.opened = await process.#answer();
    return process;
  }

  async end() {
    this.#child.send('end');
    await once(this.#child, 'exit');
  }

  async #answer() {
    const died = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the process that opens the vision ended with ${code}`);
    });
    const [message] = await Promise.race([once(this.#child, 'message'), died]);
    died.catch(() => undefined);
    return message;
  }
}

async function openedOnce(open) {
  const process = await open();
  await process.end();
  return process.opened;
}

function middles(results) {
  const at = (key) => median(results.map((result) => result[key]));
  return { rounds: results.length, ms: at('ms'), opened: at('opened'), used: at('used') };
}

function print(report, { opencv, cold, warm }, results) {
  report.table(
    'Carga de cascada y puntos · Loading cascade and facemark',
    ['', 'n', 'tiempo · time', 'memoria · memory', 'tras una imagen · after a picture'],
    [
      [
        'OpenCV, YAML',
        opencv.rounds,
        ms(opencv.ms),
        megabytes(median(results.opencv.map(({ resident }) => resident))),
        '–',
      ],
      [
        'EmoChat, YAML (primer arranque · first start)',
        cold.rounds,
        ms(cold.ms),
        megabytes(cold.opened),
        megabytes(cold.used),
      ],
      ['EmoChat, compacto · compact', warm.rounds, ms(warm.ms), megabytes(warm.opened), megabytes(warm.used)],
    ],
  );
}
