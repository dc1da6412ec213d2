import cliProgress from 'cli-progress';
import type { Message } from '../../common/user-error.js';
import type { DownloadProgress } from '../../vision/model-files/model-files.js';
import { localized } from '../language.js';
import { texts } from '../texts/commands.js';

/** What shows a person how the fetching of model files goes; on stderr, so that stdout stays the command's. */
export interface DownloadDisplay {
  readonly onProgress: (event: DownloadProgress) => void;
  readonly onNotice: (text: Message) => void;
  /** To be called when nothing more comes. */
  readonly stop: () => void;
}

/** A progress bar in a terminal, a line every few seconds elsewhere. */
export function downloadDisplay(stream: NodeJS.WriteStream = process.stderr): DownloadDisplay {
  return stream.isTTY ? barDisplay(stream) : lineDisplay(stream);
}

function barDisplay(stream: NodeJS.WriteStream): DownloadDisplay {
  let bar: cliProgress.SingleBar | undefined;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    onProgress({ name, received, total, done }) {
      if (!bar && !done) {
        bar = newBar(stream);
        bar.start(total, received, { name });
      }
      bar?.setTotal(total);
      bar?.update(received, { name });
      if (!done) return;
      stop();
      stream.write(`${localized(fetchedText(name, received))}\n`);
    },
    onNotice(text) {
      stop();
      stream.write(`${localized(text)}\n`);
    },
    stop,
  };
}

function newBar(stream: NodeJS.WriteStream): cliProgress.SingleBar {
  return new cliProgress.SingleBar({
    stream,
    // Its handler would swallow the first Ctrl-C; without hidden cursor there is nothing to restore.
    gracefulExit: false,
    linewrap: true,
    format: '{name} {bar} {percentage} % | {value}/{total} MB | {eta_formatted}',
    formatValue: (value, options, type) =>
      type === 'value' || type === 'total'
        ? megabytes(value)
        : cliProgress.Format.ValueFormat(value, options, type),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    etaBuffer: 50,
  });
}

/** Milliseconds between two lines of the same file. */
const lineEveryMs = 3000;

function lineDisplay(stream: NodeJS.WritableStream): DownloadDisplay {
  let lastLine = 0;
  const line = (text: string): void => {
    lastLine = Date.now();
    stream.write(`${text}\n`);
  };
  return {
    onProgress({ name, received, total, done }) {
      if (done) line(localized(fetchedText(name, received)));
      else if (Date.now() - lastLine >= lineEveryMs) {
        line(
          `${name}: ${megabytes(received)}/${megabytes(total)} MB (${Math.floor((100 * received) / total)} %)`,
        );
      }
    },
    onNotice: (text) => line(localized(text)),
    stop: () => undefined,
  };
}

function fetchedText(name: string, bytes: number): Message {
  const size = `${megabytes(bytes)} MB`;
  return texts.fetchedAndVerified(name, size);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
