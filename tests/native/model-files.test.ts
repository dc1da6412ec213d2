import { readFileSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc32 } from '../../scripts/lib/models/crc32.mjs';
import { UserError } from '../../src/common/user-error.js';
import { compactFacemarkFor } from '../../src/vision/model-files/facemark-cache.js';
import { loadNativeAddon } from '../../src/vision/addon/native.js';
import { Vision } from '../../src/vision/vision.js';
import { facePhoto } from '../support/sample-photos.js';
import { fiveLandmarksFacemark as smallFacemark, testModelFiles } from '../support/test-models.js';

/** Numbers that look random, the same ones in every run: 32 bits each. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
}

describe('Model files are checked while they are read', () => {
  let folder: string;
  let cascade: string;
  let facemark: string;
  const open = (files: { cascadeFile?: string; facemarkFile?: string }) =>
    Vision.open({ cascadeFile: cascade, facemarkFile: smallFacemarkCopy, lanes: 1, ...files });
  let smallFacemarkCopy: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-models-'));
    ({ cascade, facemark } = await testModelFiles());
    smallFacemarkCopy = join(folder, 'five-landmarks.yaml');
    await writeFile(smallFacemarkCopy, readFileSync(smallFacemark));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What is said of a facemark or cascade file of this text. */
  async function complaint(kind: 'facemarkFile' | 'cascadeFile', text: string | Buffer): Promise<string> {
    const file = join(folder, `hostile-${kind}`);
    await writeFile(file, text);
    try {
      await (await open({ [kind]: file })).close();
      return 'none';
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'MODEL_FILE_INVALID') throw error;
      expect(error.text.en).toContain(file);
      return error.text.en;
    }
  }

  const yaml = () => readFileSync(smallFacemark, 'latin1');

  test('a facemark with 5 landmarks works like one with 68', async () => {
    const vision = await open({});
    expect(vision.landmarkCount).toBe(5);
    const { faces } = await vision.analyzeEncoded(readFileSync(facePhoto));
    expect(faces).toHaveLength(1);
    const [x, y, width, height] = faces[0]?.box ?? [0, 0, 0, 0];
    const landmarks = faces[0]?.landmarks ?? new Float32Array();
    expect(landmarks).toHaveLength(10);
    for (let i = 0; i < 10; i += 2) {
      expect(landmarks[i]).toBeGreaterThan(x);
      expect(landmarks[i]).toBeLessThan(x + width);
      expect(landmarks[i + 1]).toBeGreaterThan(y);
      expect(landmarks[i + 1]).toBeLessThan(y + height);
    }
    await vision.close();
  });

  test('a facemark whose numbers are written as text gives the same landmarks as one in base64', async () => {
    const asText = yaml().replace(
      /(thresholds_\d+_\d+_\d+): !!binary \|\n((?: +\S+\n)+)/g,
      (_, key: string, block: string) => {
        const bytes = Buffer.from(block.replace(/\s/g, ''), 'base64').subarray(24);
        const numbers = Array.from({ length: bytes.length / 4 }, (__, i) => bytes.readInt32LE(4 * i));
        return `${key}: [ ${numbers.join(', ')} ]\n`;
      },
    );
    const textFile = join(folder, 'text.yaml');
    await writeFile(textFile, asText);
    const [one, other] = await Promise.all([open({}), open({ facemarkFile: textFile })]);
    const photo = readFileSync(facePhoto);
    expect(await other.analyzeEncoded(photo)).toEqual(await one.analyzeEncoded(photo));
    await Promise.all([one.close(), other.close()]);
  });

  test('a facemark cut off anywhere is refused, with what is missing', async () => {
    const whole = yaml();
    for (let cut = 0; cut < 25; cut++) {
      const text = whole.slice(0, Math.floor((whole.length * cut) / 25));
      expect(await complaint('facemarkFile', text)).toMatch(
        /is missing|cut off|are needed|does not begin|too short|damaged|not a matrix/,
      );
    }
  });

  test.each([
    ['a size that is no number', 'tree_n: 3', 'tree_n: many', 'tree_n'],
    ['a negative size', 'stages_n: 4', 'stages_n: -1', 'stages_n'],
    ['no landmarks', 'n_landmarks: 5', 'n_landmarks: 0', 'out of range'],
    ['sizes that would need terabytes', 'tree_n: 3', 'tree_n: 4000000000', 'out of range'],
    ['more landmarks than the file holds', 'n_landmarks: 5', 'n_landmarks: 60', 'too short'],
    ['a tree too deep', 'tree_depth: 4', 'tree_depth: 60', 'out of range'],
    ['a wrong number of rows', 'rows: 16', 'rows: 15', '15 rows, but 16 are needed'],
    ['a wrong type', 'dt: d', 'dt: f', 'not made of doubles'],
    ['a key that is given twice', 'tree_n: 3', 'tree_n: 3\ntree_n: 3', 'tree_n is given twice'],
    ['a character that is not base64', 'AAAA', 'AA*A', 'the base64 block is damaged'],
    ['a missing tree', 'tree_2_3_0:', 'tree_x:', 'tree_2_3_0 is missing'],
    ['a missing number', 'weights_3:', 'weights_33:', 'weights_3 is missing'],
  ])('a facemark with %s is refused', async (_, from, to, reason) => {
    const text = yaml();
    expect(text).toContain(from);
    expect(await complaint('facemarkFile', text.replace(from, to))).toContain(reason);
  });

  test('a facemark with a number that is none (NaN, infinity) is refused', async () => {
    for (const poison of [NaN, Infinity, 1e300]) {
      const text = yaml().replace(
        /(weights_0: [^|]*\|\n)((?: +\S+\n)+)/,
        (_, head: string, block: string) => {
          const bytes = Buffer.from(block.replace(/\s/g, ''), 'base64');
          bytes.writeDoubleLE(poison, 24 + 8 * 11);
          return `${head}      ${bytes.toString('base64')}\n`;
        },
      );
      expect(await complaint('facemarkFile', text)).toMatch(
        /weights_0: a (number is not finite|weight is too large)/,
      );
    }
  });

  test('a facemark with an extreme, yet finite shape gives some answer, not a crash', async () => {
    const text = yaml().replace(
      /(regressor_meanshape: [^|]*\|\n)((?: +\S+\n)+)/,
      (_, head: string, block: string) => {
        const bytes = Buffer.from(block.replace(/\s/g, ''), 'base64');
        for (let i = 0; i < 10; i++) bytes.writeDoubleLE(i % 2 === 0 ? 1e300 : -1e300, 24 + 8 * i);
        return `${head}      ${bytes.toString('base64')}\n`;
      },
    );
    const file = join(folder, 'extreme.yaml');
    await writeFile(file, text);
    const vision = await open({ facemarkFile: file });
    expect((await vision.analyzeEncoded(readFileSync(facePhoto))).faces).toHaveLength(1);
    await vision.close();
  });

  test('what is no facemark at all is refused', async () => {
    for (const text of ['', '\0'.repeat(1000), '<html>404</html>', '%YAML:1.0', '%YAML:1.0\n---\n:\n:::\n']) {
      expect(await complaint('facemarkFile', text)).not.toBe('none');
    }
  });

  describe('A compact facemark', () => {
    /** Where the header has its sizes: landmarks, stages, trees a landmark, depth. */
    const sizesAt = 16;
    let whole: Buffer;

    beforeAll(async () => {
      whole = readFileSync(await compactFacemarkFor(smallFacemarkCopy));
    });

    const openCompact = (facemarkFile: string) =>
      loadNativeAddon().openEngine({
        ...{ cascadeFile: cascade, detector: 'simd', facemarkFile },
        ...{ lanes: 1, queueLimit: 8, maxPixels: 1e7 },
      });

    /** What is said of these bytes; nothing if they are taken, and then a face is fitted with them. */
    async function complaintOf(bytes: Buffer): Promise<string> {
      const file = join(folder, 'hostile.compact');
      await writeFile(file, bytes);
      const engine = await openCompact(file).catch((error: unknown) => error as Error & { code: string });
      if (engine instanceof Error) {
        expect(engine.code).toBe('MODEL_FILE_INVALID');
        return engine.message.replace(file, '');
      }
      const { boxes, landmarks } = await engine.analyzeEncoded(readFileSync(facePhoto), false);
      expect(boxes).toHaveLength(4);
      expect(landmarks).toHaveLength(2 * engine.landmarkCount);
      await engine.close();
      return 'none';
    }

    const changed = (change: (copy: Buffer) => void) => {
      const copy = Buffer.from(whole);
      change(copy);
      return copy;
    };

    /** The same with the checksum that fits: of all bytes but its own four. */
    const sealed = (bytes: Buffer): Buffer => {
      const checksumAt = 80;
      const rest = Buffer.concat([bytes.subarray(0, checksumAt), bytes.subarray(checksumAt + 4)]);
      bytes.writeUInt32LE(crc32(rest), checksumAt);
      return bytes;
    };

    test('is taken as it was made, and gives what its YAML file gives', async () => {
      expect(await complaintOf(whole)).toBe('none');
      const compact = join(folder, 'whole.compact');
      await writeFile(compact, whole);
      const [one, other] = await Promise.all([openCompact(compact), openCompact(smallFacemarkCopy)]);
      const photo = readFileSync(facePhoto);
      expect(await one.analyzeEncoded(photo, false)).toEqual(await other.analyzeEncoded(photo, false));
      await Promise.all([one.close(), other.close()]);
    });

    test('of any other length is refused', async () => {
      for (const length of [0, 7, 8, 40, 79, 80, 128, 4096, whole.length / 2, whole.length - 1]) {
        expect(await complaintOf(whole.subarray(0, Math.floor(length)))).not.toBe('none');
      }
      expect(await complaintOf(Buffer.concat([whole, Buffer.alloc(64)]))).toContain('size does not fit');
    });

    test('with any other sizes is refused', async () => {
      for (let field = 0; field < 4; field++) {
        const at = sizesAt + 4 * field;
        for (const size of [0, 1, whole.readUInt32LE(at) + 1, 12, 13, 4096, 4097, 2 ** 31, 2 ** 32 - 1]) {
          const complaint = await complaintOf(changed((copy) => copy.writeUInt32LE(size, at)));
          expect([field, size, complaint]).toEqual([field, size, expect.stringMatching(/sizes? (out|does)/)]);
        }
      }
    });

    test.each([
      ['version', 8],
      ['byte order', 12],
    ])('of another %s is refused, and made anew beside its YAML file', async (_, at) => {
      const other = changed((copy) => copy.writeUInt32LE(copy.readUInt32LE(at) - 1, at));
      expect(await complaintOf(other)).toContain('another version');
      await writeFile(`${smallFacemarkCopy}.compact`, other);
      expect(readFileSync(await compactFacemarkFor(smallFacemarkCopy)).equals(whole)).toBe(true);
    });

    test('with a mean shape or a unit that is no number is refused, and made anew', async () => {
      const meanAt = Math.ceil((sizesAt + 16 + 48) / 64) * 64;
      const unitsAt = meanAt + Math.ceil((10 * 8) / 64) * 64;
      const units = 10 * whole.readUInt32LE(sizesAt + 4);
      for (const at of [meanAt, meanAt + 72, unitsAt, unitsAt + (units - 1) * 8]) {
        const poisoned = sealed(changed((copy) => copy.writeDoubleLE(NaN, at)));
        expect(await complaintOf(poisoned)).toContain('a number is not finite');
        await writeFile(`${smallFacemarkCopy}.compact`, poisoned);
        await (await open({})).close();
        expect(readFileSync(`${smallFacemarkCopy}.compact`).equals(whole)).toBe(true);
      }
    });

    test('with damage anywhere is refused, and made anew when it is opened', async () => {
      const random = lcg(5);
      for (let round = 0; round < 20; round++) {
        const at = 96 + (random() % (whole.length - 96));
        const damaged = changed((copy) => copy.writeUInt8(copy.readUInt8(at) ^ (1 << (random() % 8)), at));
        expect(await complaintOf(damaged)).toContain('its checksum is another');
        if (round > 2) continue;
        await writeFile(`${smallFacemarkCopy}.compact`, damaged);
        await (await open({})).close();
        expect(readFileSync(`${smallFacemarkCopy}.compact`).equals(whole)).toBe(true);
      }
    });

    test('cut short while it is in use, it goes on answering', async () => {
      const file = join(folder, 'in-use.compact');
      await writeFile(file, whole);
      const engine = await openCompact(file);
      const photo = readFileSync(facePhoto);
      const before = await engine.analyzeEncoded(photo, false);
      await truncate(file, 100);
      expect(await engine.analyzeEncoded(photo, false)).toEqual(before);
      await engine.close();
    });

    test('with a checksum that was made to fit, damage anywhere behind the header gives some answer, not a crash', async () => {
      const behindHeader = 4096;
      const random = lcg(7);
      for (const fill of [0x00, 0x7f, 0x80, 0xff, undefined]) {
        const filled = changed((copy) => {
          for (let i = behindHeader; i < copy.length; i++) copy[i] = fill ?? random() >>> 24;
        });
        expect(await complaintOf(sealed(filled))).toBe('none');
      }
      for (let round = 0; round < 20; round++) {
        const spotted = changed((copy) => {
          for (let i = 0; i < 5000; i++) {
            copy[behindHeader + (random() % (copy.length - behindHeader))] = random() >>> 24;
          }
        });
        expect(await complaintOf(sealed(spotted))).toBe('none');
      }
    });
  });

  const xml = () => readFileSync(cascade, 'latin1');

  test.each([
    [
      'a feature that is not there',
      /<internalNodes>\s*0 -1 \d+ /,
      '<internalNodes>0 -1 99999 ',
      'a feature index',
    ],
    ['a node that leads back', /<internalNodes>\s*0 -1 /, '<internalNodes>-5 -1 ', "a node's child"],
    [
      'a rectangle outside the window',
      /<rects>\s*<_>\s*6 4 12 9/,
      '<rects><_>6 4 120 9',
      "a rectangle's width",
    ],
    ['a window of no size', '<width>24</width>', '<width>0</width>', 'width'],
    ['a leaf too few', /<leafValues>\s*\S+ /, '<leafValues>', 'leafValues'],
    ['a leaf beyond single precision', /<leafValues>\s*\S+ /, '<leafValues>1e300 ', 'a leaf value'],
    ['another kind of feature', '<featureType>HAAR', '<featureType>LBP', 'HAAR'],
    ['no stages', /<stages>[\s\S]*<\/stages>/, '<stages></stages>', 'stages'],
    ['a text in pieces', '<width>24', '<width>2<!-- -->4', 'a text is in pieces'],
    ['a text in CDATA', '<width>24', '<width><![CDATA[24]]>', 'a text is in pieces'],
    ['text before an element', '<featureType>', 'stray<featureType>', 'between elements'],
    ['text behind an element', '<featureType>HAAR</featureType>', '$&stray', 'between elements'],
    ['text before it', '<opencv_storage>', 'stray<opencv_storage>', 'beside its outermost element'],
    ['text behind it', '</opencv_storage>', '$&stray', 'beside its outermost element'],
    ['an element behind it', '</opencv_storage>', '$&<stray/>', 'beside its outermost element'],
    ['a zero byte behind it', '</opencv_storage>', '$&\0', 'a zero byte'],
    ['a tag that another closes', '</featureType>', '</width>', 'not an OpenCV XML file'],
  ])('a cascade with %s is refused', async (_, from, to, reason) => {
    const changed = xml().replace(from, to);
    expect(changed).not.toBe(xml());
    expect(await complaint('cascadeFile', changed)).toContain(reason);
  });

  // The difference of two leaves must fit into the whole numbers that stages are summed in.
  test('a cascade with the largest leaves there are is taken', async () => {
    const largest = 2 ** 127;
    const changed = xml().replace(/<leafValues>\s*\S+ [^<]+</, `<leafValues>${largest} ${-largest}<`);
    expect(changed).not.toBe(xml());
    expect(await complaint('cascadeFile', changed)).toBe('none');
  });

  test('a cascade cut off anywhere, or no cascade at all, is refused', async () => {
    const whole = xml();
    for (let cut = 0; cut < 12; cut++) {
      expect(await complaint('cascadeFile', whole.slice(0, Math.floor((whole.length * cut) / 12)))).not.toBe(
        'none',
      );
    }
    expect(await complaint('cascadeFile', yaml())).not.toBe('none');
  });

  test('a cascade whose elements are nested a million deep does not overflow the stack', async () => {
    const opening = '<_>'.repeat(1e6);
    const closing = '</_>'.repeat(1e6);
    expect(await complaint('cascadeFile', opening)).toContain('not an OpenCV XML file');
    expect(await complaint('cascadeFile', opening + closing)).toContain('stageType');
    const inside = (nest: string) => xml().replace('<featureType>', `<unknown>${nest}</unknown>$&`);
    expect(await complaint('cascadeFile', inside(opening + closing))).toBe('none');
    expect(await complaint('cascadeFile', inside(`${opening}stray<_/>${closing}`))).toContain('a text is in');
  });

  test('the real files pass', async () => {
    const vision = await open({ facemarkFile: facemark });
    expect(vision.landmarkCount).toBe(68);
    await vision.close();
  });
});
