import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reencode } from './encoded-photos.js';
import { facePhoto, facePhotoOf, type FaceName } from './sample-photos.js';

/** Sample photos by what they show: people who smile, and people who do not. */
const labelled = {
  happy: ['smiling', 'beaming', 'laughing', 'gentle'],
  sad: ['pouting', 'lookingDown', 'sulking', 'dark'],
} as const satisfies Record<string, readonly FaceName[]>;

/**
 * Copies the first photos of an emotion, at most four, into a folder, which is made.
 * @param nameOf the name of each copy.
 */
export function copyLabelledPhotos(
  emotion: keyof typeof labelled,
  folder: string,
  count = 4,
  nameOf = (name: string) => `${name}.jpg`,
): void {
  mkdirSync(folder, { recursive: true });
  for (const name of labelled[emotion].slice(0, count)) {
    copyFileSync(facePhotoOf(name), join(folder, nameOf(name)));
  }
}

/** A photo (JPEG) that a face fills to its edges: the plain look misses it, the close one does not. */
export function tightPhoto(): Buffer {
  return reencode(facePhoto, 'mjpeg', 'crop=100:100:62:70');
}
