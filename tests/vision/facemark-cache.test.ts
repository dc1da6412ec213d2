import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compactFacemarkFor } from '../../src/vision/model-files/facemark-cache.js';
import { canMount, mountMemory, remountReadOnly, unmount } from '../support/mounts.js';
import { testMirror } from '../support/test-models.js';

describe('The compact facemark beside its YAML file', () => {
  let folder: string;
  let yaml: string;
  const inodeOf = async (file: string) => (await stat(file)).ino;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-compact-'));
    yaml = join(folder, 'lbf.yaml');
    await copyFile(join(testMirror, 'lbfmodel.yaml'), yaml);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is made once and then used as it is', async () => {
    const compact = await compactFacemarkFor(yaml);
    const first = await inodeOf(compact);
    expect(await compactFacemarkFor(yaml)).toBe(compact);
    expect(await inodeOf(compact)).toBe(first);
    expect((await readdir(folder)).sort()).toEqual(['lbf.yaml', 'lbf.yaml.compact']);
  });

  test('is made anew when the YAML file is another, even one of the same size and time', async () => {
    const { mtime } = await stat(yaml);
    const before = readFileSync(await compactFacemarkFor(yaml));
    const text = readFileSync(yaml, 'latin1');
    const digit = text.indexOf('weights_2');
    const at = text.indexOf('AAAA', text.indexOf('thresholds_2_0_0'));
    expect(digit).toBeGreaterThan(0);
    await writeFile(yaml, `${text.slice(0, at)}AQAA${text.slice(at + 4)}`, 'latin1');
    await utimes(yaml, mtime, mtime);
    expect(readFileSync(await compactFacemarkFor(yaml)).equals(before)).toBe(false);
  });

  test('is made anew when it was cut off or is another thing altogether', async () => {
    const compact = await compactFacemarkFor(yaml);
    const whole = readFileSync(compact);
    await truncate(compact, 5000);
    expect(readFileSync(await compactFacemarkFor(yaml)).equals(whole)).toBe(true);
    await writeFile(compact, 'nonsense');
    expect(readFileSync(await compactFacemarkFor(yaml)).equals(whole)).toBe(true);
  });

  test('is not harmed by several starts at once', async () => {
    const files = await Promise.all(Array.from({ length: 6 }, () => compactFacemarkFor(yaml)));
    expect(new Set(files).size).toBe(1);
    expect((await readdir(folder)).sort()).toEqual(['lbf.yaml', 'lbf.yaml.compact']);
  });

  test('clears away what a process left that was killed while it made one', async () => {
    const deadPid = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
    await writeFile(join(folder, `compact-lbf.yaml.${hostname()}-${deadPid}-0123abcd.part`), 'half of it');
    await compactFacemarkFor(yaml);
    expect((await readdir(folder)).sort()).toEqual(['lbf.yaml', 'lbf.yaml.compact']);
  });

  test('leaves nothing behind when the YAML file is broken', async () => {
    await truncate(yaml, 500_000);
    await expect(compactFacemarkFor(yaml)).rejects.toMatchObject({ code: 'MODEL_FILE_INVALID' });
    expect(await readdir(folder)).toEqual(['lbf.yaml']);
  });

  describe.skipIf(!canMount)('on a disk of its own (needs the right to mount one)', () => {
    let disk: string;
    let onDisk: string;

    async function mountWithRoom(bytes: number): Promise<void> {
      mountMemory(disk, (await stat(yaml)).size + bytes);
      await copyFile(yaml, onDisk);
    }

    beforeEach(async () => {
      disk = join(folder, 'disk');
      onDisk = join(disk, 'lbf.yaml');
      await mkdir(disk);
    });
    afterEach(() => unmount(disk));

    test('that is full, is done without, and leaves nothing there', async () => {
      await mountWithRoom(64 * 1024);
      expect(await compactFacemarkFor(onDisk)).toBe(onDisk);
      expect(await readdir(disk)).toEqual(['lbf.yaml']);
    });

    test('that cannot be written, is used if it was made of the same bytes, whatever their dates', async () => {
      await mountWithRoom(10e6);
      const compact = await compactFacemarkFor(onDisk);
      await utimes(onDisk, new Date(), new Date());
      remountReadOnly(disk);
      expect(await compactFacemarkFor(onDisk)).toBe(compact);
    });

    test('that cannot be written, is not used if it was made of other bytes', async () => {
      await mountWithRoom(10e6);
      await compactFacemarkFor(onDisk);
      await writeFile(onDisk, readFileSync(yaml, 'latin1').replace('%YAML', '%YAML '), 'latin1');
      remountReadOnly(disk);
      expect(await compactFacemarkFor(onDisk)).toBe(onDisk);
    });
  });

  test('a missing YAML file is a message that says what to type', async () => {
    await expect(compactFacemarkFor(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'MODEL_FILE_MISSING',
      message: expect.stringContaining('npx emochat models fetch') as string,
    });
  });
});
