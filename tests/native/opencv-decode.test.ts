import { beforeAll, describe, expect, test } from 'vitest';
import { compareDecoders } from '../support/decoder-comparison.js';
import { groupPhotos, singleFaces } from '../support/sample-photos.js';
import { buildYardstick } from '../support/yardstick.js';

describe("OpenCV's own decoders", () => {
  let program: string;
  beforeAll(async () => void (program = await buildYardstick('compare_decode', ['imgcodecs'])));

  test('give the same grey of every photo', async () => {
    const files = [...groupPhotos, ...singleFaces];
    const { different, taken } = await compareDecoders(program, files);
    expect({ different, taken }).toEqual({ different: [], taken: files.length });
  });

  test('give the same grey of every kind of JPEG, PNG and WebP there is', async () => {
    const { different, pictures, taken } = await compareDecoders(program, ['--made', '1', '500']);
    expect(different).toEqual([]);
    expect(pictures).toBe(500);
    // The others have colour models that no decoder turns to colours.
    expect(taken).toBeGreaterThan(450);
  });

  test('take and refuse the same damaged pictures', async () => {
    const { different, pictures, taken } = await compareDecoders(program, ['--damaged', '1', '1000']);
    expect(different).toEqual([]);
    expect(pictures).toBe(1000);
    expect(taken).toBeGreaterThan(250);
  });
});
