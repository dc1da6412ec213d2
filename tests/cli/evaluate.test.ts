import { copyFileSync, mkdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emochatCli, runEmochat, startEmochat, fileBegun } from '../support/cli.js';
import { faceRows, writeDataText } from '../support/face-rows.js';
import { copyLabelledPhotos as copyPhotos } from '../support/labelled-photos.js';
import { flatPicture } from '../support/sample-photos.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';
import { testModelsDir } from '../support/test-models.js';
import { oneQuestionForest } from '../support/small-forest.js';

const needs = [emochatCli, addon];

interface Result {
  labels: string[];
  n: number;
  noFace: number | null;
  unreadable: number | null;
  skipped: Record<string, number>;
  accuracy: number;
  balancedAccuracy: number;
  perClass: Record<string, { support: number; recall: number | null }>;
  confusionMatrix: number[][];
  calibration: { ece: number; bins: { n: number }[] };
  against?: { n: number; mcnemar: { onlyModel: number; onlyAgainst: number; pValue: number } };
}

let folder: string;
let photos: string;
let env: Record<string, string>;

async function evaluate(...args: string[]) {
  const result = await runEmochat(['evaluate', ...args], env);
  return { ...result, json: () => JSON.parse(result.stdout) as Result };
}

const { dataset: faces } = faceRows();

/** A `data.txt` of faces, and no file beside it. */
async function writeRows(name: string, classOf?: (label: number) => number): Promise<string> {
  const file = join(folder, name);
  await writeDataText(file, faces, classOf);
  return file;
}

async function writeModel(name: string, options: Parameters<typeof oneQuestionForest>[0]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(oneQuestionForest(options)));
  return file;
}

