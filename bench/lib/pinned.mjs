import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findProgram, root } from '../../scripts/lib/run.mjs';
import { SetupError } from '../../scripts/lib/say.mjs';

/** Starts Node with a script, held to certain cores: it and all its threads run there and nowhere else. */
function nodeOn(cores, args, options) {
  if (findProgram('taskset') === null) {
    throw new SetupError(
      'Falta taskset (paquete util-linux), que sujeta un proceso a sus núcleos.',
      'taskset is missing (package util-linux); it holds a process to its cores.',
    );
  }
  return spawn('taskset', ['-c', cores.join(','), process.execPath, ...args], options);
}

/** Processor time that a process and all its threads have had, in milliseconds. */
function processorTime(pid) {
  const tasks = join('/proc', String(pid), 'task');
  const nanoseconds = readdirSync(tasks).map((task) =>
    Number(readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e6;
}

/** `emochat serve` with its own defaults, held to certain cores: it has as many lanes as there are. */
export class PinnedServer {
  #child;

  static async start(cores, { cascade, facemark, forest }) {
    const server = new PinnedServer();
    const models = ['--cascade', cascade, '--facemark', facemark, '--model', forest];
    const args = [join(root, 'dist', 'cli', 'main.js'), 'serve', '--port', '0', ...models];
    server.#child = nodeOn(cores, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    server.#child.stderr.on('data', (chunk) => (errors += chunk));
    for await (const line of createInterface({ input: server.#child.stdout })) {
      server.url = / (http:\S+\/)$/.exec(line)?.[1];
      if (server.url !== undefined) return server;
    }
    throw new Error(`emochat serve did not start: ${errors}`);
  }

  /** Milliseconds until now. */
  get processorTime() {
    return processorTime(this.#child.pid);
  }

  async stop() {
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}

/** A client of such a server, a script of `children`, held to certain cores. */
export class PinnedClient {
  #child;

  constructor(cores, name = 'http-client.mjs') {
    const script = join(root, 'bench', 'children', name);
    this.#child = nodeOn(cores, [script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** @returns what the script answers. */
  async run(task) {
    this.#child.send(task);
    const answered = new AbortController();
    const [answer] = await Promise.race([
      once(this.#child, 'message', answered),
      once(this.#child, 'exit', answered).then(([code]) => [{ error: `the client ended with ${code}` }]),
    ]);
    answered.abort();
    if (answer.error !== undefined) throw new Error(`a request failed: ${answer.error}`);
    return answer;
  }

  /** Milliseconds until now. */
  get processorTime() {
    return processorTime(this.#child.pid);
  }

  async stop() {
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }
}
