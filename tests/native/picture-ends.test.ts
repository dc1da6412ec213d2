import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FrameAnalysis } from '../../src/vision/frame.js';
import { FrameError, Vision } from '../../src/vision/vision.js';
import { facePhoto, seriousPhoto } from '../support/sample-photos.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { testModelFiles } from '../support/test-models.js';

function ffmpeg(inputs: readonly string[], ...args: string[]): Buffer {
  const sources = inputs.flatMap((input) => ['-i', input]);
  const output = ['-f', 'image2pipe', '-'];
  return execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...sources, ...args, ...output], {
    maxBuffer: 1 << 26,
  });
}

const baseline = () => ffmpeg([facePhoto], '-c:v', 'mjpeg', '-q:v', '2');
const zeros = Buffer.alloc(4096);
/** A baseline JPEG (16 × 16) whose three components come one after the other. */
const scanByScan = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6j' +
    'q62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk' +
    'pKSkpKSkpKT/wAARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgX/xAAWEAADAAAAAAAAAAAAAAAAAAAABEH/' +
    '2gAIAQEAAD8AlIQRoQOIQRoQ/8QAFAEBAAAAAAAAAAAAAAAAAAAAAf/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQIRAD8AX//E' +
    'ABQBAQAAAAAAAAAAAAAAAAAAAAH/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oACAEDEQA/AB//2Q==',
  'base64',
);

describeWith('Pictures that end otherwise than they should', [addon], () => {
  let vision: Vision;

  beforeAll(async () => {
    const { cascade, facemark } = await testModelFiles();
    vision = await Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes: 1 });
  });
  afterAll(() => vision.close());

  const outcome = (bytes: Uint8Array): Promise<FrameAnalysis | string> =>
    vision.analyzeEncoded(bytes).catch((error: unknown) => {
      if (error instanceof FrameError) return error.code;
      throw error;
    });

  test('a JPEG without its end marker is read as the whole one, and so is one that other bytes follow', async () => {
    const jpeg = baseline();
    const whole = await vision.analyzeEncoded(jpeg);
    expect(whole.faces).toHaveLength(1);
    const unmarked = jpeg.subarray(0, -2);
    for (const tail of [Buffer.alloc(0), zeros, Buffer.from('ffffff', 'hex'), Buffer.from('a note'), jpeg]) {
      expect(await outcome(Buffer.concat([unmarked, tail]))).toEqual(whole);
      expect(await outcome(Buffer.concat([jpeg, tail]))).toEqual(whole);
    }
  });

  test('a JPEG that is really cut off is refused, though zeros fill it up', async () => {
    const jpeg = baseline();
    for (const share of [0.3, 0.6, 0.9, 0.99]) {
      const cut = jpeg.subarray(0, Math.floor(share * jpeg.length));
      expect(await outcome(cut)).toBe('IMAGE_TRUNCATED');
      expect(await outcome(Buffer.concat([cut, zeros, zeros, zeros]))).toBe('IMAGE_TRUNCATED');
    }
  });

  test('a JPEG in several scans is read without its end marker, and refused if a segment is cut off there', async () => {
    const whole = await vision.analyzeEncoded(scanByScan);
    const unmarked = scanByScan.subarray(0, -2);
    expect(await outcome(unmarked)).toEqual(whole);
    const cutSegment = Buffer.from('ffee7fff0000', 'hex');
    expect(await outcome(Buffer.concat([unmarked, cutSegment]))).toBe('IMAGE_TRUNCATED');
  });

  test('of an animated WebP the first picture is read', async () => {
    const scaled = '[0]scale=224:224[a];[1]scale=224:224[b];[a][b]concat=n=2';
    const animation = ffmpeg([facePhoto, seriousPhoto], '-filter_complex', scaled, '-c:v', 'libwebp_anim');
    expect(animation.includes('ANMF')).toBe(true);
    const { width, height, faces } = await vision.analyzeEncoded(animation);
    expect([width, height, faces.length]).toEqual([224, 224, 1]);
    const still = await vision.analyzeEncoded(ffmpeg([facePhoto], '-c:v', 'libwebp'));
    const apart = still.faces[0]?.box.map((value, i) => Math.abs(value - (faces[0]?.box[i] ?? Infinity)));
    expect(Math.max(...(apart ?? [Infinity]))).toBeLessThan(8);
  });

  test('an animation that is cut off, or whose first picture lies outside its canvas, is refused', async () => {
    const animation = ffmpeg(
      [facePhoto, seriousPhoto],
      '-filter_complex',
      'concat=n=2',
      '-c:v',
      'libwebp_anim',
    );
    expect(await outcome(animation.subarray(0, animation.length >> 1))).toBe('IMAGE_TRUNCATED');
    const moved = Buffer.from(animation);
    moved[moved.indexOf('ANMF') + 8] = 1;
    expect(await outcome(moved)).toBe('IMAGE_CORRUPT');
  });
});
