import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Requirement } from './requirements.js';

const run = promisify(execFile);

/** For `describeWith`: a screen without a monitor, a keyboard and a camera for it. */
export const desktopRequirements: readonly Requirement[] = ['Xvfb', 'xdotool', 'import'].map(
  (program) => `/usr/bin/${program}`,
);

/** What a screen shows: rows top to bottom, red, green, blue. */
export interface Screenshot {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** A desktop of its own in memory (Xvfb), without a window manager: windows open at the upper left. */
export class Desktop {
  /** For the environment of programs that open windows: `DISPLAY`. */
  readonly display: string;
  readonly #server: ChildProcess;
  readonly #width: number;
  readonly #height: number;

  private constructor(server: ChildProcess, display: string, width: number, height: number) {
    this.#server = server;
    this.display = display;
    this.#width = width;
    this.#height = height;
  }

  static async start(width = 1024, height = 768): Promise<Desktop> {
    const screen = ['-screen', '0', `${width}x${height}x24`];
    const server = spawn('Xvfb', ['-displayfd', '3', ...screen], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [number] = (await once(server.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
    return new Desktop(server, `:${number.toString().trim()}`, width, height);
  }

  async screenshot(): Promise<Screenshot> {
    const { stdout } = await run('import', ['-window', 'root', '-depth', '8', 'rgb:-'], {
      env: this.#environment,
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    });
    return { width: this.#width, height: this.#height, rgb: stdout };
  }

  /** Waits for a window of that title, then for `settled` to hold of a picture of the screen. */
  async waitFor(
    title: string,
    settled: (screen: Screenshot) => boolean,
    milliseconds = 60_000,
  ): Promise<Screenshot> {
    const deadline = Date.now() + milliseconds;
    while (Date.now() < deadline) {
      if ((await this.#findWindow(title)) !== undefined) {
        const screen = await this.screenshot();
        if (settled(screen)) return screen;
      }
      await sleep(100);
    }
    throw new Error(`No window "${title}" showed what was waited for.`);
  }

  /** Presses a key with that window in front. */
  async pressKey(title: string, key: string): Promise<void> {
    const window = await this.#findWindow(title);
    if (window === undefined) throw new Error(`There is no window "${title}".`);
    await this.#xdotool('windowfocus', '--sync', window);
    await this.#xdotool('key', key);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.kill();
    await closed;
  }

  get #environment(): NodeJS.ProcessEnv {
    return { ...process.env, DISPLAY: this.display };
  }

  async #xdotool(...args: string[]): Promise<string> {
    return (await run('xdotool', args, { env: this.#environment })).stdout;
  }

  async #findWindow(title: string): Promise<string | undefined> {
    // xdotool ends with 1 if there is none.
    const found = await this.#xdotool('search', '--name', `^${title}$`).catch(() => '');
    return found.match(/\d+/g)?.at(-1);
  }
}

/** Number of pixels of pure green in a rectangle of a screenshot. */
export function greenPixels(
  screen: Screenshot,
  left: number,
  top: number,
  right: number,
  bottom: number,
): number {
  let count = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = 3 * (y * screen.width + x);
      if (screen.rgb[at] === 0 && screen.rgb[at + 1] === 255 && screen.rgb[at + 2] === 0) count++;
    }
  }
  return count;
}
