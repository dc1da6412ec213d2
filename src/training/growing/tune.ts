import type { CandidateOptions } from './candidates.js';
import { countTrees } from './count-trees.js';
import { estimate, measureSplit, type Estimate } from './cross-validate.js';
import { selectRows, type Dataset } from '../dataset/dataset.js';
import { planSplits } from '../dataset/folds.js';
import type { TrainingHooks } from './engines/forest-trainer.js';
import { mean, type Metrics } from '../measuring/metrics.js';
import type { Recipe } from './model-grower.js';
import type { Split } from '../dataset/split.js';
import type { TuningMetric } from './tuning-metrics.js';

/** A search over ways to grow a forest. */
export interface TuningPlan extends Recipe {
  /** What is tried in place of the recipe's options; the first wins of equals. */
  candidates: readonly CandidateOptions[];
  metric: TuningMetric;
  /** Parts that the result is measured on, and parts of each of the rest that the choice is made on. */
  outerFolds: number;
  innerFolds: number;
  /** Whose each row is: nobody is in two parts. */
  groups?: readonly string[] | undefined;
}

export interface TuningResult {
  /** Index of the candidate that does best on all rows. */
  chosen: number;
  /** Each candidate on the outer parts. */
  candidates: Estimate[];
  /**
   * What to expect of the choice: on each outer part the candidate that was chosen without it (nested cross-validation: Stone 1974;
   * Varma and Simon 2006). The chosen candidate's own estimate flatters, because it was chosen for it.
   */
  nested: Estimate;
  /** Index of the candidate that was chosen without each outer part. */
  outerChoices: number[];
}

export interface TuningHooks extends TrainingHooks {
  /** Called after each forest with its share of all the work, by its trees and rows, done so far. */
  onForest?: (share: number) => void;
}

/** Trees of all forests that a search grows. */
export function treesToGrow({ candidates, outerFolds, innerFolds }: TuningPlan): number {
  const trees = candidates.reduce((sum, candidate) => sum + candidate.trees, 0);
  return trees * outerFolds * (1 + innerFolds);
}

/**
 * Nested cross-validation: on each outer part the candidate is measured that does best by cross-validation on the rest, and in the end
 * the candidate that does best on all outer parts is chosen. Folds and forests depend on the recipe's seed alone.
 *
 * @throws UserError `TOO_FEW_ROWS` or `TOO_FEW_GROUPS` if a class does not reach for the parts; as `ForestTrainer.train`.
 */
export async function tune(
  dataset: Dataset,
  plan: TuningPlan,
  hooks: TuningHooks = {},
): Promise<TuningResult> {
  const outer = foldsOf(dataset, plan, plan.outerFolds, plan.groups);
  // All of them are made before a tree grows: rows that do not reach are told at once.
  const inner = outer.map(({ train }) => innerSplits(dataset, plan, train));
  const judge = new Judge(dataset, plan, hooks, outer, inner);
  const outerChoices: number[] = [];
  for (const splits of inner) {
    const scores = await judge.scores(splits);
    outerChoices.push(bestOf(scores.map(mean), plan.metric));
  }
  const scores = await judge.scores(outer);
  const chosen = bestOf(scores.map(mean), plan.metric);
  return {
    chosen,
    candidates: scores.map((values) => estimate(values, outer)),
    nested: estimate(
      outerChoices.map((choice, part) => scores[choice]?.[part] ?? NaN),
      outer,
    ),
    outerChoices,
  };
}

function foldsOf(
  { classes }: Pick<Dataset, 'classes'>,
  { options }: TuningPlan,
  folds: number,
  groups: readonly string[] | undefined,
): Split[] {
  return planSplits(classes, { folds, repeats: 1, testSize: 0, groups, seed: options.seed });
}

/** Splits of some of the rows alone, as row numbers of all. */
function innerSplits(dataset: Dataset, plan: TuningPlan, rows: readonly number[]): Split[] {
  const groups = plan.groups && rows.map((row) => plan.groups?.[row] ?? '');
  const splits = foldsOf(selectRows(dataset, rows), plan, plan.innerFolds, groups);
  const ofAll = (some: readonly number[]) => some.map((i) => rows[i] ?? 0);
  return splits.map(({ train, test }) => ({ train: ofAll(train), test: ofAll(test) }));
}

/** Measures candidates on splits and tells how much of the work is done. */
class Judge {
  readonly #dataset: Dataset;
  readonly #plan: TuningPlan;
  readonly #hooks: TuningHooks;
  readonly #counting: ReturnType<typeof countTrees>;
  readonly #allWork: number;
  #work = 0;

  constructor(
    dataset: Dataset,
    plan: TuningPlan,
    hooks: TuningHooks,
    outer: readonly Split[],
    inner: readonly (readonly Split[])[],
  ) {
    this.#dataset = dataset;
    this.#plan = plan;
    this.#hooks = hooks;
    this.#counting = countTrees(hooks);
    const rows = [...outer, ...inner.flat()].reduce((sum, { train }) => sum + train.length, 0);
    this.#allWork = rows * plan.candidates.reduce((sum, { trees }) => sum + trees, 0);
  }

  /** The metric of each candidate on each split. */
  async scores(splits: readonly Split[]): Promise<number[][]> {
    const scores: number[][] = [];
    for (const candidate of this.#plan.candidates) {
      const values: number[] = [];
      for (const split of splits) values.push(await this.#score(candidate, split));
      scores.push(values);
    }
    return scores;
  }

  async #score(candidate: CandidateOptions, split: Split): Promise<number> {
    const options = { ...this.#plan.options, ...candidate };
    const metrics = await measureSplit(this.#dataset, split, { ...this.#plan, options }, this.#counting, {
      groups: this.#plan.groups,
    });
    this.#work += candidate.trees * split.train.length;
    this.#hooks.onForest?.(this.#work / this.#allWork);
    return valueOf(metrics, this.#plan.metric);
  }
}

function valueOf(metrics: Metrics, metric: TuningMetric): number {
  switch (metric) {
    case 'accuracy':
      return metrics.accuracy;
    case 'balanced-accuracy':
      return metrics.balancedAccuracy;
    case 'log-loss':
      return metrics.logLoss;
  }
}

/** Index of the best value, the first of equals. */
function bestOf(values: readonly number[], metric: TuningMetric): number {
  return values.indexOf(metric === 'log-loss' ? Math.min(...values) : Math.max(...values));
}
