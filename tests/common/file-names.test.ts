import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { printable } from '../../src/common/printable.js';
import { classFinder } from '../../src/emotion/class-names.js';
import { meantPath, systemPath, textOfName } from '../../src/common/file-names.js';
import { areLabels } from '../../src/emotion/forest-file.js';
import { readGroups } from '../../src/training/dataset/groups.js';
import { findPhotoClasses } from '../../src/training/dataset/photo-classes.js';

/** «niño.jpg» as Windows' archives have it: one byte for the ñ. */
const latin1 = Buffer.from('niño.jpg', 'latin1');
/** As it is typed, and as macOS writes names of files. */
const [composed, decomposed] = ['alegría'.normalize('NFC'), 'alegría'.normalize('NFD')];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-names-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['Latin-1', latin1],
  ['UTF-8', Buffer.from('niño 😀.jpg')],
  ['every byte', Buffer.from(Array.from({ length: 255 }, (_, i) => i + 1))],
  ['a character cut off', Buffer.from('ñ').subarray(0, 1)],
])('a name keeps its bytes, through JSON, too: %s', (_, bytes) => {
  const text = JSON.parse(JSON.stringify(textOfName(bytes))) as string;
  expect(Buffer.from(systemPath(text))).toEqual(bytes);
});

test('two names that differ in a byte that is no UTF-8 stay two; a terminal shows a replacement', () => {
  const [first, second] = ['e9', 'e8'].map((byte) => textOfName(Buffer.from(byte, 'hex')));
  expect(first).not.toBe(second);
  expect(printable(textOfName(latin1))).toBe('ni\ufffdo.jpg');
});

test('a path that Node has decoded with a loss is found by what it looks like, unless several look so', async () => {
  const inside = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('año', 'latin1')]);
  await mkdir(inside);
  await writeFile(Buffer.concat([inside, Buffer.from('/'), latin1]), 'photo');
  const given = join(folder, 'a\ufffdo/ni\ufffdo.jpg');
  expect(await readFile(systemPath(await meantPath(given)), 'utf8')).toBe('photo');
  await writeFile(Buffer.concat([inside, Buffer.from('/ni'), Buffer.of(0xf2), Buffer.from('o.jpg')]), '');
  expect(await meantPath(given)).toBe(given);
});

test('names with accents in one character or two are one folder, one label', async () => {
  await mkdir(join(folder, decomposed));
  await writeFile(join(folder, decomposed, 'a.jpg'), '');
  const { labels, photos } = await findPhotoClasses(folder, [composed, 'sad']);
  expect(labels).toEqual([composed.toUpperCase(), 'SAD']);
  expect(photos).toEqual([{ file: join(decomposed, 'a.jpg'), class: 0 }]);
  const classOf = classFinder(
    ['SAD', decomposed.toUpperCase()],
    new Map([['alégre'.normalize('NFD'), composed]]),
  );
  expect([classOf(composed), classOf('ALÉGRE'.normalize('NFC'))]).toEqual([1, 1]);
  expect(areLabels([composed, decomposed])).toBe(false);
});

test('--group-by finds a person whose name the file system decomposes, and takes both spellings for one', async () => {
  const files = [`${'Inés'.normalize('NFD')}-1.jpg`, `${'Inés'.normalize('NFC')}-2.jpg`];
  const beside = { format: 'emochat-data', version: 1, labels: ['A', 'B'], folder, files };
  const path = join(folder, 'data.files.json');
  await writeFile(path, JSON.stringify({ ...beside, withoutFace: [], unreadable: [] }));
  const groups = await readGroups(join(folder, 'data.txt'), 2, /^(Inés)-/);
  expect(groups).toEqual(['Inés', 'Inés']);
});
