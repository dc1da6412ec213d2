import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addon } from '../support/addon.js';
import { emochatCli, runEmochat } from '../support/cli.js';
import { copyLabelledPhotos } from '../support/labelled-photos.js';
import { describeWith } from '../support/requirements.js';
import { facePhoto, seriousPhoto } from '../support/sample-photos.js';
import { fiveLandmarksFacemark, testModelsDir } from '../support/test-models.js';

/** Numbers of a description. */
const width = 3744;

describeWith('A model that looks at pictures', [emochatCli, addon], () => {
  let folder: string;
  let photos: string;
  let data: string;
  let pictures: string;
  let model: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-pictures-'));
    photos = join(folder, 'photos');
    data = join(folder, 'data.txt');
    pictures = join(folder, 'data.picture.npy');
    model = join(folder, 'pictures.json');
    env = { EMOCHAT_MODELS_DIR: await testModelsDir() };
    for (const emotion of ['happy', 'sad'] as const) {
      for (const copy of ['a', 'b', 'c'])
        copyLabelledPhotos(emotion, join(photos, emotion), 4, (name) => `${name}-${copy}.jpg`);
    }
    const prepared = await prepare('--features', 'picture');
    expect(prepared).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Error') as string });
    expect((await train()).code).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const prepare = (...more: string[]) =>
    runEmochat(['prepare-data', '--data', photos, '--output', data, ...more], env);
  const train = (...more: string[]) =>
    runEmochat([
      ...['train', '--data', data, '--output', model, '--transform', 'picture-scores'],
      ...['--trees', '9', '--min-samples-leaf', '2', ...more],
    ]);

  test('has its pictures beside data.txt, as numpy.load reads them', async () => {
    const bytes = await readFile(pictures);
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
    const head = 10 + bytes.readUInt16LE(8);
    expect(head % 64).toBe(0);
    const said = "{'descr': '|u1', 'fortran_order': False, 'shape': (24, 3744), }";
    expect(bytes.toString('latin1', 10, head)).toBe(`${said.padEnd(head - 11)}\n`);
    expect(bytes.length).toBe(head + 24 * width);
    // Three copies of the first photo come first.
    const [first, second] = [0, 3].map((row) => bytes.subarray(head + row * width, head + (row + 1) * width));
    expect(first?.some((value) => value > 0)).toBe(true);
    expect(first).not.toEqual(second);
    const lines = (await readFile(data, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ').length)).toEqual(Array.from({ length: 24 }, () => 137));
  });

  test.each([
    [['--baseline', 'sad'], 2, /--group-by/],
    [['--baseline', 'sad', '--transform', 'none', '--group-by', '(.)'], 2, /picture-scores/],
    [['--baseline', 'bored', '--group-by', '^([^-]+)'], 1, /none of the emotions HAPPY, SAD/],
    [['--baseline', 'sad', '--group-by', '(.+)'], 1, /there are 0, and it takes 10/],
  ])('train %s says what is wrong', async (options, code, said) => {
    const result = await train(...options);
    expect(result.stderr).toMatch(said);
    expect(result.code).toBe(code);
  });

  test('is measured on rows and on photos with the same result', async () => {
    const accuracy = async (path: string) => {
      const { code, stdout } = await runEmochat(['evaluate', path, '--model', model, '--json'], env);
      expect(code).toBe(0);
      return (JSON.parse(stdout) as { accuracy: number }).accuracy;
    };
    expect(await accuracy(data)).toBeGreaterThan(0.8);
    expect(await accuracy(photos)).toBe(await accuracy(data));
  });

  test('can be held against one that looks at landmarks alone, either way', async () => {
    for (const [one, other] of [
      [model, 'happy-sad'],
      ['happy-sad', model],
    ] as const) {
      const args = ['evaluate', photos, '--model', one, '--against', other, '--json'];
      expect((await runEmochat(args, env)).code).toBe(0);
    }
  });

  test('has a report that says what its figures leave out', async () => {
    const report = join(folder, 'report.html');
    const args = ['evaluate', photos, '--model', model, '--html', report];
    expect((await runEmochat(args, env)).code).toBe(0);
    expect(await readFile(report, 'utf8')).toContain('This model also looks at the picture of the face');
    const plain = ['evaluate', photos, '--model', 'happy-sad', '--html', report];
    expect((await runEmochat(plain, env)).code).toBe(0);
    expect(await readFile(report, 'utf8')).not.toContain('also looks at the picture');
  });

  test('tells the emotions in photos', async () => {
    const { code, stdout } = await runEmochat(['analyze', facePhoto, seriousPhoto, '--model', model], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/HAPPY/);
    expect(stdout).toMatch(/SAD/);
  });

  test('says of which emotion the scores are that it goes by', async () => {
    const { code, stdout } = await train('--importance');
    expect(code).toBe(0);
    expect(stdout).toContain('score of HAPPY');
    expect(stdout).toContain('score of SAD');
  });

  test('is asked for with the options that go together', async () => {
    const alone = await runEmochat(['train', '--data', data, '--output', model, '--set-by', '(.)']);
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain('--set-by is for --transform picture-scores.');
    const five = await prepare('--features', 'picture', '--facemark', fiveLandmarksFacemark);
    expect(five.code).toBe(1);
    expect(five.stderr).toContain('here are 5');
  });

  test('may be told which source each photo is from', async () => {
    const { code } = await train('--set-by', '-([ab])\\.', '--group-by', '^([a-zA-Z]+)');
    expect(code).toBe(1);
    expect((await train('--set-by', '-([ab])\\.')).code).toBe(0);
  });

  test('is not trained without its pictures, with others, or with a damaged file, and the old model stays', async () => {
    const before = await readFile(model);
    await truncate(pictures, 128 + 23 * width);
    const short = await train();
    expect(short.code).toBe(1);
    expect(short.stderr).toContain('data.picture.npy is damaged or does not belong to');
    await unlink(pictures);
    const missing = await train();
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('npx emochat prepare-data --features picture');
    const measured = await runEmochat(['evaluate', data, '--model', model], env);
    expect(measured.code).toBe(1);
    expect(measured.stderr).toContain('data.picture.npy is missing');
    expect(await readFile(model)).toEqual(before);
  });

  test('leaves no pictures of other rows behind when data.txt is made anew without them', async () => {
    expect((await prepare('--features', 'picture')).code).toBe(0);
    expect(existsSync(pictures)).toBe(true);
    expect((await prepare()).code).toBe(0);
    expect(existsSync(pictures)).toBe(false);
  });
});
