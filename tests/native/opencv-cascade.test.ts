import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { comparisonTimeout, exhaustive, inParts, labelledPhotos } from '../support/amount.js';
import { compareCascade, outputOf, type ComparisonJob } from '../support/cascade-comparison.js';
import { ClipFrames } from '../support/clips.js';
import { referenceFrames } from '../support/photos.js';
import { describeWith, facesDir, referenceDir, sharedCascade } from '../support/shared.js';
import { buildYardstick } from '../support/yardstick.js';

/** Where Debian's opencv-data puts the cascades that OpenCV comes with. */
const cascadesDir = '/usr/share/opencv4/haarcascades';

/** Whether a cascade is of the format that we read; looked up in the file, not by our reader. */
function isNewFormat(cascade: string): boolean {
  return readFileSync(cascade, 'utf8').includes('<stageType>');
}

/**
 * A cascade with a leaf in its first stages beside which the others vanish in the whole numbers that stages are summed in: what
 * does not fall into it is too close to call, and decided in OpenCV's own arithmetic. In the real file that is one window in
 * hundreds of thousands.
 */
function closeToCall(xml: string): string {
  let stage = 0;
  return xml.replaceAll(
    /(<weakClassifiers>[^]*?<leafValues>\s*)(\S+) ([^<\s]+)/g,
    (whole, head: string, left: string, right: string) => {
      if (++stage > 3) return whole;
      return Number(left) < Number(right) ? `${head}-2e17 ${right}` : `${head}${left} -2e17`;
    },
  );
}

/** Every Nth picture is searched on all instruction sets, the others on the widest. */
const onAllTargets = (every: number): string[] => ['--every', String(exhaustive ? 1 : every)];

/** The same pictures in several runs. */
function picturesInRuns(files: readonly string[], every: number): ComparisonJob[] {
  return inParts(files, 100).map((part) => ({
    args: [...onAllTargets(every), ...part],
    pictures: part.length,
  }));
}

/** Pictures that the program makes, others in every run: of parts of the photos, of noise, flat, of odd stride. */
function madePictures(count: number, every: number, photos: readonly string[]): ComparisonJob[] {
  const perRun = 100;
  return Array.from({ length: Math.ceil(count / perRun) }, (_, seed) => {
    const made = Math.min(perRun, count - seed * perRun);
    const args = ['--made', String(made), '--seed', String(seed), ...onAllTargets(every)];
    return { args: [...args, '--from', ...photos], pictures: made };
  });
}

describeWith("OpenCV's own cascade classifier", [referenceDir, facesDir, sharedCascade], () => {
  let program: string;
  beforeAll(async () => {
    program = await buildYardstick('compare_cascades', ['imgcodecs']);
  }, 600_000);

  const reference = referenceFrames().map(({ file }) => file);
  const cascades = existsSync(cascadesDir) ? readdirSync(cascadesDir).sort() : [];
  const taken = cascades.filter((name) => isNewFormat(join(cascadesDir, name)));
  const refused = cascades.filter((name) => !taken.includes(name));
  const compare = (cascade: string, what: string, jobs: readonly ComparisonJob[]) =>
    compareCascade(program, cascade, what, jobs);

  test('gives the same windows and boxes on every picture', { timeout: comparisonTimeout }, async () => {
    const clips = exhaustive ? new ClipFrames() : undefined;
    try {
      const all = exhaustive ? [...labelledPhotos(), ...(clips?.files ?? [])] : [];
      const jobs = picturesInRuns([...new Set([...reference, ...all])], 20);
      const { different, windows } = await compare(sharedCascade, 'pictures', jobs);
      expect(different).toEqual([]);
      expect(windows).toBeGreaterThan(exhaustive ? 300_000 : 10_000);
    } finally {
      clips?.remove();
    }
  });

  test('gives the same on pictures of every size and kind', { timeout: comparisonTimeout }, async () => {
    const jobs = madePictures(exhaustive ? 5000 : 150, 2, exhaustive ? reference : reference.slice(0, 1));
    expect((await compare(sharedCascade, 'made pictures', jobs)).different).toEqual([]);
  });

  test('gives the same where stages are too close to call', { timeout: comparisonTimeout }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'emochat-cascade-'));
    try {
      const cascade = join(folder, 'close.xml');
      await writeFile(cascade, closeToCall(readFileSync(sharedCascade, 'utf8')));
      const jobs = picturesInRuns(reference.slice(0, exhaustive ? Infinity : 12), 1);
      const { different, windows } = await compare(cascade, 'close to call', jobs);
      expect(different).toEqual([]);
      expect(windows).toBeGreaterThan(100);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  // Of these, alt2 and the eyes of eye_tree_eyeglasses are found by trees; smile and eyeglasses have tilted features.
  const sampled = [
    ...['frontalface_alt', 'frontalface_alt2', 'profileface', 'eye', 'smile'],
    ...['eye_tree_eyeglasses', 'frontalcatface', 'frontalface_alt_tree', 'upperbody'],
  ];
  const compared = exhaustive ? taken : sampled.map((name) => `haarcascade_${name}.xml`);
  test.each(compared)('gives the same with %s', { timeout: comparisonTimeout }, async (name) => {
    const made = madePictures(exhaustive ? 500 : 60, 3, exhaustive ? reference : reference.slice(0, 1));
    const jobs = exhaustive ? [...made, ...picturesInRuns(reference, 1)] : made;
    const { different, pictures } = await compare(join(cascadesDir, name), name, jobs);
    expect(different).toEqual([]);
    expect(pictures).toBe(jobs.reduce((sum, job) => sum + job.pictures, 0));
  });

  test.each(refused)('comes with %s, which is refused: an old-format file', async (name) => {
    expect(await outputOf(program, [join(cascadesDir, name)])).toContain('an old-format file');
  });
});
