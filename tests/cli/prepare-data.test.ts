import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emochatCli, runEmochat, startEmochat, fileBegun } from '../support/cli.js';
import { copyLabelledPhotos, tightPhoto } from '../support/labelled-photos.js';
import { flatPicture } from '../support/sample-photos.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { testModelsDir } from '../support/test-models.js';

let folder: string;
let photos: string;
let output: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-prepare-'));
  photos = join(folder, 'photos');
  output = join(folder, 'data.txt');
  env = { EMOCHAT_MODELS_DIR: await testModelsDir() };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Photos of an emotion, and one that a face fills or one of nobody. */
async function copyPhotos(emotion: 'happy' | 'sad', extra?: 'tight' | 'nobody'): Promise<void> {
  copyLabelledPhotos(emotion, join(photos, emotion));
  if (extra === 'tight') await writeFile(join(photos, emotion, 'tight.jpg'), tightPhoto());
  if (extra === 'nobody') await copyFile(flatPicture, join(photos, emotion, 'nobody.png'));
}

describeWith('emochat prepare-data', [emochatCli, addon], () => {
  test('reports photos, samples, photos without a face and unreadable files, and writes both files', async () => {
    await copyPhotos('happy', 'nobody');
    await copyPhotos('sad', 'tight');
    await writeFile(join(photos, 'sad/notes.txt'), 'no picture');
    const { code, stdout } = await runEmochat(['prepare-data', '--data', photos, '--output', output], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/HAPPY\s+│ 5\s+│ 4\s+│ 0\s+│ 1\s+│ 0/);
    expect(stdout).toMatch(/SAD\s+│ 6\s+│ 5\s+│ 1\s+│ 0\s+│ 1/);
    expect(stdout).toContain('enlarged and a border around it: 1.');
    expect(stdout).toContain('sad/notes.txt: This is not a JPEG, PNG or WebP image');
    expect((await readFile(output, 'utf8')).trimEnd().split('\n')).toHaveLength(9);
    expect(existsSync(join(folder, 'data.files.json'))).toBe(true);
  });

  test('says in Spanish why a file could not be read, too', async () => {
    await copyPhotos('sad');
    await writeFile(join(photos, 'sad/notas.txt'), 'no picture');
    const args = ['prepare-data', '--data', photos, '--output', output];
    const { stdout } = await runEmochat(args, { ...env, EMOCHAT_LANG: 'es' });
    expect(stdout).toContain('sad/notas.txt: No es una imagen JPEG, PNG o WebP');
  });

  test('with --plain, a photo that needs enlarging shows no face, as in the original', async () => {
    await copyPhotos('sad', 'tight');
    const args = ['prepare-data', '--plain', '--data', photos, '--output', output];
    const { stdout } = await runEmochat(args, env);
    expect(stdout).toMatch(/SAD\s+│ 5\s+│ 4\s+│ 0\s+│ 1\s+│ 0/);
    expect(stdout).not.toContain('enlarged and a border');
  });

  test('warns that one emotion has no sample, and goes on', async () => {
    await copyPhotos('sad');
    const { code, stderr } = await runEmochat(['prepare-data', '--data', photos, '--output', output], env);
    expect(code).toBe(0);
    expect(stderr).toContain('no sample of HAPPY');
  });

  test('a folder where data.txt should be: told before any photo, and what lies beside it stays', async () => {
    await copyPhotos('sad');
    const beside = join(folder, 'data.files.json');
    await mkdir(output);
    await writeFile(beside, 'old');
    const { code, stderr } = await runEmochat(['prepare-data', '--data', photos, '--output', output], env);
    expect(code).toBe(1);
    expect(stderr).toContain('it is a folder');
    expect(await readFile(beside, 'utf8')).toBe('old');
  });

  test('no folder: says what to create, exit code 1', async () => {
    const { code, stderr } = await runEmochat(['prepare-data', '--data', photos, '--output', output], env);
    expect(code).toBe(1);
    expect(stderr).toContain('Create photos/happy and photos/sad with your photos');
    expect(existsSync(output)).toBe(false);
  });

  test('a wrong list of emotions is wrong usage, exit code 2', async () => {
    const { code } = await runEmochat(['prepare-data', '--emotions', 'happy,,sad'], env);
    expect(code).toBe(2);
  });

  test('Ctrl-C leaves the old data and nothing else', async () => {
    for (let i = 0; i < 100; i++) {
      copyLabelledPhotos('happy', join(photos, 'happy'), 4, (name) => `${name}${i}.jpg`);
    }
    await writeFile(output, 'old');
    const { child, result } = startEmochat(['prepare-data', '--data', photos, '--output', output], env);
    await fileBegun(folder);
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(130);
    expect(stderr).toContain('No file was changed');
    expect(await readFile(output, 'utf8')).toBe('old');
    expect((await readdir(folder)).sort()).toEqual(['data.txt', 'photos']);
  });
});
