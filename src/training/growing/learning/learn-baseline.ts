import { UserError } from '../../../common/user-error.js';
import type { BaselineDeclaration } from '../../../emotion/transforms/declaration.js';
import type { Dataset } from '../../dataset/dataset.js';
import { texts } from '../../texts.js';

/** Persons who must be known with a calm face and another one. */
const fewestPersons = 10;

/**
 * Learns what a person's calm face says of that person's other faces. All is held against the largest data set, by whose faces the
 * forest has learnt most: a person's calm face differs from its mean calm face by so much, the person's other faces from its
 * means of their classes by the weight times as much (regression through these means). 1: a person, or the camera, makes the
 * same difference in every face; 0: the calm face tells nothing.
 *
 * @param dataset whose `groups` say whose each row is, and `sets` which data set it is from.
 * @param scores `count` numbers a row, by weights that have not seen the row's person.
 * @param calm the class of calm faces.
 * @throws UserError `BASELINE_TOO_FEW` if fewer than ten persons are known with a calm face and another, or the largest set shows no calm face.
 */
export function learnBaseline(
  { classes, groups = [], sets, rows }: Dataset,
  scores: Float64Array,
  count: number,
  calm: number,
): BaselineDeclaration {
  const row = (i: number): Float64Array => scores.subarray(i * count, (i + 1) * count);
  const all = Array.from({ length: rows }, (_, i) => i);
  const personOf = (i: number): string => groups[i] ?? String(i);
  const calmRows = grouped(
    all.filter((i) => classes[i] === calm),
    personOf,
  );
  const others = all.filter((i) => classes[i] !== calm && calmRows.has(personOf(i)));
  const persons = new Set(others.map(personOf));
  const largest = largestOf(sets);
  const byClass = grouped(
    all.filter((i) => sets?.[i] === largest),
    (i) => classes[i] ?? 0,
  );
  const means = new Map([...byClass].map(([label, faces]) => [label, mean(faces.map(row))]));
  const reference = means.get(calm);
  if (persons.size < fewestPersons || reference === undefined) throw tooFew(persons.size);
  const baselines = new Map(
    [...persons].map((person) => [person, mean((calmRows.get(person) ?? []).map(row))]),
  );
  let [shared, spread] = [0, 0];
  for (const i of others) {
    const usual = means.get(classes[i] ?? 0);
    const score = row(i);
    if (usual === undefined) continue;
    baselines.get(personOf(i))?.forEach((value, k) => {
      const off = value - (reference[k] ?? 0);
      shared += off * ((score[k] ?? 0) - (usual[k] ?? 0));
      spread += off * off;
    });
  }
  const slope = spread > 0 ? shared / spread : 0;
  return {
    scores: Array.from(reference, (value) => Number(value.toPrecision(5))),
    weight: Number(Math.min(1, Math.max(0, slope)).toPrecision(3)),
  };
}

function grouped<Key>(rows: readonly number[], keyOf: (row: number) => Key): Map<Key, number[]> {
  const groups = new Map<Key, number[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

/** The set with the most rows; undefined if none are told apart. */
function largestOf(sets: readonly string[] = []): string | undefined {
  const counts = new Map<string, number>();
  for (const set of sets) counts.set(set, (counts.get(set) ?? 0) + 1);
  const [largest] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return largest;
}

function mean(vectors: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array()] = vectors;
  return first.map((_, i) => vectors.reduce((sum, vector) => sum + (vector[i] ?? 0), 0) / vectors.length);
}

function tooFew(persons: number): UserError {
  return new UserError('BASELINE_TOO_FEW', texts.tooFewBaselines(persons, fewestPersons));
}
