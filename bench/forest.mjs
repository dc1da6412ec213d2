import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { datasetsDir } from '../scripts/lib/models/datasets.mjs';
import { root } from '../scripts/lib/run.mjs';
import { rowsLike, sklearn, sklearnVersion, writeRows } from './lib/forest-rows.mjs';
import { ms, times } from './lib/report.mjs';
import { growthExponent, median } from './lib/statistics.mjs';

const reference = join(datasetsDir, 'reference', 'features.jsonl');
const sizes = [2000, 5000, 10_000, 20_000];
/** What n log n grows by from the smallest size to the largest. */
const allowedGrowth = (sizes.at(-1) * Math.log(sizes.at(-1))) / (sizes[0] * Math.log(sizes[0]));
/** ml-random-forest takes minutes for 2,000 rows, so it grows a part of the trees; each costs it the same. */
const packageTrees = 4;
const slowRounds = 3;

/**
 * Training a forest of 200 trees against scikit-learn's on all cores, if it is installed, and against ml-random-forest; how
 * the cost grows with the rows; predicting one row. Besides the clock's time it prints the processor's, which other programs
 * disturb less.
 */
export const forest = {
  name: 'forest',
  about: 'entrenar y consultar bosques · training and asking forests',
  programs: [],
  secondsPerRound: 6,
  optional: true,

  async run({ folder, rounds, report }) {
    if (!existsSync(reference)) {
      report.note(`${reference}: no está; no se mide · is missing; nothing is measured`);
      return;
    }
    const { defaultForestOptions: preset } =
      await import('../dist/training/growing/engines/forest-trainer.js');
    const { trainer } = await import('../dist/training/growing/engines/native-forest-trainer.js');
    const { trainer: packaged } =
      await import('../dist/training/growing/engines/ml-random-forest-trainer.js');
    const options = { ...preset, threads: availableParallelism() };
    const train = (engine, rows, changes = {}) =>
      timed(() => engine.train(rows, 2, { ...options, ...changes }));

    const rows = rowsLike(reference, sizes[0]);
    const file = join(folder, 'rows');
    writeRows(file, rows);
    const version = await sklearnVersion();
    const ours = [];
    const theirs = [];
    for (let round = 0; round < Math.min(rounds, slowRounds); round++) {
      ours.push(await train(trainer, rows));
      if (version !== undefined) theirs.push(...(await sklearn('fit', file, options.trees, 1)));
    }
    const slow = await train(packaged, rows, { trees: packageTrees });
    const own = middle(ours.map(({ seconds }) => seconds));
    const others = {
      [`scikit-learn ${version ?? '(no instalado · not installed)'}`]: middle(theirs),
      'ml-random-forest': slow.seconds.map((seconds) => (seconds * options.trees) / packageTrees),
    };
    report.table(
      `Entrenar ${options.trees} árboles, 2000 × 136 · Training ${options.trees} trees, 2,000 × 136`,
      ['', 'reloj · clock', '', 'procesador · processor', ''],
      [
        ['emochat', ms(1000 * own[0]), '', ms(1000 * own[1]), ''],
        ...Object.entries(others).map(([name, [clock, processor]]) => [
          name,
          ms(1000 * clock),
          times(clock / own[0]),
          ms(1000 * processor),
          times(processor / own[1]),
        ]),
      ],
    );

    const growth = await growthWithRows((rows) => train(trainer, rows), Math.min(rounds, slowRounds));
    const factor = growth.at(-1).seconds / growth[0].seconds;
    report.table(
      'Según las filas · By rows',
      [
        'filas · rows',
        'procesador · processor',
        'filas vistas · rows looked at',
        'por fila vista · for each',
      ],
      growth.map(({ size, seconds, visits }) => [
        size,
        ms(1000 * seconds),
        `${(visits / 1e6).toFixed(1)} M`,
        `${((1e9 * seconds) / visits).toFixed(0)} ns`,
      ]),
    );
    const exponent = growthExponent(growth.map(({ size, seconds }) => [size, seconds]));
    const looked = growth.at(-1).visits / growth[0].visits;
    report.note(`∝ n^${exponent.toFixed(2)}`);
    report.note(
      `Los árboles mismos se hacen más hondos: miran ${looked.toFixed(1)} veces más filas · The trees themselves grow deeper: they look at ${looked.toFixed(1)} times the rows`,
    );

    const shipped = await askShippedModels(rounds);
    report.table(
      'Un rostro, del modelo que viene: transformación, bosque y calibración · One face, models that ship: transform, forest, calibration',
      ['', 'procesador · processor'],
      shipped.map(({ name, seconds }) => [name, `${(1e6 * seconds).toFixed(1)} µs`]),
    );

    const asked = await askOneRow(ours[0].value.compiled, rows, rounds);
    const theirsAsked =
      version === undefined ? undefined : median(await sklearn('predict', file, options.trees, 30));
    report.table(
      'Una fila, 200 árboles · One row, 200 trees',
      ['emochat', `scikit-learn`],
      [[ms(1000 * asked), ms(1000 * (theirsAsked ?? NaN))]],
    );

    const [sklearnTimes, packageTimes] = Object.values(others).map(([clock]) => clock / own[0]);
    if (version !== undefined) {
      report.goal({
        what: 'Bosque, frente a scikit-learn · Forest against scikit-learn',
        least: 1,
        hope: 2,
        unit: '×',
        reached: sklearnTimes,
      });
    }
    report.goal({
      what: 'Bosque, frente a ml-random-forest · Forest against it',
      least: 300,
      unit: '×',
      reached: packageTimes,
    });
    report.goal({
      what: 'Bosque, de 2000 a 20 000 filas · Forest, 2,000 to 20,000 rows',
      most: Number(allowedGrowth.toFixed(1)),
      unit: '×',
      reached: factor,
    });
    report.goal({ what: 'Bosque, una fila · Forest, one row', most: 20, unit: 'µs', reached: 1e6 * asked });
    for (const { name, seconds } of shipped) {
      const what = `Un rostro, ${name} · One face`;
      report.goal({ what, most: 20, unit: 'µs', reached: 1e6 * seconds });
    }
    report.keep('forest', { own, others, growth, asked, theirsAsked, shipped });
  },
};

