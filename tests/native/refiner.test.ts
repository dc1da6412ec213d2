import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc32 } from '../../scripts/lib/models/crc32.mjs';
import { packRefiner } from '../../scripts/lib/models/refiner-file.mjs';
import { UserError } from '../../src/common/user-error.js';
import type { DetectedFace } from '../../src/vision/frame.js';
import { ownRefinerFile, Vision } from '../../src/vision/vision.js';
import { reencode } from '../support/encoded-photos.js';
import { PlainRefiner, smallRefiner } from '../support/plain-refiner.js';
import { facePhoto, singleFaces } from '../support/sample-photos.js';
import { fiveLandmarksFacemark, sampleLandmarks, testModelFiles } from '../support/test-models.js';

const shownSize = 28;

describe('A refiner', () => {
  let folder: string;
  let cascadeFile: string;
  let facemarkFile: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-refiner-'));
    ({ cascade: cascadeFile, facemark: facemarkFile } = await testModelFiles());
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Does something with a vision of these files. */
  async function withVision<T>(
    files: { facemarkFile?: string; refinerFile?: string },
    work: (vision: Vision) => Promise<T>,
  ): Promise<T> {
    const vision = await Vision.open({ cascadeFile, ...files, lanes: 1 });
    try {
      return await work(vision);
    } finally {
      await vision.close();
    }
  }

  /** The one face of each sample photo. */
  function facesOf(files: { facemarkFile?: string; refinerFile?: string }): Promise<DetectedFace[]> {
    return withVision(files, async (vision) => {
      const faces: DetectedFace[] = [];
      for (const photo of singleFaces) {
        const [face] = (await vision.analyzeEncoded(readFileSync(photo))).faces;
        if (face === undefined) throw new Error(`${photo} shows no face`);
        faces.push(face);
      }
      return faces;
    });
  }

  async function opened(bytes: Uint8Array): Promise<string> {
    const refinerFile = join(folder, 'hostile.emolm');
    await writeFile(refinerFile, bytes);
    try {
      return await withVision({ refinerFile }, async (vision) => {
        const { faces } = await vision.analyzeEncoded(readFileSync(facePhoto));
        return faces.every(({ landmarks }) => landmarks.every(Number.isFinite)) ? 'finite' : 'not finite';
      });
    } catch (error) {
      if (error instanceof UserError && error.code === 'MODEL_FILE_INVALID') return error.text.en;
      throw error;
    }
  }

  test('finds the landmarks of a face from its box alone, near those of the original', async () => {
    const faces = await facesOf({ refinerFile: ownRefinerFile });
    const names = singleFaces.map((file) => /(\w+)\.jpg$/.exec(file)?.[1] ?? '');
    const errors = faces.map(({ landmarks, box }, i) => {
      const known = sampleLandmarks[names[i] as keyof typeof sampleLandmarks];
      const apart = Array.from(
        { length: 68 },
        (_, k) =>
          Math.hypot(
            (landmarks[2 * k] ?? NaN) - (known[2 * k] ?? NaN),
            (landmarks[2 * k + 1] ?? NaN) - (known[2 * k + 1] ?? NaN),
          ) / box[2],
      );
      return apart.reduce((sum, value) => sum + value, 0) / apart.length;
    });
    expect(errors.sort((a, b) => a - b)[errors.length >> 1]).toBeLessThan(0.03);
  });

  test('brings a facemark’s landmarks nearer to where its own come to rest', async () => {
    const plain = await facesOf({ facemarkFile });
    const refined = await facesOf({ facemarkFile, refinerFile: ownRefinerFile });
    const alone = await facesOf({ refinerFile: ownRefinerFile });
    const distance = (one: DetectedFace[], other: DetectedFace[]) =>
      one.reduce(
        (sum, { landmarks }, i) =>
          sum +
          landmarks.reduce((total, value, k) => total + Math.abs(value - (other[i]?.landmarks[k] ?? NaN)), 0),
        0,
      );
    expect(distance(refined, alone)).toBeLessThan(distance(plain, alone) / 2);
  });

  test('says what finds the landmarks, and how far its fits lie apart', async () => {
    const modes = [
      { facemarkFile },
      { facemarkFile, refinerFile: ownRefinerFile },
      { refinerFile: ownRefinerFile },
    ];
    const said = await Promise.all(
      modes.map((files) =>
        withVision(files, (vision) => Promise.resolve([vision.landmarks, vision.landmarkCount])),
      ),
    );
    expect(said).toEqual([['plain', 68], ['refined', 68], ['alone', 68]]); // prettier-ignore
    for (const { spread } of await facesOf({ facemarkFile })) expect(spread).toBeUndefined();
    for (const { spread = NaN } of await facesOf({ refinerFile: ownRefinerFile })) {
      expect(spread).toBeGreaterThan(0);
      expect(spread).toBeLessThan(0.1);
    }
  });

  test('leaves a facemark of another number of landmarks as it is', async () => {
    await withVision({ facemarkFile: fiveLandmarksFacemark, refinerFile: ownRefinerFile }, async (vision) => {
      expect([vision.landmarks, vision.landmarkCount]).toEqual(['plain', 5]);
      const [face] = (await vision.analyzeEncoded(readFileSync(facePhoto))).faces;
      expect(face?.landmarks).toHaveLength(10);
    });
  });

  test('works in the second look, too, which enlarges the picture', async () => {
    const photo = reencode(facePhoto, 'png', 'crop=150:170:40:40,scale=90:-1');
    for (const files of [{ facemarkFile, refinerFile: ownRefinerFile }, { refinerFile: ownRefinerFile }]) {
      const [face] = await withVision(files, async (vision) => {
        return (await vision.analyzeFramed(photo, { shortSide: 200, border: 0.4 })).faces;
      });
      expect(face?.landmarks).toHaveLength(136);
      expect(face?.spread).toBeLessThan(0.1);
    }
  });

  test('is evaluated as the method says, at the picture’s edges, too', async () => {
    const size = 224;
    const pixels = reencode(facePhoto, 'rawvideo', 'format=gray');
    for (const seed of [1, 2, 3, 4]) {
      const refiner = smallRefiner({ seed, landmarks: 5 + seed, components: 2 + seed, depth: seed });
      const refinerFile = join(folder, `small-${seed}.emolm`);
      await writeFile(refinerFile, packRefiner(refiner));
      const [face] = await withVision({ refinerFile }, async (vision) => {
        return (await vision.analyzePixels(pixels, size, size, 1)).faces;
      });
      const plain = new PlainRefiner(refiner);
      const grey = { pixels, width: size, height: size };
      const expected = plain.refine(grey, plain.fitBox(grey, face?.box ?? []));
      expect(face?.landmarks).toHaveLength(expected.length);
      for (const [i, value] of expected.entries()) expect(face?.landmarks[i]).toBeCloseTo(value, 2);
    }
  });

  test('whose file is cut short, damaged or something else is refused', async () => {
    const bytes = readFileSync(ownRefinerFile);
    const damaged = Buffer.from(bytes);
    damaged[1_000_000] = (damaged[1_000_000] ?? 0) ^ 1;
    for (const file of [
      bytes.subarray(0, 1_000_000),
      bytes.subarray(0, 15),
      damaged,
      Buffer.concat([bytes, Buffer.of(0)]),
    ])
      expect(await opened(file)).toMatch(/hostile\.emolm: is (damaged|cut short)/);
    expect(await opened(Buffer.alloc(0))).toMatch(/Invalid model file/);
    expect(await opened(Buffer.from('%YAML:1.0'))).toMatch(/cut short|no refiner file/);
  });

  test.each([
    ['sizes beyond all measure', 16, 0xffffffff, /sizes out of range/],
    ['no stage', 20, 0, /sizes out of range/],
    ['a mean shape that is no number', 52, 0x7fc00000, /out of range/],
    ['a mean shape without end', 52, 0x7f800000, /out of range/],
  ])('with %s is refused', async (_, at, value, reason) => {
    const bytes = packRefiner(smallRefiner());
    bytes.writeUInt32LE(value, at);
    expect(await opened(withChecksum(bytes))).toMatch(reason);
  });

  test('with deeper trees than are evaluated is refused', async () => {
    expect(await opened(packRefiner(smallRefiner({ depth: 4 })))).toBe('finite');
    expect(await opened(packRefiner(smallRefiner({ depth: 5 })))).toMatch(/sizes out of range/);
  });

  test.each([
    ['a landmark', 'anchors', 5],
    ['a first pixel', 'first', 24],
    ['a second pixel', 'second', -1],
    ['a threshold', 'thresholds', 256],
  ] as const)('with %s out of range is refused', async (_, part, value) => {
    const refiner = smallRefiner();
    const [stage] = refiner.stages;
    if (stage === undefined) throw new Error('no stage');
    stage[part] = Array.from(stage[part], (known, i) => (i === 3 ? value : known));
    expect(await opened(packRefiner(refiner))).toMatch(/index or threshold is out of range/);
  });

  test('with bytes changed at random and a right checksum is refused or gives finite landmarks', async () => {
    const bytes = packRefiner(smallRefiner());
    const answers = new Set<string>();
    for (let i = 0; i < shownSize; i++) {
      const changed = Buffer.from(bytes);
      const at = 16 + Math.floor(((i + 0.5) * (bytes.length - 16)) / shownSize);
      changed[at] = (changed[at] ?? 0) ^ (1 << (i % 8));
      answers.add((await opened(withChecksum(changed))).replace(/.*hostile/, ''));
    }
    expect([...answers]).not.toContain('not finite');
    expect(answers.size).toBeGreaterThan(1);
  });
});

/** The file with the checksum that its bytes have. */
function withChecksum(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}
