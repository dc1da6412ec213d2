import { UserError } from '../../../common/user-error.js';
import type { WeightedSum } from '../../../emotion/transforms/declaration.js';
import { PictureScores, scoreInputs, ScoreInputs } from '../../../emotion/transforms/picture-scores.js';
import { meanFace } from '../../../emotion/transforms/symmetric-landmarks.js';
import { loadNativeAddon } from '../../../vision/addon/native.js';
import { faceRow, type Dataset } from '../../dataset/dataset.js';
import { planSplits } from '../../dataset/folds.js';
import { texts } from '../../texts.js';
import type { TrainingHooks } from '../engines/forest-trainer.js';
import { learnBaseline } from './learn-baseline.js';
import type { LearningOptions, TransformedRows } from './transformed-rows.js';

/**
 * Added to the numbers' variances (ridge). Chosen in `raf/train` and from there to `ckplus` and `affect`: with half as much 79.2, 68.3
 * and 94.6 % balanced, with half as much again 78.8, 70.2 and 94.7.
 */
const ridge = 524;
/** Parts of the rows that scores are learnt without, each for its own rows. */
const folds = 5;
/** Data sets that are told apart at most: each takes memory of its own. */
const mostSets = 20;
/** What a data set weighs in the scores beside the largest one: see models/README.md. */
const furtherSetWeight = 0.3;

/**
 * Learns the scores of these rows' classes by ridge regression, see `LearnScores` in `src/native/scores/linear_scores.h`. What the forest
 * is to learn from are scores of each row by weights that have not seen it, nor another row of its person where that is known.
 *
 * With `calm`, what a person's calm face says of the others is learnt, too, see `learnBaseline`.
 *
 * @throws UserError `BASELINE_TOO_FEW`, `TOO_FEW_ROWS` or `TOO_FEW_GROUPS` if a class does not reach for that, `TOO_MANY_SETS` or `SETS_OF_ONE_CLASS`; the
 * signal's reason if it is aborted.
 */
export async function learnPictureScores(
  rows: Dataset,
  { labels, seed, threads, calm }: LearningOptions,
  { signal }: TrainingHooks,
): Promise<{ transform: PictureScores; shown: TransformedRows }> {
  signal?.throwIfAborted();
  const reference = meanFace(rows.features);
  const learning = loadNativeAddon().learnScores(
    {
      numbers: inputsOf(rows, reference),
      classes: rows.classes,
      folds: foldsOf(rows, seed),
      ...setsOf(rows),
      rows: rows.rows,
      columns: scoreInputs,
      classCount: labels.length,
      foldCount: folds,
    },
    { ridge, threads },
  );
  const stop = (): void => learning.cancel();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const { weights, offsets, heldOut } = await learning.result;
    const scores = Array.from(offsets, (offset, i): WeightedSum => {
      const own = weights.subarray(i * scoreInputs, (i + 1) * scoreInputs);
      return { offset: rounded(offset), weights: Array.from(own, rounded) };
    });
    const baseline =
      calm === undefined
        ? undefined
        : { baseline: learnBaseline(rows, heldOut, labels.length, labels.indexOf(calm)) };
    const transform = new PictureScores({ kind: 'picture-scores', reference, scores, ...baseline });
    return { transform, shown: { features: heldOut, columns: labels.length } };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function inputsOf(rows: Dataset, reference: readonly number[]): Uint8Array {
  const source = new ScoreInputs(reference);
  const numbers = new Uint8Array(rows.rows * scoreInputs);
  for (let row = 0; row < rows.rows; row++)
    source.write(faceRow(rows, row), numbers.subarray(row * scoreInputs, (row + 1) * scoreInputs));
  return numbers;
}

function foldsOf({ classes, groups }: Dataset, seed: number): Uint8Array {
  const foldOf = new Uint8Array(classes.length);
  const splits = planSplits(classes, { folds, repeats: 1, testSize: 0, seed, groups });
  for (const [fold, { test }] of splits.entries()) for (const row of test) foldOf[row] = fold;
  return foldOf;
}

/**
 * Which data set each row is from, the largest first, and what each weighs.
 * @throws UserError `TOO_MANY_SETS`, or `SETS_OF_ONE_CLASS` if none of them shows two emotions.
 */
function setsOf({ sets, rows, classes }: Dataset): { sets: Uint8Array; setWeights: Float64Array } {
  if (sets === undefined) return { sets: new Uint8Array(rows), setWeights: Float64Array.of(1) };
  const firstClass = new Map<string, number>();
  sets.forEach((set, row) => firstClass.set(set, firstClass.get(set) ?? classes[row] ?? 0));
  if (firstClass.size > mostSets)
    throw new UserError('TOO_MANY_SETS', texts.tooManySets(firstClass.size, mostSets));
  if (sets.every((set, row) => firstClass.get(set) === classes[row]))
    throw new UserError('SETS_OF_ONE_CLASS', texts.setsOfOneClass);
  const counts = new Map<string, number>();
  for (const set of sets) counts.set(set, (counts.get(set) ?? 0) + 1);
  const order = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const place = new Map(order.map((set, i) => [set, i]));
  return {
    sets: Uint8Array.from(sets, (set) => place.get(set) ?? 0),
    setWeights: Float64Array.from(order, (_, i) => (i === 0 ? 1 : furtherSetWeight)),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