/** Elapsed and processor seconds of a piece of work, and what it gave. */
async function timed(work) {
  const processor = process.cpuUsage();
  const start = performance.now();
  const value = await work();
  const { user, system } = process.cpuUsage(processor);
  return { value, seconds: [(performance.now() - start) / 1e3, (user + system) / 1e6] };
}

/** Medians of pairs. */
function middle(pairs) {
  return [0, 1].map((place) => median(pairs.map((pair) => pair[place])));
}

/**
 * Processor seconds that training takes by the number of rows, interleaved, and how many rows the nodes of all trees hold
 * together, which is what there is to do.
 */
async function growthWithRows(train, rounds) {
  const sets = sizes.map((size) => ({ size, rows: rowsLike(reference, size), spent: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const set of sets) {
      const { value, seconds } = await train(set.rows);
      set.spent.push(seconds[1]);
      set.compiled = value.compiled;
    }
  }
  return sets.map(({ size, rows, spent, compiled }) => ({
    size,
    seconds: median(spent),
    visits: rowsLookedAt(compiled, rows),
  }));
}

/** Rows in all nodes that are split, if every tree had every row. */
function rowsLookedAt({ roots, feature, threshold, right, leaf }, { features, rows, columns }) {
  let visits = 0;
  for (const root of roots) {
    for (let row = 0; row < rows; row++) {
      for (let node = root; leaf[node] < 0; visits++) {
        node = features[row * columns + feature[node]] < threshold[node] ? node + 1 : right[node];
      }
    }
  }
  return visits;
}

/** Processor seconds for what the models that come with the project say of one face. */
async function askShippedModels(rounds) {
  const { EmotionForest } = await import('../dist/emotion/forest.js');
  const { descriptionLength } = await import('../dist/vision/addon/native.js');
  const { features, rows, columns } = rowsLike(reference, 500);
  const faces = Array.from({ length: rows }, (_, row) => features.slice(row * columns, (row + 1) * columns));
  // Of a grey face: what it says does not matter here.
  const description = new Uint8Array(descriptionLength).fill(40);
  const answers = [];
  for (const name of ['happy-sad', 'expressive']) {
    const model = await EmotionForest.load(join(root, 'models', `${name}.json`));
    const spent = [];
    for (let round = 0; round < Math.max(rounds, 40); round++) {
      const { seconds } = await timed(() => {
        for (const face of faces) model.predict(face, description);
      });
      spent.push(seconds[1] / rows);
    }
    answers.push({ name, seconds: median(spent) });
  }
  return answers;
}

/** Processor seconds for the probabilities of one row. */
async function askOneRow(compiled, { features, rows, columns }, rounds) {
  const { averageProbabilities } = await import('../dist/emotion/compiled-forest.js');
  const seconds = [];
  for (let round = 0; round < Math.max(rounds, 10); round++) {
    const { seconds: spent } = await timed(() => {
      for (let row = 0; row < rows; row++) {
        averageProbabilities(compiled, features.subarray(row * columns, (row + 1) * columns));
      }
    });
    seconds.push(spent[1] / rows);
  }
  return median(seconds);
}
