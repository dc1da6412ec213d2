import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { facePhoto } from '../../support/sample-photos.js';
import { readDataset } from '../../../src/training/dataset/dataset.js';
import { formatRow } from '../../../src/training/dataset/savetxt.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-data-'));
  file = join(folder, 'data.txt');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string) {
  await writeFile(file, text);
  return readDataset(file);
}

describe('data.txt', () => {
  test('gives back every bit that was written', async () => {
    const rows = Array.from({ length: 50 }, () => Float64Array.from({ length: 6 }, Math.random));
    const text = rows.map((row, i) => `${formatRow(row, i % 2)}\n`).join('');
    const data = await read(text);
    expect(data).toMatchObject({ rows: 50, columns: 6 });
    expect(Array.from(data.features)).toEqual(rows.flatMap((row) => Array.from(row)));
    expect(Array.from(data.classes)).toEqual(rows.map((_, i) => i % 2));
  });

  test('is read in any of the spellings that NumPy writes, with comments, tabs, empty and DOS lines', async () => {
    const data = await read(
      '# x y class\r\n5.00e-01 1 0\r\n\r\n.25\t1.\t+1.0 # why not\n1E-3 -0 1.000000000000000000e+00',
    );
    expect(Array.from(data.features)).toEqual([0.5, 1, 0.25, 1, 0.001, -0]);
    expect(Array.from(data.classes)).toEqual([0, 1, 1]);
  });

  test.each(['\n', '\r\n', '\r'])('is read whatever ends its lines: %j', async (end) => {
    const data = await read(['0.1 0.2 0', '', '# more', '0.3 0.4 1', ''].join(end));
    expect(Array.from(data.features)).toEqual([0.1, 0.2, 0.3, 0.4]);
    await expect(read(['0.1 0.2 0', '', '0.3 x 1'].join(end))).rejects.toThrow('line 3, column 2: "x"');
  });

  test('a DOS end of line that two pieces of the file share is one', async () => {
    const line = '0.125 1\r\n';
    // The file is read in pieces of 64 KiB.
    const lines = (64 * 1024) / line.length + 10;
    for (let shift = 0; shift < line.length; shift++) {
      const text = `#${' '.repeat(shift)}\r\n${line.repeat(lines)}nan 1\r\n`;
      await expect(read(text)).rejects.toThrow(`line ${2 + Math.floor(lines)}, column 1: "nan"`);
    }
  });

  test.each([
    ['nan', '0.1 0.2 0\n0.1 nan 1\n', 'line 2, column 2: "nan" is not a finite number'],
    ['infinity', '-inf 0.2 0\n', 'line 1, column 1: "-inf" is not a finite number'],
    ['a number beyond double precision', '0.1 1e999 0\n', 'line 1, column 2: "1e999" is not a finite number'],
    ['a number that no landmark has', '0.1 0.2 0\n0.1 -1e7 1\n', 'line 2, column 2: "-1e7" is too large'],
    [
      'more features than a forest takes',
      `${'0 '.repeat(65_537)}1\n`,
      'line 1, column 65537: has 65537 features',
    ],
    ['a word', '0.1 0.2 0\n\n0.1 happy 1\n', 'line 3, column 2: "happy" is not a number'],
    ['hexadecimal', '0x10 0.2 0\n', 'line 1, column 1: "0x10" is not a number'],
    ['a ragged row', '0.1 0.2 0\n0.1 0\n', 'line 2: has 2 numbers, the lines before have 3'],
    ['a class between two', '0.1 0.2 0.5\n', 'line 1, column 3: the class must be a whole number'],
    ['a negative class', '0.1 0.2 -1\n', 'line 1, column 3: the class must be a whole number'],
    ['a class alone', '1\n', 'line 1: needs at least one feature and the class'],
    ['nothing', '\n# nothing\n', 'it has no rows'],
  ])('names the place of %s', async (_, text, message) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining(message) as string,
    });
  });

  test('that is not there: says how to make it', async () => {
    await expect(readDataset(join(folder, 'none.txt'))).rejects.toMatchObject({
      code: 'DATA_NOT_FOUND',
      message: expect.stringContaining('npx emochat prepare-data') as string,
    });
  });

  test('that is a photo or a folder of photos: says what to make of it', async () => {
    await expect(readDataset(facePhoto)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringMatching(/it is no text.*npx emochat prepare-data$/) as string,
    });
    await expect(readDataset(folder)).rejects.toMatchObject({
      code: 'DATA_NOT_FOUND',
      message: expect.stringContaining(`npx emochat prepare-data --data ${folder}`) as string,
    });
  });

  test('a file far larger than the pieces it is read in gives every row', async () => {
    const line = Array.from({ length: 137 }, (_, i) => formatRow([i / 137], i % 2).split(' ')[0]);
    line[136] = '1';
    const data = await read(`${line.join(' ')}\r\n`.repeat(200) + line.join(' '));
    expect(data).toMatchObject({ rows: 201, columns: 136 });
    expect(data.features.subarray(200 * 136)).toEqual(data.features.subarray(0, 136));
  });

  test('a file without ends of lines is refused, however long', async () => {
    await expect(read('1 '.repeat(3_000_000))).rejects.toThrow('line 1: is too long');
    await expect(readDataset('/dev/zero')).rejects.toThrow('it is no text');
  });
});
