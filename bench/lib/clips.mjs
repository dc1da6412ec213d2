import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../../scripts/lib/run.mjs';
import { sizes } from './pictures.mjs';

/** A film of one talking person, where it is there. */
const filmed = join(resolve(root, '..', 'shared'), 'faces', 'video', 'sad-then-happy.mp4');

const framesASecond = 15;
const seconds = 4;
/** A photo drifts to and fro and comes nearer and goes away, as a head does. */
const drift =
  "crop=w='iw*(0.84+0.08*sin(n/25))':h='ih*(0.84+0.08*sin(n/25))':x='(iw-ow)*(0.5+0.4*sin(n/17))':y='(ih-oh)*(0.5+0.4*cos(n/23))'";

/**
 * Clips with one face as JPEG frames, 15 a second, at a size: of the film, and of photos that are moved.
 * @returns {{ name: string, frames: string[] }[]}
 */
export function clipsAt(pictures, { width, height }, folder) {
  const alone = pictures.at(sizes[3]).filter(({ kind }) => kind === 'one');
  // A face that fills the picture would drift out of it.
  const roomy = alone.filter(({ boxes, height: full }) => boxes[3] < 0.6 * full);
  const photos = roomy.length > 0 ? roomy : alone;
  const moved = photos.slice(0, 3).map(({ file }) => ['-loop', '1', '-r', String(framesASecond), '-i', file]);
  const film = existsSync(filmed) ? [['-ss', '8', '-i', filmed]] : [];
  return [...film, ...moved].map((input, i) => {
    const name = `clip-${i}-${width}x${height}`;
    const target = join(folder, name);
    mkdirSync(target, { recursive: true });
    const motion = input.includes('-loop') ? `${drift},` : '';
    const fit = `scale=${width}:${height}:force_original_aspect_ratio=increase:flags=area,crop=${width}:${height}`;
    const filter = ['-vf', `fps=${framesASecond},${motion}${fit}`, '-t', String(seconds)];
    execFileSync('ffmpeg', ['-v', 'error', ...input, ...filter, '-q:v', '4', join(target, '%04d.jpg')]);
    const frames = readdirSync(target)
      .sort()
      .map((file) => join(target, file));
    return { name, frames };
  });
}
