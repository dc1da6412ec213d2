import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPrograms, watchedForRaces } from '../../scripts/lib/native/native-program.mjs';
import { Vision } from '../../src/vision/vision.js';
import { reencode } from '../support/encoded-photos.js';
import { sanitizedAddon } from '../support/addon.js';
import { amount } from '../support/amount.js';
import {
  bystanderPhoto,
  facePhoto,
  flatPicture,
  groupOfThree,
  manyFaces,
  seriousPhoto,
} from '../support/sample-photos.js';
import { testModelFiles } from '../support/test-models.js';

const run = promisify(execFile);

const programs = [{ source: 'tests/native/lanes/lanes.cpp', libraries: ['opencv_imgcodecs'] }];

/** What the program counts in one of its modes. */
async function count(
  program: string,
  mode: string,
  rounds: number,
  pictures: string[],
): Promise<Record<string, number>> {
  const { cascade, facemark } = await testModelFiles();
  const { stdout } = await run(program, [mode, String(rounds), cascade, `${facemark}.compact`, ...pictures], {
    env: { ...process.env, TSAN_OPTIONS: 'detect_deadlocks=0:halt_on_error=1' },
  });
  const counts: Record<string, number> = {};
  for (const line of stdout.trim().split('\n')) {
    const [name = '', value] = line.split(' ');
    counts[name] = Number(value);
  }
  return counts;
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

describe('The lanes', () => {
  const few = [
    ...[manyFaces, facePhoto, flatPicture, bystanderPhoto],
    ...amount([], [groupOfThree, seriousPhoto]),
  ];

  let program: string;
  // What `npm run test:sanitize` preloads for Node is not for other programs; but it is for the tests that come after.
  const preloaded = process.env['LD_PRELOAD'];

  beforeAll(async () => {
    delete process.env['LD_PRELOAD'];
    [program = ''] = await buildPrograms(programs);
  }, 600_000);
  afterAll(() => {
    if (preloaded !== undefined) process.env['LD_PRELOAD'] = preloaded;
  });

  test('give the same answer, however many there are and however different the pictures', async () => {
    const counts = await count(program, 'same', 1, few);
    expect(counts).toMatchObject({ different: 0, helped1: 0 });
    expect(counts['helped2']).toBeGreaterThan(0);
    expect(counts['helped4']).toBeGreaterThan(0);
    expect(counts['with_faces']).toBeGreaterThan(few.length);
  });

  test('share the work on a frame that is alone', async () => {
    const { cascade, facemark } = await testModelFiles();
    const vision = await Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes: 2 });
    const frame = reencode(manyFaces, 'png', 'scale=1280:-1');
    let shared = 0;
    for (let i = 0; i < amount(5, 20); i++) {
      const before = await laneTimes();
      await vision.analyzeEncoded(frame);
      const spent = (await laneTimes()).map((time, lane) => time - (before[lane] ?? 0));
      if (Math.min(...spent) > Math.max(...spent) / 10) shared++;
    }
    expect(await laneTimes()).toHaveLength(2);
    await vision.close();
    expect(shared).toBeGreaterThan(0);
    expect((await count(program, 'alone', amount(3, 10), few))['helped']).toBeGreaterThan(few.length);
  });

  test('leave each other alone while frames wait', async () => {
    expect(await count(program, 'load', amount(4, 10), few)).toEqual({ helped: 0 });
  });

  test('refuse a frame when memory runs out, on whichever lane, and are fit for the next', async () => {
    const { refused, helped, different } = await count(program, 'memory', amount(15, 40), [manyFaces]);
    expect(different).toBe(0);
    expect(refused).toBeGreaterThan(0);
    expect(helped).toBeGreaterThan(0);
  });

  test('answer or give back every frame when they are closed at any moment', async () => {
    expect(await count(program, 'close', amount(20, 60), few)).toEqual({ lost: 0 });
  });

  test('allocate next to nothing for a frame once they have seen its size', async () => {
    const counts = Object.values(await count(program, 'allocations', 5, few));
    expect(counts).toHaveLength(6);
    // A frame's job, the promise of its answer and the answer are six; a lane that helps for the first time makes room.
    expect(Math.max(...counts)).toBeLessThan(16);
  });

  // Part of `npm run test:sanitize` alone; elsewhere it would only be counted as skipped.
  if (sanitizedAddon !== undefined) {
    test('touch nothing at the same time (ThreadSanitizer)', { timeout: 900_000 }, async () => {
      const [watched = ''] = await buildPrograms(programs, watchedForRaces);
      const picture = join(dirname(watched), 'few-pixels.png');
      await writeFile(picture, reencode(manyFaces, 'png', 'scale=320:240'));
      expect((await count(watched, 'alone', 4, [picture]))['helped']).toBeGreaterThan(0);
      expect(await count(watched, 'load', 4, [picture])).toEqual({ helped: 0 });
      expect(await count(watched, 'close', 8, [picture])).toEqual({ lost: 0 });
    });
  }
});
