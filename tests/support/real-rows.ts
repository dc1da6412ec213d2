import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../src/training/dataset/dataset.js';
import { referenceDir } from './datasets.js';

/** Features that the original computed for photos of happy and sad people. */
export const referenceFeatures = join(referenceDir, 'features.jsonl');

interface ReferenceLine {
  file: string;
  features: number[];
}

/** Real rows: the original's features of every reference photo with a face; happy is 0, sad is 1. */
export function realRows(): Dataset {
  const lines = readFileSync(referenceFeatures, 'utf8').trim().split('\n');
  const photos = lines
    .map((line) => JSON.parse(line) as ReferenceLine)
    .filter(({ file, features }) => file.startsWith('faces/affect/') && features.length > 0);
  const columns = photos[0]?.features.length ?? 0;
  const features = new Float64Array(new SharedArrayBuffer(8 * photos.length * columns));
  photos.forEach((photo, i) => features.set(photo.features, i * columns));
  const classes = new Uint8Array(new SharedArrayBuffer(photos.length));
  classes.set(photos.map(({ file }) => (file.includes('/sad/') ? 1 : 0)));
  return { features, classes, rows: photos.length, columns };
}
