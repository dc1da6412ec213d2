import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emochatCli, runEmochat, startEmochat, fileBegun } from '../support/cli.js';
import { faceRows, writeDataText } from '../support/face-rows.js';
import { describeWith } from '../support/requirements.js';

let folder: string;
let data: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-tune-'));
  data = join(folder, "ana's data.txt");
  await writeDataText(data, faceRows({ people: 8, photosEach: 4 }).dataset);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const small = ['--trials', '3', '--outer', '2', '--inner', '2'];

function tune(...args: string[]) {
  return runEmochat(['tune', '--data', data, ...small, ...args]);
}

/** The words of the line that the command prints for the shell. */
function trainLine(stdout: string): string[] {
  const line =
    stdout
      .trimEnd()
      .split('\n')
      .find((text) => text.includes('npx emochat train')) ?? '';
  return Array.from(line.trim().matchAll(/(?:'[^']*'|\\'|[^\s'])+/g), ([word]) =>
    word.replace(/'([^']*)'|\\'/g, (_, quoted?: string) => quoted ?? "'"),
  ).slice(2);
}

describeWith('emochat tune', [emochatCli], () => {
  test('says what it tries, both estimates, and the line that trains so; writes nothing', async () => {
    const before = await readdir(folder);
    const { code, stdout, stderr } = await tune();
    expect(code).toBe(0);
    expect(stdout).toContain('18 forests');
    expect(stdout).toMatch(/ {2}1\. \(as it comes\)/);
    expect(stdout).toMatch(/ {2}3\. --/);
    expect(stdout).toMatch(/What to expect \(nested\): \d+\.\d\d % ± \d+\.\d\d %/);
    expect(stdout).toMatch(/The naive one, .*: \d+\.\d\d % ± \d+\.\d\d %/);
    expect(trainLine(stdout).slice(0, 3)).toEqual(['train', '--data', data]);
    expect(stderr).toContain('to go');
    expect(stderr).not.toContain('Warning');
    expect(await readdir(folder)).toEqual(before);
  });

  test('the result is the same on one thread and on three', async () => {
    const one = await tune('--threads', '1');
    expect((await tune('--threads', '3')).stdout).toBe(one.stdout);
  });

  test('--write saves the forest that the printed line trains', async () => {
    const written = join(folder, 'tuned.json');
    const { code, stdout } = await tune('--write', written);
    expect(code).toBe(0);
    expect(stdout).toContain('what to expect is the nested one above');
    const trained = join(folder, 'trained.json');
    expect((await runEmochat([...trainLine(stdout), '--output', trained])).code).toBe(0);
    const forest = async (file: string) =>
      (JSON.parse(await readFile(file, 'utf8')) as { forest: unknown }).forest;
    expect(await forest(written)).toEqual(await forest(trained));
  });

  test('Ctrl-C leaves nothing, and the place of --write as it was', async () => {
    const target = join(folder, 'tuned.json');
    await writeFile(target, 'old');
    const before = await readdir(folder);
    const { child, result } = startEmochat(['tune', '--data', data, '--trials', '100', '--write', target]);
    await fileBegun(folder);
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(130);
    expect(stderr).toContain('No file was changed');
    expect(await readdir(folder)).toEqual(before);
    expect(await readFile(target, 'utf8')).toBe('old');
  });

  test.each([
    ['more parts than rows of an emotion', ['--outer', '100'], 'too few for 100 parts'],
    ['names that are too few', ['--labels', 'HAPPY'], 'The data have 2 classes and there are 1 names'],
    ['groups without the names of photos', ['--group-by', '^(p)'], 'which has them, is missing'],
  ])('%s: a sentence, exit code 1', async (_, args, message) => {
    const { code, stderr } = await tune(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test.each([
    ['--metric', 'luck'],
    ['--trials', '0'],
    ['--inner', '1'],
  ])('%s %s is wrong usage, exit code 2', async (...wrong) => {
    expect((await tune(...wrong)).code).toBe(2);
  });
});
