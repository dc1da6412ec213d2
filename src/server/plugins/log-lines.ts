import { writeSync } from 'node:fs';

/**
 * Log lines on a file descriptor, which may be full, gone or too slow: a line that it does not take is left out, and how many
 * were is said before the next one that it takes.
 */
export class LogLines {
  readonly #descriptor: number;
  #leftOut = 0;
  /** Part of a line is there, the rest did not fit. */
  #broken = false;

  /** @param descriptor 2 for stderr. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** @param line one JSON object and a line break. Never throws. */
  write(line: string): void {
    const gap = this.#leftOut === 0 ? '' : leftOutLine(this.#leftOut);
    if (this.#put(`${this.#broken ? '\n' : ''}${gap}${line}`)) this.#leftOut = 0;
    else this.#leftOut += 1;
  }

  /** @returns whether all of it was taken. */
  #put(text: string): boolean {
    let rest = Buffer.from(text);
    try {
      while (rest.length > 0) {
        rest = rest.subarray(writeSync(this.#descriptor, rest));
        this.#broken = rest.length > 0;
      }
      return true;
    } catch {
      // No space, nobody who reads: there is no place where this could be said.
      return false;
    }
  }
}

function leftOutLine(count: number): string {
  return `${JSON.stringify({ level: 40, time: Date.now(), leftOut: count, msg: 'log lines left out' })}\n`;
}
