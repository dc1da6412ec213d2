import { RandomForestClassifier } from 'ml-random-forest';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmotionForest } from '../../src/emotion/forest.js';
import { formatRow } from '../../src/training/dataset/savetxt.js';
import { emochatCli, runEmochat, startEmochat, fileBegun } from '../support/cli.js';
import { faceRows, rowOf, writeDataText } from '../support/face-rows.js';
import { describeWith } from '../support/requirements.js';

let folder: string;
let data: string;
let model: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-train-'));
  data = join(folder, 'data.txt');
  model = join(folder, 'models/trained.json');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const { dataset: faces } = faceRows();

/** A `data.txt` of faces, the class of each row as told. */
async function writeData(classOf?: (label: number) => number): Promise<number> {
  await writeDataText(data, faces, classOf);
  return faces.rows;
}

function train(...args: string[]) {
  return runEmochat(['train', '--data', data, '--output', model, '--trees', '12', ...args]);
}

async function readModel(): Promise<{ forest: never; training: Record<string, unknown>; labels: string[] }> {
  return JSON.parse(await readFile(model, 'utf8')) as never;
}

describeWith('emochat train', [emochatCli], () => {
  test('prints accuracy and confusion matrix of the held-out fifth, and saves what it printed', async () => {
    const rows = await writeData();
    const { code, stdout } = await train();
    expect(code).toBe(0);
    const { training, labels } = await readModel();
    expect(labels).toEqual(['HAPPY', 'SAD']);
    const matrix = training['confusionMatrix'] as [[number, number], [number, number]];
    const held = matrix.flat().reduce((sum, n) => sum + n, 0);
    expect(held).toBe(Math.ceil(rows * 0.2));
    const accuracy = (matrix[0][0] + matrix[1][1]) / held;
    expect(training['accuracy']).toBeCloseTo(accuracy, 12);
    expect(accuracy).toBeGreaterThan(0.6);
    expect(stdout).toContain(`Accuracy: ${(100 * accuracy).toFixed(2)} %`);
    expect(stdout).toMatch(new RegExp(`HAPPY\\s+│ ${matrix[0][0]}\\s+│ ${matrix[0][1]}\\s`));
    expect(stdout).toMatch(new RegExp(`SAD\\s+│ ${matrix[1][0]}\\s+│ ${matrix[1][1]}\\s`));
    expect(training).toMatchObject({
      trees: 12,
      maxFeatures: 'sqrt',
      seed: 42,
      samples: rows,
      engine: 'native',
    });
  });

  test('--engine ml-random-forest grows with the package, which says what it cannot do', async () => {
    await writeData();
    // Its worker threads run the built files.
    const args = [
      'train',
      '--data',
      data,
      '--output',
      model,
      '--trees',
      '12',
      '--engine',
      'ml-random-forest',
    ];
    expect((await startEmochat(args).result).code).toBe(0);
    const { training, forest } = await readModel();
    expect(training['engine']).toBe('ml-random-forest');
    expect((forest as { baseModel: { indexes: number[][] } }).baseModel.indexes[0]).toHaveLength(11);
    const { code, stderr } = await train('--engine', 'ml-random-forest', '--class-weight', 'balanced');
    expect(code).toBe(1);
    expect(stderr).toContain('--class-weight');
    expect(stderr).toContain('--engine native');
  });

  test('--sure of too few rows is told before a tree grows, with what to do', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => formatRow(rowOf(faces, i), Number(i < 5)));
    await writeFile(data, `${lines.join('\n')}\n`);
    const { code, stderr } = await train('--sure', '0.7');
    expect(code).toBe(1);
    expect(stderr).toContain('To calibrate (--sure), what is learnt is split in 5 parts');
    expect(stderr).toContain('Or train without --sure.');
  });

  test('a confusion matrix wider than a terminal is not printed; a sentence says where it is', async () => {
    let row = 0;
    await writeData(() => row++ % 40);
    const labels = Array.from({ length: 40 }, (_, i) => `E${i}`);
    const { code, stdout } = await train('--labels', labels.join(','), '--test-size', '0.5');
    expect(code).toBe(0);
    expect(stdout).toContain('40 × 40, too wide for here');
    expect(stdout).not.toContain('│');
    expect((await readModel()).training['confusionMatrix']).toHaveLength(40);
  });

  test('--importance prints and saves what the forest goes by: the mouth', async () => {
    await writeData();
    const { code, stdout } = await train('--importance', '--trees', '100');
    expect(code).toBe(0);
    const { names, gini, permutation } = (await readModel()).training['importances'] as {
      names: string[];
      gini: number[];
      permutation: number[];
    };
    expect(names).toHaveLength(136);
    expect(gini.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
    const best = names[permutation.indexOf(Math.max(...permutation))] ?? '';
    // iBUG: 48 to 67 are the lips.
    expect(Number(best.slice(1))).toBeGreaterThanOrEqual(48);
    expect(stdout).toMatch(new RegExp(`loss when shuffled[^A-Z]*│ ${best} `));
    const straightened = await train('--importance', '--transform', 'symmetric-landmarks');
    expect(straightened.stdout).toContain('discriminant 1');
    expect((await train('--importance', '--no-bootstrap')).stdout).not.toContain('when shuffled');
    expect((await train()).stdout).not.toContain('Gini');
  });

  test('--oob prints and saves the out-of-bag accuracy; without a bootstrap there is none', async () => {
    await writeData();
    const { stdout } = await train('--oob', '--trees', '100');
    const { training } = await readModel();
    expect(training['outOfBagAccuracy']).toBeGreaterThan(0.6);
    const shown = (100 * Number(training['outOfBagAccuracy'])).toFixed(2);
    expect(stdout).toContain(`Out-of-bag accuracy: ${shown} %`);
    expect((await train('--oob', '--no-bootstrap')).stdout).not.toContain('Out-of-bag');
    expect((await readModel()).training).not.toHaveProperty('outOfBagAccuracy');
  });

  test.each([
    ['--criterion', 'entropy'],
    ['--max-features', '0.5'],
    ['--max-depth', '2'],
    ['--min-samples-split', '30'],
    ['--min-samples-leaf', '30'],
    ['--no-bootstrap'],
    ['--balance'],
    ['--class-weight', '1,5'],
    ['--extra-trees'],
  ])('%s %s grows another forest', async (...args) => {
    await writeData();
    await train();
    const { forest } = await readModel();
    expect((await train(...args)).code).toBe(0);
    expect((await readModel()).forest).not.toEqual(forest);
  });

  test('grows the same forest on one thread and on three; another seed grows another', async () => {
    await writeData();
    const grow = async (...args: string[]) => {
      expect((await train(...args)).code).toBe(0);
      return (await readModel()).forest;
    };
    const one = await grow('--threads', '1');
    expect(await grow('--threads', '3')).toEqual(one);
    expect(await grow('--seed', '43')).not.toEqual(one);
  });

  test('the model is read by ml-random-forest itself, which predicts the same', async () => {
    await writeData();
    await train('--balance');
    const theirs = RandomForestClassifier.load((await readModel()).forest);
    const ours = await EmotionForest.load(model);
    for (let i = 0; i < faces.rows; i += 5) {
      const votes = theirs.predictionValues([Array.from(rowOf(faces, i))]).getRow(0);
      const sad = votes.filter((vote) => vote === 1).length / votes.length;
      expect(ours.predict(rowOf(faces, i)).probabilities['SAD']).toBeCloseTo(sad, 10);
    }
  });

  test('names of classes come from the file beside the data, or from --labels', async () => {
    const rows = await writeData();
    const beside = { format: 'emochat-data', version: 1, folder: 'data', withoutFace: [], unreadable: [] };
    const files = Array.from({ length: rows }, (_, i) => `${i}.jpg`);
    const path = join(folder, 'data.files.json');
    await writeFile(path, JSON.stringify({ ...beside, labels: ['ANGRY', 'CALM'], files }));
    await train();
    expect((await readModel()).labels).toEqual(['ANGRY', 'CALM']);
    await train('--labels', 'JOY,GRIEF');
    expect((await readModel()).labels).toEqual(['JOY', 'GRIEF']);
    await writeFile(path, JSON.stringify({ ...beside, labels: ['ANGRY', 'CALM'], files: files.slice(1) }));
    const { code, stderr } = await train();
    expect(code).toBe(1);
    expect(stderr).toContain('does not belong to');
  });

  test.each([
    ['one class only', () => 0, 'Training needs at least two emotions'],
    ['a class without a name', (label: number) => label + 1, 'The data have 3 classes and there are 2 names'],
  ])('%s: a sentence, exit code 1, and the old model stays', async (_, classOf, message) => {
    await writeData();
    await train();
    const old = await readFile(model, 'utf8');
    await writeData(classOf);
    const { code, stderr } = await train();
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(await readFile(model, 'utf8')).toBe(old);
    expect(await readdir(join(folder, 'models'))).toEqual(['trained.json']);
  });

  test.each([
    ['names of classes that are the same', ['--labels', 'HAPPY,HAPPY'], 'they must differ'],
    ['names of classes that differ in case only', ['--labels', 'Happy,HAPPY'], 'not by case alone'],
    [
      'more weights than classes',
      ['--class-weight', '1,2,3'],
      '2 weights, one a class in this order: HAPPY, SAD',
    ],
    ['a weight beyond what is taken', ['--class-weight', '1,1e40'], 'each from 0.000001 to 1000000'],
    [
      'a share that holds out no row of a class',
      ['--test-size', '0.0001'],
      'Ask for a larger share with --test-size',
    ],
    ['a folder to save to', ['--output', tmpdir()], 'it is a folder'],
  ])('%s: told before a tree grows', async (_, args, message) => {
    await writeData();
    const { code, stderr } = await train('--trees', '10000', ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  /** Every fifth row is of a third class, which `--neither` is to name. */
  async function writeThirdClass(): Promise<string[]> {
    let row = 0;
    await writeData((label) => (row++ % 5 === 0 ? 2 : label));
    return ['--labels', 'HAPPY,SAD,CALM'];
  }

  test('--neither takes names in upper or lower case, and may be given several times', async () => {
    const labels = await writeThirdClass();
    expect((await train(...labels, '--neither', 'calm', '--neither', 'Calm')).code).toBe(0);
    const { labels: known, training } = await readModel();
    expect(known).toEqual(['HAPPY', 'SAD']);
    expect(training['neither']).toMatchObject({ labels: ['CALM'] });
    expect((await train('--labels', 'Sad,SAD,CALM', '--neither', 'sad')).stderr).toContain('by case alone');
    const { code, stderr } = await train(...labels, '--neither', 'calm', '--neither', 'ANGRY');
    expect(code).toBe(1);
    expect(stderr).toContain('The data have no class "ANGRY" (--neither)');
    expect((await train(...labels, '--neither', 'calm', '--neither', 'sad')).stderr).toContain(
      'at least two emotions',
    );
  });

  test.each([
    [
      'weights for the class that is set aside, too',
      ['--class-weight', '1,2,3'],
      1,
      'in this order: HAPPY, SAD',
    ],
    ['an out-of-bag accuracy', ['--oob'], 2, '--oob does not go with --neither'],
    ['the engine that cannot', ['--engine', 'ml-random-forest'], 1, 'cannot do this: --neither'],
  ])('--neither with %s: a sentence', async (_, args, exitCode, message) => {
    const labels = await writeThirdClass();
    const { code, stderr } = await train(...labels, '--neither', 'CALM', ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(exitCode);
  });

  test('damaged data: line and column, exit code 1', async () => {
    await writeData();
    await writeFile(data, (await readFile(data, 'utf8')).replace(/(\n\S+) \S+/, '$1 nan'));
    const { code, stderr } = await train();
    expect(code).toBe(1);
    expect(stderr).toContain('line 2, column 2');
    expect(stderr).toContain('line 2, column 2: "nan" is not a finite number');
  });

  test.each([
    ['--trees', '0'],
    ['--max-features', '1.5'],
    ['--class-weight', '1,-1'],
    ['--criterion', 'mse'],
    ['--test-size', '1'],
    ['--cv', '1'],
    ['--repeats', '0'],
    ['--group-by', '('],
    ['--seed', '-1'],
  ])('%s %s is wrong usage, exit code 2', async (...wrong) => {
    await writeData();
    expect((await train(...wrong)).code).toBe(2);
  });

  /** The file beside the data, with photos of people who have seven each, of both emotions. */
  async function writeFiles(nameOf = (row: number) => `p${Math.floor(row / 7)}-${row}.jpg`): Promise<void> {
    const { rows, classes } = faces;
    const order = Array.from(classes.keys()).sort((a, b) => (a % 20) - (b % 20));
    const names = order.reduce<string[]>((list, row, i) => ((list[row] = `happy/${nameOf(i)}`), list), []);
    const beside = { format: 'emochat-data', version: 1, folder: 'data', withoutFace: [], unreadable: [] };
    const files = Array.from({ length: rows }, (_, row) => names[row] ?? '');
    await writeFile(
      join(folder, 'data.files.json'),
      JSON.stringify({ ...beside, labels: ['HAPPY', 'SAD'], files }),
    );
  }

  test('--cv: mean and standard error beside the same model as ever', async () => {
    await writeData();
    await train();
    const { training: plain, forest } = await readModel();
    const { code, stdout } = await train('--cv', '4', '--repeats', '2');
    expect(code).toBe(0);
    const { training, ...model } = await readModel();
    expect(model.forest).toEqual(forest);
    expect(training).toMatchObject({
      accuracy: plain['accuracy'],
      confusionMatrix: plain['confusionMatrix'],
    });
    const validation = training['validation'] as Record<'accuracy', { mean: number; standardError: number }>;
    expect(validation).toMatchObject({ folds: 4, repeats: 2 });
    expect(validation.accuracy.mean).toBeGreaterThan(0.6);
    expect(validation.accuracy.standardError).toBeGreaterThan(0);
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    const { mean, standardError } = validation.accuracy;
    expect(stdout).toContain('4-fold cross-validation × 2');
    expect(stdout).toContain(`  Accuracy: ${percent(mean)} ± ${percent(standardError)}`);
    await EmotionForest.load(join(folder, 'models/trained.json'));
  });

  test('--repeats alone: that many splits, the first of them the one the model is measured on', async () => {
    await writeData();
    const { stdout } = await train('--repeats', '3');
    expect(stdout).toContain('3 splits (mean ± standard error)');
    expect((await readModel()).training['validation']).toMatchObject({ folds: null, repeats: 3 });
  });

  test('--group-by: nobody on both sides, so the held-out rows are whole people', async () => {
    const rows = await writeData();
    await writeFiles();
    const { code, stdout } = await train('--group-by', '^(p\\d+)-', '--cv', '3');
    expect(code).toBe(0);
    expect(stdout).toContain('nobody in two parts');
    const { training } = await readModel();
    expect(training['groupBy']).toBe('^(p\\d+)-');
    const held = (training['confusionMatrix'] as number[][]).flat().reduce((sum, n) => sum + n, 0);
    // 154 rows of 22 people; a split that looked at nobody would hold out 31.
    expect(held % 7).toBe(0);
    expect(Math.abs(held / rows - 0.2)).toBeLessThan(0.05);
  });

  test.each([
    ['a pattern that finds nothing', ['--group-by', '^(q\\d+)-'], 'finds nothing in'],
    ['one that leaves somebody out', ['--group-by', '^(p1\\d*)-'], 'finds nothing in'],
    ['one group of all', ['--group-by', '^(p)'], '1 groups (--group-by) do not reach'],
    [
      'more parts than people',
      ['--group-by', '^(p\\d+)-', '--cv', '900'],
      'groups (--group-by) do not reach',
    ],
    ['more parts than rows of an emotion', ['--cv', '900'], 'too few for 900 parts'],
  ])('%s: a sentence before a tree grows', async (_, args, message) => {
    await writeData();
    await writeFiles();
    const { code, stderr } = await train('--trees', '10000', ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test('--group-by without the file beside the data: which file is missing', async () => {
    await writeData();
    const { code, stderr } = await train('--group-by', '^(p)');
    expect(code).toBe(1);
    expect(stderr).toContain('data.files.json, which has them, is missing');
  });

  test('Ctrl-C while trees grow leaves the old model and nothing else', async () => {
    await writeData();
    await train();
    const old = await readFile(model, 'utf8');
    await writeFile(data, (await readFile(data, 'utf8')).repeat(20));
    const { child, result } = startEmochat(['train', '--data', data, '--output', model, '--trees', '10000']);
    await fileBegun(join(folder, 'models'));
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(130);
    expect(stderr).toContain('No file was changed');
    expect(await readFile(model, 'utf8')).toBe(old);
    expect(await readdir(join(folder, 'models'))).toEqual(['trained.json']);
  });
});
