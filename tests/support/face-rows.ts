import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetOf, type Dataset } from '../../src/training/dataset/dataset.js';
import { randomStream } from '../../src/common/random.js';
import { formatRow } from '../../src/training/dataset/savetxt.js';
import { normalizedFeatures } from '../../src/vision/features.js';
import { projectRoot } from './checkout.js';

/**
 * What a smile adds to a face, by landmark (iBUG's 68): right and down, in units of the mean face's root-mean-square radius.
 * A frown takes it away. The right half of the face is its mirror image.
 */
const smile: Readonly<Record<number, readonly [x: number, y: number]>> = {
  48: [-0.1, -0.1],
  49: [-0.05, -0.05],
  51: [0, 0.01],
  57: [0, 0.03],
  58: [-0.02, 0.01],
  59: [-0.06, -0.04],
  60: [-0.09, -0.09],
  40: [0, -0.015],
  41: [0, -0.015],
  21: [-0.01, 0.03],
  4: [-0.02, -0.01],
  5: [-0.02, -0.01],
};
const mirrored: Readonly<Record<number, number>> = {
  ...{ 48: 54, 49: 53, 58: 56, 59: 55, 60: 64, 40: 47, 41: 46, 21: 22, 4: 12, 5: 11 },
};

/** How far a landmark lies from where it belongs, and how far from the mean face's that place is on another person. */
const landmarkNoise = 0.035;
const personSpread = 0.035;

const forest = JSON.parse(readFileSync(join(projectRoot, 'models/happy-sad.json'), 'utf8')) as {
  transform: { reference: number[] };
};
const meanFace = forest.transform.reference;

export interface LabelledRows {
  /** Happy is 0, sad is 1; 136 features a row. */
  readonly dataset: Dataset;
  /** Whose face each row is. */
  readonly people: readonly string[];
}

/**
 * Labelled rows from a seed, as photos would give them: each person has a face, a resting expression and a few photos, happy and
 * sad by turns, with the head tilted and turned a little and every landmark a little beside its place. A forest of a hundred trees
 * gets 85 to 93 % of unknown people right, and two points more if it straightens the faces first.
 */
export function faceRows({ people = 22, photosEach = 7, seed = 1 } = {}): LabelledRows {
  const normal = normalStream(seed);
  const rows: Float64Array[] = [];
  const classes: number[] = [];
  const names: string[] = [];
  for (let person = 0; person < people; person++) {
    const face = meanFace.map((value) => value + personSpread * normal());
    const resting = 0.4 * normal();
    for (let photo = 0; photo < photosEach; photo++) {
      const sad = (person + photo) % 2;
      const expression = resting + (sad ? -0.7 : 1.1) + 0.5 * normal();
      rows.push(normalizedFeatures(photographed(withExpression(face, expression), normal)));
      classes.push(sad);
      names.push(`p${person}`);
    }
  }
  return { dataset: datasetOf(rows, classes), people: names };
}

/** One row of a data set. */
export function rowOf({ features, columns }: Dataset, row: number): Float64Array {
  return features.subarray(row * columns, (row + 1) * columns);
}

/** Writes rows as a `data.txt`, the class of each as told. */
export async function writeDataText(
  file: string,
  rows: Dataset,
  classOf: (label: number, row: number) => number = (label) => label,
): Promise<void> {
  const lines = Array.from({ length: rows.rows }, (_, row) =>
    formatRow(rowOf(rows, row), classOf(rows.classes[row] ?? 0, row)),
  );
  await writeFile(file, `${lines.join('\n')}\n`);
}

/** @param strength 1 for a smile, below 0 for a frown. */
function withExpression(face: readonly number[], strength: number): number[] {
  const moved = [...face];
  const move = (landmark: number, x: number, y: number): void => {
    moved[2 * landmark] = (moved[2 * landmark] ?? 0) + strength * x;
    moved[2 * landmark + 1] = (moved[2 * landmark + 1] ?? 0) + strength * y;
  };
  for (const [key, [x, y]] of Object.entries(smile)) {
    const landmark = Number(key);
    move(landmark, x, y);
    const partner = mirrored[landmark];
    if (partner !== undefined) move(partner, -x, y);
  }
  return moved;
}

/** The face tilted, turned and measured with some error, in pixels. */
function photographed(face: readonly number[], normal: () => number): Float32Array {
  const [tilt, turn] = [0.2 * normal(), 0.3 * normal()];
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const out = new Float32Array(face.length);
  for (let i = 0; i < face.length; i += 2) {
    const y = (face[i + 1] ?? 0) + landmarkNoise * normal();
    const flat = (face[i] ?? 0) + landmarkNoise * normal();
    // The middle of a face is nearer to the camera than its edge.
    const depth = 0.6 * (1 - flat ** 2);
    const x = flat * Math.cos(turn) + depth * Math.sin(turn);
    out[i] = 100 + 50 * (cos * x - sin * y);
    out[i + 1] = 100 + 50 * (sin * x + cos * y);
  }
  return out;
}

/** A stream of numbers of the standard normal distribution, but for its furthest tails: sums of twelve uniform ones. */
function normalStream(seed: number): () => number {
  const random = randomStream(seed);
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random(2 ** 30) / 2 ** 30;
    return sum;
  };
}
