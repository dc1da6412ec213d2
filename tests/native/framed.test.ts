import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Vision, type VisionOptions } from '../../src/vision/vision.js';
import { facePhoto, flatPicture } from '../support/sample-photos.js';
import { reencode } from '../support/encoded-photos.js';
import { tightCrop } from '../support/sample-photos.js';
import { testModelFiles } from '../support/test-models.js';

const framing = { shortSide: 200, border: 0.4 };

describe('A picture that is enlarged and framed', () => {
  let vision: Vision;

  async function openVision(options: Partial<VisionOptions> = {}): Promise<Vision> {
    const { cascade, facemark } = await testModelFiles();
    return Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes: 1, ...options });
  }

  beforeAll(async () => {
    vision = await openVision();
  });
  afterAll(() => vision.close());

  test('shows a face that fills a small picture, which the plain look misses', async () => {
    const bytes = readFileSync(tightCrop);
    expect((await vision.analyzeEncoded(bytes)).faces).toEqual([]);
    const { width, height, faces } = await vision.analyzeFramed(bytes, framing);
    const [face] = faces;
    expect([width, height]).toEqual([100, 100]);
    const [x, y, boxWidth, boxHeight] = face?.box ?? [0, 0, 0, 0];
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect(Math.max(x + boxWidth, y + boxHeight)).toBeLessThanOrEqual(100);
    expect(Math.min(boxWidth, boxHeight)).toBeGreaterThan(50);
  });

  test('gives landmarks in pixels of the picture itself', async () => {
    for (const bytes of [readFileSync(facePhoto), reencode(facePhoto, 'png', 'scale=112:112')]) {
      const [plain] = (await vision.analyzeEncoded(bytes)).faces;
      const [framed] = (await vision.analyzeFramed(bytes, framing)).faces;
      const apart = Array.from(plain?.landmarks ?? [], (value, i) =>
        Math.abs(value - (framed?.landmarks[i] ?? NaN)),
      );
      const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length;
      expect(mean / (plain?.box[2] ?? NaN)).toBeLessThan(0.04);
    }
  });

  test('of nobody shows nobody', async () => {
    expect((await vision.analyzeFramed(readFileSync(flatPicture), framing)).faces).toEqual([]);
  });

  test('is not looked at if it would become larger than what may be decoded', async () => {
    const small = await openVision({ maxPixels: 224 * 224 });
    try {
      expect((await small.analyzeEncoded(readFileSync(facePhoto))).faces).toHaveLength(1);
      expect((await small.analyzeFramed(readFileSync(facePhoto), framing)).faces).toEqual([]);
    } finally {
      await small.close();
    }
  });

  test('needs a framing that makes sense', async () => {
    const bytes = readFileSync(facePhoto);
    for (const odd of [
      { border: -0.1 },
      { border: NaN },
      { border: 1.01 },
      { shortSide: -1 },
      { shortSide: 1e9 },
    ]) {
      await expect(vision.analyzeFramed(bytes, { ...framing, ...odd })).rejects.toThrow(RangeError);
    }
  });
});