describeWith('emochat evaluate', needs, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-evaluate-'));
    photos = join(folder, 'photos');
    copyPhotos('happy', join(photos, 'Happy'));
    copyPhotos('sad', join(photos, 'SAD'));
    copyFileSync(flatPicture, join(photos, 'SAD/nobody.png'));
    await writeFile(join(photos, 'Happy/broken.jpg'), 'no picture');
    copyPhotos('sad', join(photos, 'fear'), 2);
    await writeFile(join(photos, 'notes.txt'), 'not a class');
    env = {
      EMOCHAT_MODELS_DIR: await testModelsDir(),
      EMOCHAT_MODEL: join(projectRoot, 'models/happy-sad.json'),
    };
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('photo folders: one JSON object and nothing else, and its numbers agree with each other', async () => {
    const { code, json, stdout, stderr } = await evaluate(photos, '--json');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const result = json();
    expect(result.labels).toEqual(['HAPPY', 'SAD']);
    expect(result).toMatchObject({ unreadable: 1, skipped: { fear: 2 } });
    expect([result.n, result.noFace]).toEqual([8, 1]);
    const matrix = result.confusionMatrix;
    expect(matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(result.n);
    const right = (matrix[0]?.[0] ?? 0) + (matrix[1]?.[1] ?? 0);
    expect(result.accuracy).toBeCloseTo(right / result.n, 12);
    const recalls = Object.values(result.perClass).map(({ recall }) => recall ?? 0);
    expect(result.balancedAccuracy).toBeCloseTo((recalls[0] ?? 0) / 2 + (recalls[1] ?? 0) / 2, 12);
    expect(result.calibration.bins.reduce((sum, { n }) => sum + n, 0)).toBe(result.n);
    expect(result.balancedAccuracy).toBeGreaterThan(0.6);
    expect(stderr).toContain('What the model does not know is not measured: fear (2). It knows: HAPPY, SAD.');
  });

  test('the same photos as rows of prepare-data: the same result; the photos without a face are still known', async () => {
    const data = join(folder, 'rows.txt');
    expect((await runEmochat(['prepare-data', '--data', photos, '--output', data], env)).code).toBe(0);
    const fromRows = (await evaluate(data, '--json')).json();
    const fromPhotos = (await evaluate(photos, '--json')).json();
    const { skipped, ...same } = { ...fromPhotos, data };
    expect(skipped).toEqual({ fear: 2 });
    expect(fromRows).toEqual({ ...same, skipped: {} });
  });

  test('several sets: the figures of each, and all of them side by side; a line of JSON for each', async () => {
    const rows = await writeRows('several.txt');
    const both = await evaluate(photos, rows);
    expect(both.code).toBe(0);
    const table = both.stdout.slice(both.stdout.lastIndexOf('measured on'));
    for (const [path, n] of [
      [photos, 8],
      [rows, faces.rows],
    ] as const) {
      expect(table).toMatch(new RegExp(`${path} +│ ${n} `));
      const alone = await evaluate(path);
      const accuracy = /^Accuracy: ([\d.]+ %)/m.exec(alone.stdout)?.[1];
      expect(table).toContain(accuracy);
      expect(both.stdout).toContain(alone.stdout);
    }
    const lines = (await evaluate(photos, rows, '--json')).stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual([8, faces.rows]);
    const misspelt = await evaluate(photos, join(folder, 'nowhere'));
    expect(misspelt).toMatchObject({ code: 1, stdout: '' });
    expect(misspelt.stderr).toContain('nowhere');
    const page = await evaluate(photos, rows, '--html', join(folder, 'two.html'));
    expect(page).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--html is the report of one/) as string,
    });
  });

  test("the original's data.txt, which comes without names: happy is 0, sad is 1", async () => {
    const { code, json } = await evaluate(await writeRows('original.txt'), '--json');
    expect(code).toBe(0);
    const result = json();
    expect(result.n).toBe(faces.rows);
    expect(result).toMatchObject({ noFace: null, unreadable: null });
    expect(result.accuracy).toBeGreaterThan(0.8);
  });

  test('other names: --map for folders, --labels for the classes of data.txt', async () => {
    const plain = (await evaluate(photos, '--json')).json();
    const mapped = (await evaluate(photos, '--json', '--map', 'Fear=sad')).json();
    expect(mapped.skipped).toEqual({});
    expect(mapped.perClass['SAD']?.support).toBeGreaterThan(plain.perClass['SAD']?.support ?? Infinity);
    copyPhotos('happy', join(folder, 'renamed/joy'));
    copyPhotos('sad', join(folder, 'renamed/grief'));
    const twice = await evaluate(
      join(folder, 'renamed'),
      '--json',
      '--map',
      'joy=HAPPY',
      '--map',
      'grief=SAD',
    );
    expect(twice.json().skipped).toEqual({});
    const turned = await writeRows('turned.txt', (label) => 1 - label);
    const wrong = (await evaluate(turned, '--json')).json();
    const right = (await evaluate(turned, '--json', '--labels', 'sad,happy')).json();
    expect(right.accuracy).toBeCloseTo(1 - wrong.accuracy, 1);
    expect(right.accuracy).toBeGreaterThan(0.8);
  });

  test('for people: a table with the same numbers', async () => {
    const data = await writeRows('table.txt');
    const { accuracy, confusionMatrix } = (await evaluate(data, '--json')).json();
    const { stdout } = await evaluate(data);
    expect(stdout).toContain(`Accuracy: ${(100 * accuracy).toFixed(2)} %`);
    expect(stdout).toContain('Photos without a face: not known');
    expect(stdout).toMatch(new RegExp(`HAPPY +│ ${confusionMatrix[0]?.join(' +│ ') ?? ''} `));
    expect(stdout).toContain('recall');
  });

  test('--against: who is right alone, and how likely that is by chance', async () => {
    const data = await writeRows('against.txt');
    const guess = await writeModel('guess.json', { labels: ['Sad', 'Happy'], column: 1 });
    const { against, ...alone } = (await evaluate(data, '--json', '--against', guess)).json();
    expect(alone).toEqual((await evaluate(data, '--json')).json());
    expect(against?.n).toBe(alone.n);
    expect(against?.mcnemar.onlyModel).toBeGreaterThan(against?.mcnemar.onlyAgainst ?? Infinity);
    expect(against?.mcnemar.pValue).toBeLessThan(0.001);
    const same = (await evaluate(data, '--json', '--against', env['EMOCHAT_MODEL'] ?? '')).json();
    expect(same.against?.mcnemar).toEqual({ onlyModel: 0, onlyAgainst: 0, pValue: 1 });
  });

  test.each([
    ['a path that is not there', () => ['/nope/nothing'], 'cannot be read'],
    [
      'folders of other emotions',
      () => [photos, '--model', join(folder, 'other.json')],
      'no emotion that the model knows',
    ],
    [
      'rows of other emotions',
      () => [join(folder, 'odd.txt'), '--labels', 'CALM,BORED'],
      'there are: CALM, BORED',
    ],
    [
      'a class without a name',
      () => [join(folder, 'odd.txt'), '--labels', 'HAPPY'],
      'has 2 classes and there are 1 names',
    ],
    [
      'a name for a label that is none',
      () => [photos, '--map', 'fear=FEARFUL'],
      'The model has no emotion "FEARFUL"',
    ],
    [
      'a model of other landmarks',
      () => [join(folder, 'odd.txt'), '--model', join(folder, 'five.json')],
      'Each face has 136 features and the model takes 10',
    ],
    [
      'another model of other emotions',
      () => [join(folder, 'odd.txt'), '--against', join(folder, 'other.json')],
      'none of the measured emotions in common',
    ],
    ['photos of nobody', () => [join(folder, 'empty')], 'there is nothing to measure'],
    [
      'a report that is a folder',
      () => [join(folder, 'odd.txt'), '--html', folder],
      'name another file with --html',
    ],
  ])('%s: a sentence, exit code 1, nothing on stdout', async (_, args, message) => {
    await writeRows('odd.txt');
    await writeModel('other.json', { labels: ['CALM', 'TIRED'] });
    await writeModel('five.json', { landmarks: 5 });
    mkdirSync(join(folder, 'empty/happy'), { recursive: true });
    copyFileSync(flatPicture, join(folder, 'empty/happy/nobody.png'));
    const { code, stdout, stderr } = await evaluate(...args(), '--json');
    expect(stderr).toContain(message);
    expect(code).toBe(1);
    expect(stdout).toBe('');
  });

  test.each([[['--map', 'fear']], [['--map', 'fear=SAD,']], [['--with-photos']]])(
    '%s is wrong usage, exit code 2',
    async (wrong) => {
      expect((await evaluate(photos, ...wrong)).code).toBe(2);
    },
  );

  test('names of folders reach the terminal without their control characters', async () => {
    const odd = join(folder, 'odd');
    mkdirSync(join(odd, 'fe\u001b[31mar'), { recursive: true });
    expect((await evaluate(odd)).stderr).toContain('there are: fe?[31mar)');
    copyPhotos('happy', join(odd, 'happy'), 1);
    expect((await evaluate(odd)).stderr).toContain('is not measured: fe?[31mar (0).');
  });

  test('links to folders and to files beside them do not disturb', async () => {
    const linked = join(folder, 'linked');
    mkdirSync(linked);
    await symlink(join(photos, 'Happy'), join(linked, 'happy'));
    await symlink(join(photos, 'nowhere'), join(linked, 'sad'));
    const { code, json } = await evaluate(linked, '--json');
    expect(code).toBe(0);
    expect(json().perClass['SAD']).toMatchObject({ support: 0, recall: null });
  });

  test('Ctrl-C leaves no half-written report, and an old one as it was', async () => {
    const reports = join(folder, 'reports');
    mkdirSync(reports);
    const report = join(reports, 'report.html');
    await writeFile(report, 'old');
    const many = join(folder, 'many');
    for (let i = 0; i < 100; i++) copyPhotos('happy', join(many, 'happy'), 4, (name) => `${name}${i}.jpg`);
    const { child, result } = startEmochat(['evaluate', many, '--html', report], env);
    await fileBegun(reports);
    child.kill('SIGINT');
    expect((await result).code).toBe(130);
    expect(await readdir(reports)).toEqual(['report.html']);
    expect(await readFile(report, 'utf8')).toBe('old');
  });
});
