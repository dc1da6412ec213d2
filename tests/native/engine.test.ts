import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FrameAnalysis } from '../../src/vision/frame.js';
import { FrameError, Vision, type VisionOptions } from '../../src/vision/vision.js';
import { facePhoto, flatPicture, manyFaces } from '../support/sample-photos.js';
import {
  jpegWithOrientation,
  pngWithOrientation,
  reencode,
  slowPhoto,
  webpWithOrientation,
} from '../support/encoded-photos.js';
import { addon, sanitizedAddon, unsanitizedTest } from '../support/addon.js';
import { testModelFiles } from '../support/test-models.js';
import { groupOfThree, singleFaces } from '../support/sample-photos.js';
import { largePng } from '../support/pictures.js';

/** The same pseudo-random numbers in every run: a linear congruential generator (Numerical Recipes). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function faultOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return 'none';
  } catch (error) {
    if (error instanceof FrameError) return error.code;
    throw error;
  }
}

describe('The native engine', () => {
  let vision: Vision;
  let photo: Buffer;
  let slow: Buffer;
  let alone: FrameAnalysis;

  async function openVision(options: Partial<VisionOptions> = {}) {
    const { cascade, facemark } = await testModelFiles();
    return Vision.open({ cascadeFile: cascade, facemarkFile: facemark, queueLimit: 10_000, ...options });
  }

  beforeAll(async () => {
    vision = await openVision();
    photo = readFileSync(facePhoto);
    slow = slowPhoto();
    alone = await vision.analyzeEncoded(photo);
  });
  afterAll(() => vision.close());

  test('sees the face in the photo', () => {
    expect(alone.faces).toHaveLength(1);
    expect(alone.faces[0]?.landmarks).toHaveLength(136);
  });

  test('sees nobody where nobody is', async () => {
    expect((await vision.analyzeEncoded(readFileSync(flatPicture))).faces).toEqual([]);
  });

  test('reads PNG and WebP as well as JPEG, with one answer for the same pixels', async () => {
    const png = await vision.analyzeEncoded(reencode(facePhoto, 'png'));
    const webp = await vision.analyzeEncoded(reencode(facePhoto, 'libwebp'));
    expect(png.faces).toHaveLength(1);
    expect(webp).toEqual(png);
  });

  test('sees raw pixels as it sees the picture they came from', async () => {
    const pixels = await promisify(execFile)(
      'ffmpeg',
      ['-v', 'error', '-i', facePhoto, '-f', 'rawvideo', '-pix_fmt', 'bgr24', '-'],
      { encoding: 'buffer', maxBuffer: 1 << 26 },
    );
    const raw = await vision.analyzePixels(pixels.stdout, 224, 224, 3);
    expect(raw).toEqual(await vision.analyzeEncoded(reencode(facePhoto, 'png')));
    await expect(vision.analyzePixels(pixels.stdout, 225, 224, 3)).rejects.toThrow(RangeError);
  });

  // What a camera does to the upright picture before it writes each orientation.
  const stored: Record<number, string> = {
    1: 'null',
    2: 'hflip',
    3: 'hflip,vflip',
    4: 'vflip',
    5: 'transpose=0',
    6: 'transpose=2',
    7: 'transpose=3',
    8: 'transpose=1',
  };
  test.each(Object.entries(stored))('turns EXIF orientation %s upright', async (orientation, filter) => {
    const crop = 'crop=220:200:2:12';
    const upright = await vision.analyzeEncoded(reencode(facePhoto, 'png', crop));
    const turned = reencode(facePhoto, 'png', `${crop},${filter}`);
    expect([upright.width, upright.height, upright.faces.length]).toEqual([220, 200, 1]);
    expect(await vision.analyzeEncoded(pngWithOrientation(turned, Number(orientation)))).toEqual(upright);
  });

  test('honours the orientation in JPEG, of both byte orders, and WebP files', async () => {
    const upright = await vision.analyzeEncoded(reencode(facePhoto, 'png', 'crop=220:200:2:12'));
    const webp = reencode(facePhoto, 'libwebp', 'crop=220:200:2:12,transpose=2');
    expect(await vision.analyzeEncoded(webpWithOrientation(webp, 6, 200, 220))).toEqual(upright);
    const jpeg = reencode(facePhoto, 'mjpeg', 'crop=220:200:2:12,transpose=2');
    for (const littleEndian of [true, false]) {
      const { width, height, faces } = await vision.analyzeEncoded(
        jpegWithOrientation(jpeg, 6, littleEndian),
      );
      expect([width, height, faces.length]).toEqual([220, 200, 1]);
    }
  });

  test.each(['mjpeg', 'png', 'libwebp'] as const)(
    'refuses a %s picture wherever it is cut off',
    async (codec) => {
      const whole = reencode(facePhoto, codec);
      for (let cut = 1; cut <= 60; cut++) {
        const length = Math.floor((whole.length * cut) / 61);
        expect(await faultOf(vision.analyzeEncoded(whole.subarray(0, length)))).toBe('IMAGE_TRUNCATED');
      }
      // The rows of a JPEG are all there without its end marker.
      const last = codec === 'mjpeg' ? 8 : 1;
      expect(await faultOf(vision.analyzeEncoded(whole.subarray(0, whole.length - last)))).toBe(
        'IMAGE_TRUNCATED',
      );
    },
  );

  test('refuses what is no picture', async () => {
    expect(await faultOf(vision.analyzeEncoded(new Uint8Array()))).toBe('IMAGE_EMPTY');
    expect(await faultOf(vision.analyzeEncoded(Buffer.from('GIF89a')))).toBe('IMAGE_UNKNOWN');
    expect(await faultOf(vision.analyzeEncoded(Buffer.from('{"image": 1}')))).toBe('IMAGE_UNKNOWN');
    expect(await faultOf(vision.analyzeEncoded(Buffer.from('ffd8ffd9', 'hex')))).toBe('IMAGE_CORRUPT');
  });

  test('refuses too many pixels by what the header says, before decoding', async () => {
    const bomb = largePng(30_000, 30_000);
    expect(bomb.length).toBeLessThan(200_000);
    const before = process.memoryUsage().rss;
    expect(await faultOf(vision.analyzeEncoded(bomb))).toBe('IMAGE_TOO_LARGE');
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    const small = await openVision({ maxPixels: 224 * 224 - 1, lanes: 1 });
    expect(await faultOf(small.analyzeEncoded(photo))).toBe('IMAGE_TOO_LARGE');
    await small.close();
  });

  test('survives damaged pictures, and answers the next one as before', async () => {
    const random = randomNumbers(7);
    const pictures = [reencode(facePhoto, 'mjpeg', 'scale=64:64'), reencode(facePhoto, 'png', 'scale=64:64')];
    pictures.push(reencode(facePhoto, 'libwebp', 'scale=64:64'));
    pictures.push(jpegWithOrientation(pictures[0] ?? photo, 6), pngWithOrientation(pictures[1] ?? photo, 6));
    const answers = Array.from({ length: 1500 }, (_, i) => {
      const damaged = Buffer.from(pictures[i % pictures.length] ?? photo);
      for (let n = 1 + random(6); n > 0; n--) {
        // Half of the damage goes where the structure is.
        damaged[random(random(2) === 0 ? 120 : damaged.length)] = random(256);
      }
      return faultOf(vision.analyzeEncoded(damaged));
    });
    const faults = new Set(await Promise.all(answers));
    expect(faults.has('IMAGE_CORRUPT')).toBe(true);
    expect(await vision.analyzeEncoded(photo)).toEqual(alone);
  });

  test('gives every frame the answer it gets alone, however many are under way', async () => {
    const files = [...singleFaces, manyFaces, groupOfThree, flatPicture];
    const frames = await Promise.all(files.map((file) => readFile(file)));
    const single = await openVision({ lanes: 1 });
    const one: FrameAnalysis[] = [];
    for (const frame of frames) one.push(await single.analyzeEncoded(frame));
    await single.close();
    const crowd = await openVision({ lanes: 4 });
    const all = await Promise.all([...frames, ...frames].map((frame) => crowd.analyzeEncoded(frame)));
    await crowd.close();
    expect(all).toEqual([...one, ...one]);
  });

  test('leaves the main thread free while it works', async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    await vision.analyzeEncoded(slow);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  test('refuses frames beyond its queue instead of piling them up, then takes frames again', async () => {
    const narrow = await openVision({ lanes: 1, queueLimit: 2 });
    const faults = await Promise.all(Array.from({ length: 6 }, () => faultOf(narrow.analyzeEncoded(slow))));
    expect(faults).toEqual(['none', 'none', 'none', 'QUEUE_FULL', 'QUEUE_FULL', 'QUEUE_FULL']);
    expect(await narrow.analyzeEncoded(photo)).toEqual(alone);
    await narrow.close();
  });

  test('on closing finishes the frame under way and refuses those that wait', async () => {
    const closing = await openVision({ lanes: 1 });
    const first = closing.analyzeEncoded(slow);
    // Long enough for the lane to begin with it, far too short to be done with it.
    await new Promise((resolve) => setTimeout(resolve, 40));
    const waiting = [closing.analyzeEncoded(photo), closing.analyzeEncoded(photo)].map(faultOf);
    await Promise.all([closing.close(), closing.close()]);
    expect((await first).width).toBe(2400);
    expect(await Promise.all(waiting)).toEqual(['CLOSED', 'CLOSED']);
    expect(await faultOf(closing.analyzeEncoded(photo))).toBe('CLOSED');
  });

  unsanitizedTest('keeps its memory flat over thousands of frames', async () => {
    const small = reencode(facePhoto, 'mjpeg', 'scale=48:48');
    const batch = () => Promise.all(Array.from({ length: 250 }, () => vision.analyzeEncoded(small)));
    for (let i = 0; i < 4; i++) await batch();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 12; i++) await batch();
    expect(process.memoryUsage().rss - before).toBeLessThan(48e6);
  });

  /**
   * Runs a script in a Node process of its own; gives what it prints. It finds `photo` and `tiny`, the bytes of two pictures,
   * `open()` an engine, and `startWorker(body)`, a worker thread that finds all but the last.
   * @param under a command that the process is to be started with.
   */
  async function runScript(body: string, under: string[] = []): Promise<string> {
    const { cascade, facemark } = await testModelFiles();
    const known = {
      addon,
      options: {
        cascadeFile: cascade,
        detector: 'simd',
        facemarkFile: `${facemark}.compact`,
        lanes: 2,
        queueLimit: 100,
        maxPixels: 1e7,
      },
      photo: photo.toString('base64'),
      tiny: reencode(facePhoto, 'mjpeg', 'scale=32:32').toString('base64'),
    };
    const prelude = `
      const { Worker, parentPort } = require('node:worker_threads');
      const known = ${JSON.stringify(known)};
      const addon = require(known.addon);
      const [photo, tiny] = [known.photo, known.tiny].map((text) => Buffer.from(text, 'base64'));
      const open = (changes) => addon.openEngine({ ...known.options, ...changes });`;
    const script = `
      const prelude = ${JSON.stringify(prelude)};
      ${prelude}
      const startWorker = (body) => new Worker(prelude + body, { eval: true });
      ${body}`;
    const [program, ...args] = [...under, process.execPath, '-e', script];
    const { stdout } = await promisify(execFile)(program, args, { timeout: 230_000 });
    return stdout.trim();
  }

  test("finds the same faces with OpenCV's classifier as with the evaluator of our own", async () => {
    const opencv = await openVision({ detector: 'opencv' });
    for (const picture of [photo, readFileSync(flatPicture), readFileSync(manyFaces)]) {
      expect(await opencv.analyzeEncoded(picture)).toEqual(await vision.analyzeEncoded(picture));
    }
    await opencv.close();
  });

  test('lets the process end by itself, engine open or not', async () => {
    const printed = await runScript(`
      open().then((engine) => engine.analyzeEncoded(photo)).then((frame) => console.log(frame.boxes.length));`);
    expect(printed).toBe('4');
  });

  test('works in worker threads beside the main thread', async () => {
    const printed = await runScript(`
      const worker = \`
        open().then(async (engine) => {
          const frames = await Promise.all(Array.from({ length: 8 }, () => engine.analyzeEncoded(photo)));
          parentPort.postMessage(frames.map((frame) => Array.from(frame.boxes).join()).join(' '));
        });\`;
      const workers = [1, 2, 3].map(() => new Promise((resolve, reject) => {
        startWorker(worker).on('message', resolve).on('error', reject);
      }));
      open().then((engine) => Promise.all([engine.analyzeEncoded(photo), ...workers])).then(([frame, ...others]) => {
        const expected = Array(8).fill(Array.from(frame.boxes).join()).join(' ');
        console.log(others.every((other) => other === expected));
      });`);
    expect(printed).toBe('true');
  });

  test('survives a worker thread that is ended in the middle of its frames', async () => {
    const printed = await runScript(`
      const worker = \`
        open().then((engine) => {
          for (let i = 0; i < 50; i++) engine.analyzeEncoded(photo);
          parentPort.postMessage('begun');
        });\`;
      (async () => {
        for (let round = 0; round < 5; round++) {
          const thread = startWorker(worker);
          await new Promise((resolve) => thread.once('message', resolve));
          await thread.terminate();
        }
        const engine = await open();
        console.log((await engine.analyzeEncoded(photo)).boxes.length);
      })();`);
    expect(printed).toBe('4');
  });

  test('survives worker threads that are ended at any moment, as engines open, answer and close', async () => {
    const printed = await runScript(`
      const worker = \`
        const live = async () => {
          const engine = await open();
          const again = () => engine.analyzeEncoded(tiny).then(again, () => {});
          for (let i = 0; i < 20; i++) again();
          setTimeout(() => engine.close().then(live), 15);
        };
        live();
        live();
        parentPort.postMessage('begun');\`;
      (async () => {
        for (let round = 0; round < 25; round++) {
          const thread = startWorker(worker);
          await new Promise((resolve) => thread.once('message', resolve));
          await new Promise((resolve) => setTimeout(resolve, 4 * round));
          await thread.terminate();
        }
        console.log('alive');
      })();`);
    expect(printed).toBe('alive');
  });

  test('of a picture with hundreds of faces answers for the 256 largest', async () => {
    const crowd = 'scale=60:60,loop=loop=323:size=1:start=0,tile=18x18';
    const picture = reencode(
      facePhoto,
      'png',
      `split[a][b];[a]${crowd}[c];[b]scale=1080:1080[d];[c][d]vstack`,
    );
    const { faces } = await vision.analyzeEncoded(picture);
    expect(faces).toHaveLength(256);
    // It lies below all others.
    expect(Math.max(...faces.map(({ box }) => box[2]))).toBeGreaterThan(300);
  });

  // Root knows no limit of threads, so the process runs with another real user. The sanitizers cannot be loaded then.
  test.skipIf(process.getuid?.() !== 0 || sanitizedAddon !== undefined)(
    'says how many lanes it could start where the system gives no more threads (needs root)',
    async () => {
      const otherUser =
        'setpriv --ruid 65534 --euid 0 --bounding-set -sys_resource,-sys_admin --inh-caps=-all';
      const printed = await runScript(
        `open({ lanes: 64 }).then(() => console.log('opened'), ({ code, message }) => console.log(code, message));`,
        [...otherUser.split(' '), 'prlimit', '--nproc=60'],
      );
      expect(printed).toMatch(/^LANES_UNAVAILABLE \d+ of 64 lanes: /);
    },
  );
});
