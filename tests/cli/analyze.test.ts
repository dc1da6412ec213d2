import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emochatCli, runEmochat, type AnalysedLine } from '../support/cli.js';
import { copyLabelledPhotos } from '../support/labelled-photos.js';
import { facePhoto, flatPicture, manyFaces, seriousPhoto } from '../support/sample-photos.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';
import { testModelsDir } from '../support/test-models.js';

const needs = [emochatCli, addon];

let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-analyze-'));
  env = {
    EMOCHAT_MODELS_DIR: await testModelsDir(),
    EMOCHAT_MODEL: join(projectRoot, 'models/happy-sad.json'),
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function analyze(...args: string[]) {
  const result = await runEmochat(['analyze', ...args], env);
  const lines = (): AnalysedLine[] =>
    result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AnalysedLine);
  return { ...result, lines };
}

describeWith('emochat analyze', needs, () => {
  test("--baseline reads the photos by a person's calm face", async () => {
    const emotion = async (...more: string[]) => {
      const { code, lines } = await analyze('--json', seriousPhoto, '--model', 'expressive', ...more);
      expect(code).toBe(0);
      return lines()[0]?.faces[0]?.emotion;
    };
    const calm = join(folder, 'calm');
    await mkdir(calm);
    await cp(seriousPhoto, join(calm, 'one.jpg'));
    expect(await emotion()).toBe('SAD');
    expect(await emotion('--baseline', seriousPhoto)).toBe('NEUTRAL');
    expect(await emotion('--baseline', calm)).toBe('NEUTRAL');
  });

  test.each([
    ['a model that takes none', () => ['--baseline', facePhoto], 2, /--model expressive/],
    [
      'a picture without a face',
      () => ['--model', 'expressive', '--baseline', flatPicture],
      1,
      /shows no face/,
    ],
    [
      'a photo that is not there',
      () => ['--model', 'expressive', '--baseline', 'gone.jpg'],
      1,
      /gone\.jpg does not exist/,
    ],
  ])('--baseline with %s says what to do', async (_, options, code, said) => {
    const result = await analyze(facePhoto, ...options());
    expect(result.stderr).toMatch(said);
    expect(result.code).toBe(code);
  });

  test('--json gives for each photo, in order, its size and every face with landmarks, features and emotion', async () => {
    const photos = [facePhoto, manyFaces, flatPicture];
    const { code, lines } = await analyze('--json', ...photos);
    expect(code).toBe(0);
    expect(lines().map(({ file }) => file)).toEqual(photos);
    expect(lines().map(({ width, height }) => [width, height])).toEqual([
      [224, 224],
      [896, 672],
      [320, 240],
    ]);
    expect(lines().map(({ faces }) => faces.length)).toEqual([1, 12, 0]);
    expect(lines()[0]?.faces[0]?.emotion).toBe('HAPPY');
    for (const { landmarks, features, emotion, probabilities } of lines().flatMap(({ faces }) => faces)) {
      expect([landmarks.length, features.length]).toEqual([68, 136]);
      expect([Math.min(...features), Math.max(...features)]).toEqual([0, 1]);
      const { HAPPY = NaN, SAD = NaN } = probabilities;
      expect(HAPPY + SAD).toBeCloseTo(1, 10);
      expect(emotion).toBe(SAD > HAPPY ? 'SAD' : 'HAPPY');
    }
  });

  test('goes through folders and the folders in them by name; an unreadable photo is a line, not the end', async () => {
    await mkdir(join(folder, 'b/deep'), { recursive: true });
    await cp(facePhoto, join(folder, 'b/deep/x.JPG'));
    await cp(seriousPhoto, join(folder, 'c.jpg'));
    await writeFile(join(folder, 'a.png'), 'no picture');
    await writeFile(join(folder, 'readme.txt'), 'no picture');
    const { code, lines } = await analyze('--json', folder);
    expect(code).toBe(0);
    expect(lines().map(({ file }) => file)).toEqual(
      ['a.png', 'b/deep/x.JPG', 'c.jpg'].map((name) => join(folder, name)),
    );
    expect(lines()[0]).toMatchObject({
      code: 'IMAGE_UNKNOWN',
      error: expect.stringContaining('JPEG') as string,
    });
    expect(lines()[1]?.faces).toHaveLength(1);
  });

  test('without --json it prints a table', async () => {
    const { code, stdout } = await analyze(facePhoto);
    expect(code).toBe(0);
    expect(stdout).toMatch(/smiling\.jpg │ 224×224\s+│ 1\s+│ HAPPY \d+\.\d\d %/);
  });

  test('a path that is not there: the others are analysed, exit code 1', async () => {
    const { code, stderr, lines } = await analyze('--json', join(folder, 'none.jpg'), facePhoto);
    expect(code).toBe(1);
    expect(lines().map(({ code: reason }) => reason)).toEqual(['FILE_MISSING', undefined]);
    expect(stderr).toContain(`Paths given that do not exist: ${join(folder, 'none.jpg')}`);
  });

  test('a path that is there but cannot be followed: is not said to be missing', async () => {
    const loop = join(folder, 'loop.jpg');
    await symlink(loop, loop);
    const { lines } = await analyze('--json', loop, facePhoto);
    expect(lines().map(({ code: reason }) => reason)).toEqual(['FILE_UNREADABLE', undefined]);
    expect(lines()[0]?.error).toContain('ELOOP');
  });

  test.each([['a path that is not there'], ['an empty folder']])(
    '%s alone: the error and no table',
    async (what) => {
      const { code, stdout } = await analyze(what === 'an empty folder' ? folder : join(folder, 'none.jpg'));
      expect(code).toBe(1);
      expect(stdout).toBe('');
    },
  );

  test('landmarks are spelled in the fewest digits that are the same in single precision', async () => {
    const { lines } = await analyze('--json', facePhoto);
    const numbers = lines().flatMap(({ faces }) => faces.flatMap(({ landmarks }) => landmarks.flat()));
    expect(numbers).toHaveLength(136);
    numbers.forEach((number) => expect(`${number}`.length).toBeLessThanOrEqual(10));
  });

  test('nothing to read: a sentence, exit code 1', async () => {
    const { code, stderr } = await analyze(folder);
    expect(code).toBe(1);
    expect(stderr).toContain('No photo could be read');
  });

  async function piped(args: string, reader: string): Promise<{ stdout: string; stderr: string }> {
    const command = `"$0" "${emochatCli}" ${args} | ${reader}`;
    return promisify(execFile)('sh', ['-c', command, process.execPath], { env: { ...process.env, ...env } });
  }

  test('a reader that has seen enough ends it quietly', async () => {
    for (let i = 0; i < 25; i++) copyLabelledPhotos('sad', folder, 4, (name) => `${name}${i}.jpg`);
    const { stdout, stderr } = await piped(`analyze --json "${folder}"`, 'head -n 1');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toBe('');
  });

  test.each(['--help', 'analyze'])('%s: a reader that is gone is no error', async (args) => {
    const photo = args === 'analyze' ? seriousPhoto : '';
    expect((await piped(`${args} ${photo}`, 'true')).stderr).toBe('');
  });

  test('a forest that is not there: says how to train one', async () => {
    const { code, stderr } = await analyze('--model', 'nobody', facePhoto);
    expect(code).toBe(1);
    expect(stderr).toContain('npx emochat train --output');
  });
});
