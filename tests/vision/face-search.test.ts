import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchPhoto, type FaceSearch } from '../../src/vision/face-search.js';
import type { Box } from '../../src/vision/frame.js';
import { Vision } from '../../src/vision/vision.js';
import { bystanderPhoto, facePhoto, flatPicture } from '../support/sample-photos.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { testModelFiles } from '../support/test-models.js';

/** A photo as a JPEG, after an ffmpeg filter. */
function filtered(file: string, filter: string): Uint8Array {
  const args = ['-v', 'error', '-nostdin', '-i', file, '-vf', filter, '-frames:v', '1', '-c:v', 'mjpeg'];
  return execFileSync('ffmpeg', [...args, '-q:v', '2', '-f', 'image2pipe', '-'], { maxBuffer: 1 << 26 });
}

/** A face so near that the plain look misses it: it fills the picture to its edges. */
const tight = (side: number) => filtered(facePhoto, `crop=100:100:62:70,scale=${side}:${side}`);

describeWith('the search of a photo', [addon], () => {
  let vision: Vision;

  beforeAll(async () => {
    const { cascade, facemark } = await testModelFiles();
    vision = await Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes: 1 });
  });
  afterAll(() => vision.close());

  const search = (bytes: Uint8Array, wishes: Partial<FaceSearch>) =>
    searchPhoto(vision, bytes, { look: 'plain', face: 'largest', ...wishes });
  const sizes = (faces: readonly { box: Box }[]) => faces.map(({ box }) => box[2]);

  test.each(['plain', 'close', 'quick'] as const)(
    'a bystander whom the detector lists first does not count (look: %s)',
    async (look) => {
      const bytes = await readFile(bystanderPhoto);
      const [small = NaN, large = NaN] = sizes((await search(bytes, { face: 'first' })).frame.faces);
      expect(small).toBeLessThan(large / 2);
      expect(sizes((await search(bytes, { look })).frame.faces)).toEqual([large, small]);
    },
  );

  test('in a picture so small that the second look is taken anyway the largest face counts, too', async () => {
    const both =
      'split[a][b];[a]scale=190:190,pad=290:198:100:8:gray[large];[b]scale=80:80[small];[large][small]overlay';
    const { frame, look } = await search(filtered(facePhoto, both), { look: 'close' });
    expect(look).toBe('close');
    const [first = 0, ...others] = sizes(frame.faces);
    expect(others.length).toBeGreaterThan(0);
    expect(first).toBeGreaterThan(Math.max(...others));
  });

  test('quick: a face that fills a small picture is seen at the second look; plain misses it', async () => {
    const bytes = tight(120);
    expect((await search(bytes, { look: 'plain' })).frame.faces).toEqual([]);
    const { frame, look, framed } = await search(bytes, { look: 'quick' });
    expect(frame.faces).toHaveLength(1);
    expect([look, framed]).toEqual(['close', true]);
  });

  test('quick: a picture that costs more is looked at once; close looks twice', async () => {
    const bytes = tight(480);
    const quick = await search(bytes, { look: 'quick' });
    expect([quick.frame.faces.length, quick.look]).toEqual([0, 'plain']);
    expect((await search(bytes, { look: 'close' })).frame.faces).toHaveLength(1);
  });

  test('where nobody is, the last look taken is named', async () => {
    const bytes = await readFile(flatPicture);
    const { frame, look, framed } = await search(bytes, { look: 'close' });
    expect([frame.faces, look, framed]).toEqual([[], 'close', false]);
  });
});
