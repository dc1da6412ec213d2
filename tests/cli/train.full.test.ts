import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { randomStream } from '../../src/common/random.js';
import { runEmochat } from '../support/cli.js';
import { faceRows, writeDataText } from '../support/face-rows.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-train-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a forest that could not be read again is not saved, and the old one stays', async () => {
  const [data, model] = [join(folder, 'data.txt'), join(folder, 'trained.json')];
  const random = randomStream(1);
  await writeDataText(data, faceRows({ people: 86 }).dataset, () => random(2));
  await writeFile(model, 'old');
  const args = ['train', '--data', data, '--output', model, '--trees', '10000', '--no-bootstrap'];
  const { code, stderr } = await runEmochat(args);
  expect(code).toBe(1);
  expect(stderr).toContain('too large to be saved');
  expect(await readFile(model, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['data.txt', 'trained.json']);
});
