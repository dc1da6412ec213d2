import { spawnSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeWhole } from '../../src/common/output-file.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-output-'));
  file = join(folder, 'out.txt');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a file that is written whole or not at all', () => {
  test('takes its name when the work is done; its folder is made', async () => {
    const deep = join(folder, 'a/b/out.txt');
    const result = await writeWhole(deep, async (output) => {
      await output.write('one ');
      await output.write('two');
      expect(await readdir(join(folder, 'a/b'))).not.toContain('out.txt');
      return 7;
    });
    expect(result).toBe(7);
    expect(await readFile(deep, 'utf8')).toBe('one two');
    expect(await readdir(join(folder, 'a/b'))).toEqual(['out.txt']);
  });

  test('takes away what a process left that was killed while it wrote this file, and nothing of another', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    await writeFile(join(folder, `out.txt.${hostname()}-${gone}-0badf00d.part`), 'half');
    const alive = `out.txt.${hostname()}-${process.ppid}-0badf00d.part`;
    const other = `other.txt.${hostname()}-${gone}-0badf00d.part`;
    for (const name of [alive, other]) await writeFile(join(folder, name), 'half');
    // It has long had nothing to write, as one that measures first.
    await utimes(join(folder, alive), 0, 0);
    await writeWhole(file, (output) => output.write('new'));
    expect((await readdir(folder)).sort()).toEqual(['out.txt', alive, other].sort());
  });

  test('work that fails leaves the old file and nothing else', async () => {
    await writeFile(file, 'old');
    const work = writeWhole(file, async (output) => {
      await output.write('half');
      throw new Error('tired');
    });
    await expect(work).rejects.toThrow('tired');
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['out.txt']);
  });

  test.each([
    ['a folder', (path: string) => mkdir(path), 'it is a folder'],
    ['a device', (path: string) => symlink('/dev/null', path), 'it is not a file'],
  ])('%s of that name is told before any work, and stays', async (_, make, reason) => {
    await make(file);
    const work = writeWhole(file, () => Promise.reject(new Error('worked in vain')));
    await expect(work).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    await expect(work).rejects.toThrow(reason);
    expect(await readdir(folder)).toEqual(['out.txt']);
  });

  test('a link stays a link: the file it leads to is replaced', async () => {
    await writeFile(join(folder, 'real.txt'), 'old');
    await symlink('real.txt', file);
    await writeWhole(file, (output) => output.write('new'));
    expect(await readlink(file)).toBe('real.txt');
    expect(await readFile(join(folder, 'real.txt'), 'utf8')).toBe('new');
  });
});
