import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { Vision } from '../../src/vision/vision.js';
import { manyFaces, reencode, referenceFrames } from '../support/photos.js';
import {
  describeWith,
  projectRoot,
  referenceDir,
  sharedFacemark,
  testModelFiles,
} from '../support/shared.js';

const run = promisify(execFile);

const folder = join(projectRoot, '.cache/tests');
const program = join(folder, 'lanes');
const watched = join(folder, 'lanes-thread-sanitizer');
const libraries = ['objdetect', 'imgcodecs', 'imgproc', 'core'].map((name) => `-lopencv_${name}`);
/** Libraries that are loaded before all others (those of `npm run test:sanitize`) are not for these programs. */
const environment = { ...process.env, LD_PRELOAD: '' };

/** Builds `lanes/lanes.cpp` with the very objects that the addon is made of. */
async function buildProgram(): Promise<void> {
  const objects = join(projectRoot, 'build/Release/obj.target/emochat/src/native');
  await compile(program, await kernelsIn(objects, '.o'));
}

/** Builds it with ThreadSanitizer, for one instruction set, so that it does not take minutes. */
async function buildUnderThreadSanitizer(): Promise<void> {
  const sources = await kernelsIn(join(projectRoot, 'src/native'), '.cpp');
  await compile(watched, sources, ['-fsanitize=thread', '-DHWY_COMPILE_ONLY_STATIC']);
}

/** All but what is for Node. */
async function kernelsIn(directory: string, ending: string): Promise<string[]> {
  const names = await readdir(directory);
  const kernels = names.filter((name) => name.endsWith(ending) && name !== `binding${ending}`);
  return kernels.map((name) => join(directory, name));
}

async function compile(output: string, parts: string[], options: string[] = []): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { stdout } = await run('pkg-config', ['--cflags', 'opencv4'], { env: environment });
  const flags = ['-std=c++20', '-O2', '-w', '-ffp-contract=off', ...options, ...stdout.trim().split(/\s+/)];
  const sources = [`-I${join(projectRoot, 'src/native')}`, join(import.meta.dirname, 'lanes/lanes.cpp')];
  await run('g++', [...flags, ...sources, ...parts, '-o', output, '-lhwy', ...libraries], {
    env: environment,
  });
}

/** What the program counts in one of its modes. */
async function count(
  mode: string,
  rounds: number,
  pictures: string[],
  what = program,
): Promise<Record<string, number>> {
  const { cascade, facemark } = await testModelFiles();
  const { stdout } = await run(what, [mode, String(rounds), cascade, `${facemark}.compact`, ...pictures], {
    env: { ...environment, TSAN_OPTIONS: 'detect_deadlocks=0:halt_on_error=1' },
  });
  const lines = stdout.trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]),
  );
}

/** Nanoseconds that each of this process' lanes has been at work. */
async function laneTimes(): Promise<number[]> {
  const times: number[] = [];
  for (const thread of await readdir('/proc/self/task')) {
    const name = await readFile(`/proc/self/task/${thread}/comm`, 'utf8');
    if (name.trim() !== 'emochat lane') continue;
    times.push(Number((await readFile(`/proc/self/task/${thread}/schedstat`, 'utf8')).split(' ')[0]));
  }
  return times;
}

describeWith('The lanes', [referenceDir, sharedFacemark], () => {
  const photos = referenceFrames().map(({ file }) => file);
  const few = [manyFaces, ...photos.filter((_, i) => i % 40 === 0)];

  beforeAll(buildProgram, 120_000);

  test(
    'give the same answer, however many there are and however different the pictures',
    { timeout: 300_000 },
    async () => {
      const counts = await count('same', 1, few);
      expect(counts).toMatchObject({ different: 0, helped1: 0 });
      expect(counts['helped2']).toBeGreaterThan(0);
      expect(counts['helped4']).toBeGreaterThan(0);
      expect(counts['with_faces']).toBeGreaterThan(few.length);
    },
  );

  test('share the work on a frame that is alone', { timeout: 120_000 }, async () => {
    const { cascade, facemark } = await testModelFiles();
    const vision = await Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes: 2 });
    const frame = reencode(manyFaces, 'png', 'scale=1280:-1');
    let shared = 0;
    for (let i = 0; i < 20; i++) {
      const before = await laneTimes();
      await vision.analyzeEncoded(frame);
      const spent = (await laneTimes()).map((time, lane) => time - (before[lane] ?? 0));
      if (Math.min(...spent) > Math.max(...spent) / 10) shared++;
    }
    expect(await laneTimes()).toHaveLength(2);
    await vision.close();
    expect(shared).toBeGreaterThan(0);
    expect((await count('alone', 10, few))['helped']).toBeGreaterThan(few.length);
  });

  test('leave each other alone while frames wait', { timeout: 120_000 }, async () => {
    expect(await count('load', 10, few)).toEqual({ helped: 0 });
  });

  test(
    'refuse a frame when memory runs out, on whichever lane, and are fit for the next',
    { timeout: 300_000 },
    async () => {
      const { refused, helped, different } = await count('memory', 40, [manyFaces]);
      expect(different).toBe(0);
      expect(refused).toBeGreaterThan(0);
      expect(helped).toBeGreaterThan(0);
    },
  );

  test(
    'answer or give back every frame when they are closed at any moment',
    { timeout: 120_000 },
    async () => {
      expect(await count('close', 60, few)).toEqual({ lost: 0 });
    },
  );

  // Part of `npm run test:sanitize`.
  test.skipIf(process.env['EMOCHAT_SANITIZED_ADDON'] === undefined)(
    'touch nothing at the same time (ThreadSanitizer)',
    { timeout: 900_000 },
    async () => {
      await buildUnderThreadSanitizer();
      const picture = join(folder, 'few-pixels.png');
      await writeFile(picture, reencode(manyFaces, 'png', 'scale=320:240'));
      expect((await count('alone', 4, [picture], watched))['helped']).toBeGreaterThan(0);
      expect(await count('load', 4, [picture], watched)).toEqual({ helped: 0 });
      expect(await count('close', 8, [picture], watched)).toEqual({ lost: 0 });
    },
  );
});
