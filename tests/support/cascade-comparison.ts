import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exhaustive, inParts, Progress } from './amount.js';

const run = promisify(execFile);

/** What `compare_cascades` counted. */
export interface Comparison {
  pictures: number;
  /** Calls of detectMultiScale, with and without limits. */
  searches: number;
  /** Windows that passed every stage. */
  windows: number;
  boxes: number;
  /** A line for each search whose answer was another on some instruction set. */
  different: string[];
}

/** One run of the program: further arguments, and how many pictures they stand for. */
export interface ComparisonJob {
  args: readonly string[];
  pictures: number;
}

/** Runs all jobs, as many at once as there are cores, and adds up what they counted. */
export async function compareCascade(
  program: string,
  cascade: string,
  what: string,
  jobs: readonly ComparisonJob[],
): Promise<Comparison> {
  const sum: Comparison = { pictures: 0, searches: 0, windows: 0, boxes: 0, different: [] };
  const progress = new Progress(
    what,
    jobs.reduce((total, { pictures }) => total + pictures, 0),
  );
  const waiting = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const found = await compareOnce(program, cascade, job.args);
      sum.pictures += found.pictures;
      sum.searches += found.searches;
      sum.windows += found.windows;
      sum.boxes += found.boxes;
      sum.different.push(...found.different);
      const { searches, windows, boxes, different } = sum;
      progress.add(
        job.pictures,
        `${searches} searches, ${windows} windows, ${boxes} boxes, ${different.length} different`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return sum;
}

async function compareOnce(program: string, cascade: string, args: readonly string[]): Promise<Comparison> {
  const output = await outputOf(program, [cascade, ...args]);
  const lines = output.trim().split('\n');
  const last = lines.pop() ?? '';
  const counts = /^pictures (\d+) searches (\d+) candidates (\d+) boxes (\d+) different (\d+)$/.exec(last);
  if (counts === null) throw new Error(`compare_cascades ended without its counts: ${last}`);
  const [pictures = 0, searches = 0, windows = 0, boxes = 0] = counts.slice(1).map(Number);
  return { pictures, searches, windows, boxes, different: lines };
}

/** What a program prints, whatever it ends with. */
export async function outputOf(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout);
    throw error;
  }
}

/** Where Debian's opencv-data puts the cascades that OpenCV comes with. */
export const cascadesDir = '/usr/share/opencv4/haarcascades';

/** Whether a cascade is of the format that we read; looked up in the file, not by our reader. */
function isNewFormat(cascade: string): boolean {
  return readFileSync(cascade, 'utf8').includes('<stageType>');
}

/** The cascades that OpenCV comes with: those of the format that we read, and those of the old one. */
export function cascadesOfOpencv(): { taken: string[]; refused: string[] } {
  const names = existsSync(cascadesDir) ? readdirSync(cascadesDir).sort() : [];
  const taken = names.filter((name) => isNewFormat(join(cascadesDir, name)));
  return { taken, refused: names.filter((name) => !taken.includes(name)) };
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

/** Calls `work` with a file of such a cascade. */
export async function withCloseCalls(cascade: string, work: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'emochat-cascade-'));
  try {
    const file = join(folder, 'close.xml');
    await writeFile(file, closeToCall(readFileSync(cascade, 'utf8')));
    await work(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every Nth picture is searched on all instruction sets, the others on the widest. */
const onAllTargets = (every: number): string[] => ['--every', String(exhaustive ? 1 : every)];

/** The same pictures in several runs. */
export function picturesInRuns(files: readonly string[], every: number): ComparisonJob[] {
  return inParts(files, 100).map((part) => ({
    args: [...onAllTargets(every), ...part],
    pictures: part.length,
  }));
}

/** Pictures that the program makes, others in every run: of parts of the photos, of noise, flat, of odd stride. */
export function madePictures(count: number, every: number, photos: readonly string[]): ComparisonJob[] {
  const perRun = 100;
  return Array.from({ length: Math.ceil(count / perRun) }, (_, seed) => {
    const made = Math.min(perRun, count - seed * perRun);
    const args = ['--made', String(made), '--seed', String(seed), ...onAllTargets(every)];
    return { args: [...args, '--from', ...photos], pictures: made };
  });
}
