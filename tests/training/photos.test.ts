import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyzePhoto, findImages, type FoundImage } from '../../src/training/photos.js';

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
