#!/usr/bin/env node
import { loadEnvironment } from './environment.js';
import { exitCodeOf } from './exit-code.js';
import { buildProgram } from './program.js';

// Whoever reads our output has seen enough, as `| head` does; the work goes on without them.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await exitCodeOf(async () => {
  loadEnvironment(process.env, '.env');
  await buildProgram().parseAsync();
});
