import { languageOf } from './language.mjs';

/** A failure that its reader can do something about; `output` is what the failing program printed. */
export class SetupError extends Error {
  constructor(es, en, output = '') {
    super(en);
    this.text = { es, en };
    this.output = output;
  }
}

/** A text in the language of this terminal. */
function localized({ es, en }) {
  return languageOf(process.env) === 'es' ? es : en;
}

/** Prints one line, in the language of this terminal. */
export function say(es, en) {
  process.stdout.write(`${localized({ es, en })}\n`);
}

/** Seconds since `start` (from `Date.now()`), one decimal, as text. */
export function secondsSince(start) {
  return `${((Date.now() - start) / 1000).toFixed(1)} s`;
}

/** The last `count` lines of a text. */
export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Runs a script's work and sets the exit code: 1 after a {@link SetupError}, whose sentence is printed on stderr
 * beneath what the failing program said. Anything else that is thrown is a defect of ours and keeps its stack.
 */
export async function runScript(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    if (error.output) process.stderr.write(`${error.output.trimEnd()}\n\n`);
    process.stderr.write(`Error: ${localized(error.text)}\n`);
    process.exitCode = 1;
  }
}
