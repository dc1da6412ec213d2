#!/usr/bin/env node
import { runCommandLine } from './command-line.js';

// Whoever reads our output has seen enough, as `| head` does; the work goes on without them.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
// What is told beside the result is no reason to end the work, on a full disk either.
process.stderr.on('error', () => undefined);

process.exitCode = await runCommandLine(process.argv.slice(2), '.env');
