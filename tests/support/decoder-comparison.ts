import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs `compare_decode`; what it says of differences, a line each, and its counts. */
export async function compareDecoders(
  program: string,
  args: readonly string[],
): Promise<{ different: string[]; pictures: number; taken: number }> {
  // What libjpeg says of damaged pictures while OpenCV decodes them goes to stderr.
  const options = { maxBuffer: 1 << 28 };
  const { stdout } = await run(program, args, options).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) };
    throw error;
  });
  const lines = stdout.trim().split('\n');
  const counts = /^pictures (\d+) taken (\d+) different \d+$/.exec(lines.pop() ?? '');
  return { different: lines, pictures: Number(counts?.[1]), taken: Number(counts?.[2]) };
}
