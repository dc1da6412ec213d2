import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { facesDir } from './datasets.js';

const clipsDir = join(facesDir, 'video');

/** Every frame of every clip of the data sets, as lossless pictures in a folder of their own. */
export class ClipFrames {
  readonly files: string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'emochat-clips-'));

  constructor() {
    for (const clip of readdirSync(clipsDir).filter((name) => name.endsWith('.mp4'))) {
      const frames = join(this.#folder, `${clip}-%04d.png`);
      execFileSync('ffmpeg', ['-v', 'error', '-i', join(clipsDir, clip), '-compression_level', '1', frames]);
    }
    this.files = readdirSync(this.#folder)
      .sort()
      .map((name) => join(this.#folder, name));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** The frames of a clip as JPEGs, after one of ffmpeg's filters. */
export function framesOf(clip: string, filter = 'null'): Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), 'emochat-frames-'));
  try {
    execFileSync('ffmpeg', ['-v', 'error', '-i', clip, '-vf', filter, '-q:v', '2', join(folder, '%04d.jpg')]);
    return readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
