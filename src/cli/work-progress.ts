import { SingleBar } from 'cli-progress';
import type { Message } from '../common/user-error.js';
import { localized } from './language.js';

/** Shows how far a piece of work is; on stderr, so that stdout stays the command's. */
export interface WorkProgress {
  start(total: number): void;
  /** To be called with how many are done. */
  update(done: number): void;
  stop(): void;
}

/** Milliseconds between two lines where there is no terminal. */
const lineEveryMs = 3000;

/** A progress bar in a terminal, a line every few seconds elsewhere. */
export function workProgress(title: Message, stream: NodeJS.WriteStream = process.stderr): WorkProgress {
  return stream.isTTY ? barProgress(localized(title), stream) : lineProgress(localized(title), stream);
}

function barProgress(title: string, stream: NodeJS.WriteStream): WorkProgress {
  const bar = new SingleBar({
    stream,
    // Ctrl-C may end the process at once, and nobody would show a hidden cursor again.
    hideCursor: false,
    format: `${title} {bar} {percentage} % | {value}/{total} | {eta_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    etaBuffer: 50,
  });
  return {
    start: (total) => bar.start(total, 0),
    update: (done) => bar.update(done),
    stop: () => bar.stop(),
  };
}

function lineProgress(title: string, stream: NodeJS.WritableStream): WorkProgress {
  let total = 0;
  let lastLine = Date.now();
  return {
    start: (all) => {
      total = all;
    },
    update: (done) => {
      if (Date.now() - lastLine < lineEveryMs) return;
      lastLine = Date.now();
      stream.write(`${title}: ${done}/${total}\n`);
    },
    stop: () => undefined,
  };
}
