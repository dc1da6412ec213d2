#!/usr/bin/env node
import { runCommandLine } from './command-line.js';

// Whoever reads our output has seen enough, as `| head` does; the work goes on without them.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2), '.env');
