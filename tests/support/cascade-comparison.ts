import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Progress } from './amount.js';

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
