import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyzePhoto, findImages, type FoundImage } from '../../../src/training/dataset/photos.js';
import { FrameError } from '../../../src/vision/vision.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-photos-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function found(path: string): Promise<FoundImage[]> {
  const images: FoundImage[] = [];
  for await (const image of findImages(path)) images.push(image);
  return images;
}

test('pictures are found in folders of folders by name; a link in a circle is not walked', async () => {
  await mkdir(join(folder, 'b'));
  for (const name of ['b/x.JPEG', 'c.webp', 'a.png', 'notes.txt']) await writeFile(join(folder, name), '');
  await symlink('..', join(folder, 'b/around'));
  expect(await found(folder)).toEqual(
    ['a.png', 'b/x.JPEG', 'c.webp'].map((name) => ({ file: join(folder, name) })),
  );
});

test('other formats and wrong endings are not passed over; a photo without an ending is known by its first bytes', async () => {
  await writeFile(join(folder, 'a.gif'), 'GIF89a');
  await writeFile(join(folder, 'b'), Buffer.from('ffd8ffe0', 'hex'));
  await writeFile(join(folder, 'c'), 'a note');
  await writeFile(join(folder, 'd.heic'), '');
  const names = (await found(folder)).map(({ file }) => basename(file));
  expect(names).toEqual(['a.gif', 'b', 'd.heic']);
});

test.each([
  ['GIF', Buffer.from('GIF89a')],
  ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0')],
  ['AVIF', Buffer.from('\0\0\0\x18ftypavif\0\0\0\0')],
  ['TIFF', Buffer.from('II*\0\0\0\0\0')],
  ['BMP', Buffer.from('BM\0\0\0\0')],
])('a %s picture is named as what it is', async (format, bytes) => {
  const file = join(folder, 'photo.jpg');
  await writeFile(file, bytes);
  const result = await analyzePhoto(file, () => Promise.reject(new FrameError('IMAGE_UNKNOWN')));
  expect(result).toMatchObject({
    code: 'IMAGE_UNKNOWN',
    message: expect.stringContaining(`This is a ${format} picture`) as string,
  });
});

test('a pipe called like a photo is no photo, and nobody waits for it', async () => {
  const pipe = join(folder, 'pipe.jpg');
  execFileSync('mkfifo', [pipe, join(folder, 'pipe')]);
  expect(await found(folder)).toEqual([{ file: pipe }]);
  const result = await analyzePhoto(pipe, () => Promise.reject(new Error('never read')));
  expect(result).toMatchObject({ message: expect.stringContaining('This is not a file') as string });
});

test('a photo whose name is no UTF-8, in a folder whose name is none, is found and read', async () => {
  const inner = Buffer.concat([Buffer.from(`${folder}/a`), Buffer.of(0xf1), Buffer.from('o')]);
  await mkdir(inner);
  await writeFile(Buffer.concat([inner, Buffer.from('/'), Buffer.of(0xe9), Buffer.from('.jpg')]), 'photo');
  const [image] = await found(folder);
  const bytes = await analyzePhoto(image?.file ?? '', (content) => Promise.resolve(content));
  expect(bytes).toEqual(Buffer.from('photo'));
});

test('a folder that cannot be looked into is named with its fault, and ends nothing', async () => {
  const gone = join(folder, 'gone');
  expect(await found(gone)).toEqual([
    { file: gone, fault: expect.objectContaining({ code: 'FOLDER_UNREADABLE' }) as Error },
  ]);
});

test.each([
  ['a folder', () => folder, 'This is a folder'],
  ['a device', () => '/dev/zero', 'This is not a file'],
  ['nothing', () => join(folder, 'none.jpg'), 'cannot be read'],
])('%s gives no photo, but a reason', async (_, path, reason) => {
  const result = await analyzePhoto(path(), () => Promise.reject(new Error('never read')));
  expect(result).toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining(reason) as string,
  });
});
