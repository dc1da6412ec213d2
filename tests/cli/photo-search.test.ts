import { copyFileSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textOfName } from '../../src/common/file-names.js';
import { emochatCli, runEmochat } from '../support/cli.js';
import { bystanderPhoto, seriousPhoto, tightCrop } from '../support/sample-photos.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';
import { testModelsDir } from '../support/test-models.js';

/** A name that is no UTF-8. */
const latin1Name = Buffer.from('niña.jpg', 'latin1');

interface Line {
  look: string;
  faces: { box: number[] }[];
}

describeWith('how commands search photos', [emochatCli, addon], () => {
  let folder: string;
  let env: Record<string, string>;
  /** A photo that a face fills to its edges: the plain look misses it. */
  let tight: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-search-'));
    env = {
      EMOCHAT_MODELS_DIR: await testModelsDir(),
      EMOCHAT_MODEL: join(projectRoot, 'models/happy-sad.json'),
      // So that rows differ by the search alone.
      EMOCHAT_LANDMARKS: 'plain',
    };
    for (const emotion of ['happy', 'sad']) mkdirSync(join(folder, 'photos', emotion), { recursive: true });
    tight = join(folder, 'photos/happy/tight.jpg');
    copyFileSync(tightCrop, tight);
    copyFileSync(bystanderPhoto, join(folder, 'photos/happy/two.jpg'));
    // «niña.jpg» as archives from Windows have it.
    const sad = Buffer.from(`${join(folder, 'photos/sad')}/`);
    copyFileSync(seriousPhoto, Buffer.concat([sad, latin1Name]));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function analyze(...args: string[]): Promise<Line[]> {
    const { stdout } = await runEmochat(['analyze', '--json', ...args], env);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }

  const widths = (line?: Line): number[] => line?.faces.map(({ box }) => box[2] ?? NaN) ?? [];

  test('analyze searches photos as prepare-data does, says how, and lists the largest face first', async () => {
    const [near, two] = await analyze(tight, bystanderPhoto);
    expect(near).toMatchObject({ look: 'close', faces: [{ emotion: 'HAPPY' }] });
    expect(two?.look).toBe('plain');
    expect(widths(two)[0]).toBeGreaterThan(widths(two)[1] ?? Infinity);
  });

  test('--plain looks once and lists faces as the detector does; --face first does the latter alone', async () => {
    const [near, two] = await analyze('--plain', tight, bystanderPhoto);
    expect(near).toMatchObject({ look: 'plain', faces: [] });
    expect(widths(two)[0]).toBeLessThan(widths(two)[1] ?? 0);
    const [seen, same] = await analyze('--face', 'first', tight, bystanderPhoto);
    expect(seen?.faces).toHaveLength(1);
    expect(same).toEqual(two);
  });

  test.each([
    ['face', 'largest'],
    ['landmarks', 'refined'],
  ])('--plain and --%s %s contradict each other: wrong usage; a variable gives way', async (name, value) => {
    const said = await runEmochat(['analyze', '--plain', `--${name}`, value, tight], env);
    expect([said.code, said.stdout]).toEqual([2, '']);
    expect(said.stderr).toContain(`leave out --plain or --${name}`);
    const variable = { [`EMOCHAT_${name.toUpperCase()}`]: value };
    const { code } = await runEmochat(['analyze', '--plain', tight], { ...env, ...variable });
    expect(code).toBe(0);
  });

  test('--plain gives the same landmarks to rows, answers and measures: those of lbfmodel.yaml', async () => {
    const photos = join(folder, 'photos');
    const refined = { ...env, EMOCHAT_LANDMARKS: 'refined' };
    const said = async (...args: string[]): Promise<string> => (await runEmochat(args, refined)).stdout;
    const output = join(folder, 'original.txt');
    await said('prepare-data', '--plain', '--data', photos, '--output', output);
    const [row = ''] = (await readFile(output, 'utf8')).split('\n');
    const line = JSON.parse(await said('analyze', '--json', '--plain', join(photos, 'happy/two.jpg'))) as {
      faces: { features: number[] }[];
    };
    const features = row.split(' ').slice(0, -1).map(Number);
    expect(line.faces[0]?.features.map((value) => Math.fround(value))).toEqual(features.map(Math.fround));
    const measures = async (...args: string[]): Promise<object> => {
      const report = JSON.parse(await said('evaluate', '--json', ...args)) as object;
      // Where the rows came from is the one thing that differs.
      return { ...report, data: undefined };
    };
    expect(await measures('--plain', photos)).toEqual(await measures(output));
  });

  test('--plain where lbfmodel.yaml is missing: says that the original needs it, and what to do', async () => {
    const nothing = { ...env, EMOCHAT_MODELS_DIR: join(folder, 'none'), EMOCHAT_OFFLINE: 'yes' };
    for (const command of ['analyze', 'evaluate']) {
      const { code, stderr } = await runEmochat([command, '--plain', join(folder, 'photos')], nothing);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /original's landmarks need lbfmodel\.yaml.*leave out what asks for them: --plain/,
      );
    }
  });

  test('rows are of the face that counts, and the search is told by rows, model and measurement alike', async () => {
    const photos = join(folder, 'photos');
    const rowsOf = async (name: string, ...args: string[]) => {
      const output = join(folder, `${name}.txt`);
      const made = await runEmochat(['prepare-data', '--data', photos, '--output', output, ...args], env);
      expect(made.code).toBe(0);
      const beside = JSON.parse(await readFile(join(folder, `${name}.files.json`), 'utf8')) as object;
      return { rows: (await readFile(output, 'utf8')).trimEnd().split('\n'), beside, said: made.stdout };
    };
    const ours = await rowsOf('ours');
    const first = await rowsOf('first', '--face', 'first');
    const plain = await rowsOf('plain', '--plain');
    expect(ours.rows).toHaveLength(3);
    expect(ours.beside).toHaveProperty('files.2', `sad/${textOfName(latin1Name)}`);
    expect(ours.rows[1]).not.toBe(first.rows[1]);
    expect(plain.rows).toEqual(first.rows.slice(1));
    expect(ours.beside).toMatchObject({ search: { look: 'close', face: 'largest' } });
    expect(plain.beside).toMatchObject({ search: { look: 'plain', face: 'first' } });
    expect(ours.said).toContain('the largest face counts');

    const search = async (...args: string[]) => {
      const { stdout } = await runEmochat(['evaluate', '--json', ...args], env);
      return (JSON.parse(stdout) as { search: unknown }).search;
    };
    expect(await search(photos)).toEqual({ look: 'close', face: 'largest' });
    expect(await search('--plain', photos)).toEqual({ look: 'plain', face: 'first' });
    expect(await search(join(folder, 'plain.txt'))).toEqual({ look: 'plain', face: 'first' });
  });
});
