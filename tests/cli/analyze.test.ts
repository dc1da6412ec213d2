import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emochatCli, runEmochat } from '../support/cli.js';
import { referenceFeatures } from '../support/real-rows.js';
import { addon, describeWith, facesDir, projectRoot, sharedDir, testModelsDir } from '../support/shared.js';

const affect = join(facesDir, 'affect');
const needs = [affect, referenceFeatures, emochatCli, addon];

interface Line {
  file: string;
  width: number;
  height: number;
  error?: string;
  code?: string;
  faces: {
    box: number[];
    landmarks: [number, number][];
    features: number[];
    emotion: string;
    probabilities: Record<string, number>;
  }[];
}

interface Reference {
  file: string;
  width: number;
  height: number;
  boxes: number[][];
  landmarks: [number, number][][];
  features: number[];
}

function onlyFace({ faces }: Line): Line['faces'][number] | undefined {
  return faces.length === 1 ? faces[0] : undefined;
}

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
  const lines = (): Line[] =>
    result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  return { ...result, lines };
}

function references(): Reference[] {
  return readFileSync(referenceFeatures, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Reference);
}

describeWith('emochat analyze', needs, () => {
  test('--json gives for each photo, in order, what the original gives, and an emotion for every face', async () => {
    const photos = references()
      .filter(({ file }, i) => i % 20 === 0 || file.includes('many-0'))
      .slice(0, 18);
    const { code, lines } = await analyze(
      '--json',
      '--plain',
      ...['--landmarks', 'plain'],
      ...photos.map(({ file }) => join(sharedDir, file)),
    );
    expect(code).toBe(0);
    expect(lines().map(({ file }) => file)).toEqual(photos.map(({ file }) => join(sharedDir, file)));
    lines().forEach((line, i) => compare(line, photos[i]));
    expect(lines().some(({ faces }) => faces.length > 1)).toBe(true);
  });

  function compare(line: Line, photo: Reference | undefined): void {
    expect([line.width, line.height]).toEqual([photo?.width, photo?.height]);
    // The original leaves the order of several faces to chance.
    expect(line.faces.map(({ box }) => box.join()).sort()).toEqual(
      photo?.boxes.map((box) => box.join()).sort(),
    );
    line.faces.forEach((face) => {
      const same = photo?.boxes.findIndex((box) => box.join() === face.box.join()) ?? -1;
      const points = face.landmarks
        .flat()
        .map((value, j) => Math.abs(value - (photo?.landmarks[same]?.flat()[j] ?? NaN)));
      expect(Math.max(...points)).toBeLessThan(0.05);
      expect(face.features).toHaveLength(136);
      const { HAPPY = NaN, SAD = NaN } = face.probabilities;
      expect(HAPPY + SAD).toBeCloseTo(1, 10);
      expect(face.emotion).toBe(SAD > HAPPY ? 'SAD' : 'HAPPY');
    });
    const features =
      onlyFace(line)?.features.map((value, j) => Math.abs(value - (photo?.features[j] ?? NaN))) ?? [];
    expect(Math.max(0, ...features)).toBeLessThan(1e-3);
  }

  test('goes through folders and the folders in them by name; an unreadable photo is a line, not the end', async () => {
    await mkdir(join(folder, 'b/deep'), { recursive: true });
    await cp(join(affect, 'happy/happy-0000.jpg'), join(folder, 'b/deep/x.JPG'));
    await cp(join(affect, 'sad/sad-0000.jpg'), join(folder, 'c.jpg'));
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
    const { code, stdout } = await analyze(join(affect, 'happy/happy-0000.jpg'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/happy-0000\.jpg │ 224×224\s+│ 1\s+│ HAPPY \d+\.\d\d %/);
  });

  test('a path that is not there: the others are analysed, exit code 1', async () => {
    const { code, stderr, lines } = await analyze(
      '--json',
      join(folder, 'none.jpg'),
      join(affect, 'happy/happy-0000.jpg'),
    );
    expect(code).toBe(1);
    expect(lines().map(({ code: reason }) => reason)).toEqual(['FILE_MISSING', undefined]);
    expect(stderr).toContain(`Paths given that do not exist: ${join(folder, 'none.jpg')}`);
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
    const { lines } = await analyze('--json', join(affect, 'happy/happy-0000.jpg'));
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
    const { stdout, stderr } = await piped(`analyze --json "${join(affect, 'sad')}"`, 'head -n 1');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toBe('');
  });

  test.each(['--help', 'analyze'])('%s: a reader that is gone is no error', async (args) => {
    const photo = args === 'analyze' ? join(affect, 'sad/sad-0000.jpg') : '';
    expect((await piped(`${args} ${photo}`, 'true')).stderr).toBe('');
  });

  test('a forest that is not there: says how to train one', async () => {
    const { code, stderr } = await analyze('--model', 'nobody', join(affect, 'happy/happy-0000.jpg'));
    expect(code).toBe(1);
    expect(stderr).toContain('npx emochat train --output');
  });
});
