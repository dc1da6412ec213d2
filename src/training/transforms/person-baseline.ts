import { UserError } from '../../common/user-error.js';
import type { Dataset } from '../dataset.js';
import { texts } from '../texts.js';
import type { BaselineDeclaration } from './declaration.js';

/** Persons who must be known with a calm face and another one. */
const fewestPersons = 10;

/**
 * The scores of a face as if its person's calm face were the mean one.
 * @param scores of the face; @param calm means of the scores of the person's calm face.
 */
export function relativeScores(
  { scores: mean, weight }: BaselineDeclaration,
  scores: ArrayLike<number>,
  calm: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(scores, (score, i) => score - weight * ((calm[i] ?? 0) - (mean[i] ?? 0)));
}

/**
 * Learns what a person's calm face says of that person's other faces. The weight is the slope of the regression, through the means
 * of the classes, of the scores of a face on those of its person's calm one: 1 where a person differs from others by the same
 * in every face, 0 where the calm face tells nothing.
 *
 * @param dataset whose `groups` say whose each row is.
 * @param scores `count` numbers a row, by weights that have not seen the row's person.
 * @param calm the class of calm faces.
 * @throws UserError `BASELINE_TOO_FEW` if fewer than ten persons are known with a calm face and another.
 */
export function learnBaseline(
  { classes, groups = [], rows }: Dataset,
  scores: Float64Array,
  count: number,
  calm: number,
): BaselineDeclaration {
  const row = (i: number): Float64Array => scores.subarray(i * count, (i + 1) * count);
  const calmRows = new Map<string, number[]>();
  const others = new Map<string, number[]>();
  for (let i = 0; i < rows; i++) {
    const of = classes[i] === calm ? calmRows : others;
    const person = groups[i] ?? String(i);
    of.set(person, [...(of.get(person) ?? []), i]);
  }
  const persons = [...calmRows.keys()].filter((person) => others.has(person));
  if (persons.length < fewestPersons) throw tooFew(persons.length);
  const baselines = new Map(persons.map((person) => [person, mean((calmRows.get(person) ?? []).map(row))]));
  const byClass = new Map<number, { score: Float64Array; baseline: Float64Array }[]>();
  for (const [person, baseline] of baselines)
    for (const i of others.get(person) ?? []) {
      const of = classes[i] ?? 0;
      byClass.set(of, [...(byClass.get(of) ?? []), { score: row(i), baseline }]);
    }
  return {
    scores: Array.from(mean([...baselines.values()]), (value) => Number(value.toPrecision(5))),
    weight: Number(Math.min(1, Math.max(0, slope([...byClass.values()]))).toPrecision(3)),
  };
}

/** Σ (score − mean)·(baseline − mean) / Σ (baseline − mean)², each about the means of its class; 0 if all baselines are the same. */
function slope(classes: readonly { score: Float64Array; baseline: Float64Array }[][]): number {
  let [shared, spread] = [0, 0];
  for (const faces of classes) {
    const score = mean(faces.map((face) => face.score));
    const baseline = mean(faces.map((face) => face.baseline));
    for (const face of faces)
      face.baseline.forEach((value, i) => {
        const off = value - (baseline[i] ?? 0);
        shared += off * ((face.score[i] ?? 0) - (score[i] ?? 0));
        spread += off * off;
      });
  }
  return spread > 0 ? shared / spread : 0;
}

function mean(vectors: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array()] = vectors;
  return first.map((_, i) => vectors.reduce((sum, vector) => sum + (vector[i] ?? 0), 0) / vectors.length);
}

function tooFew(persons: number): UserError {
  return new UserError('BASELINE_TOO_FEW', texts.tooFewBaselines(persons, fewestPersons));
}
