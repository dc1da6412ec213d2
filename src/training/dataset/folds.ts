import { UserError, type Message } from '../../common/user-error.js';
import { derivedSeed, randomStream, shuffle } from '../../common/random.js';
import { percentOf, rowsByClass, stratifiedSplit, type Split } from './split.js';
import { texts } from '../texts.js';

/** How rows are split to train on some and measure on the others. */
export interface SplitPlan {
  /** Parts of a cross-validation, each held out once; `null` for one part of `testSize` held out. */
  folds: number | null;
  /** How often all of that is done, each time with another shuffle. */
  repeats: number;
  /** Share of the rows held out without folds, in (0, 1). */
  testSize: number;
  /** Whose each row is: nobody is in both parts of a split. */
  groups?: readonly string[] | undefined;
  seed: number;
}

/**
 * The splits of a plan: stratified by class, as far as whole rows and whole groups allow. The first one without folds is
 * {@link stratifiedSplit}'s, or {@link groupedSplit}'s, with the same seed.
 *
 * @param classes the class of each row.
 * @returns `folds * repeats` splits, or `repeats`.
 * @throws UserError `TOO_FEW_ROWS` or `TOO_FEW_GROUPS` if a class does not reach for it.
 */
export function planSplits(classes: ArrayLike<number>, plan: SplitPlan): Split[] {
  const { folds, groups, testSize } = plan;
  return Array.from({ length: plan.repeats }, (_, repeat) => {
    const seed = repeat === 0 ? plan.seed : derivedSeed(plan.seed, repeat);
    if (folds !== null && groups) return groupedFolds(classes, groups, folds, seed);
    if (folds !== null) return stratifiedFolds(classes, folds, seed);
    return [
      groups ? groupedSplit(classes, groups, testSize, seed) : stratifiedSplit(classes, testSize, seed),
    ];
  }).flat();
}

/**
 * Stratified k-fold cross-validation: every row is held out once, and parts differ by at most one row of a class, and by at most
 * one row in all.
 *
 * @throws UserError `TOO_FEW_ROWS` if a class has fewer rows than there are parts.
 */
export function stratifiedFolds(classes: ArrayLike<number>, folds: number, seed: number): Split[] {
  const random = randomStream(seed);
  const partOf = new Array<number>(classes.length).fill(0);
  let dealt = 0;
  for (const rows of rowsByClass(classes)) {
    if (rows.length < folds) throw tooFewRows(rows.length, folds);
    shuffle(rows, random);
    for (const row of rows) partOf[row] = dealt++ % folds;
  }
  return splitsOf(partOf, folds);
}

/**
 * As {@link stratifiedFolds}, with all rows of a group in the same part.
 *
 * @param groups whose each row is.
 * @throws UserError `TOO_FEW_GROUPS` if there are fewer groups than parts, or a class would be missing where it is learnt.
 */
export function groupedFolds(
  classes: ArrayLike<number>,
  groups: readonly string[],
  folds: number,
  seed: number,
): Split[] {
  const different = new Set(groups).size;
  if (different < folds) throw tooFewGroups(different, inParts(folds));
  const shares = new Array<number>(folds).fill(1 / folds);
  const splits = splitsOf(dealGroups(classes, groups, shares, seed), folds);
  if (splits.every(({ train, test }) => test.length > 0 && hasAllClasses(classes, train))) return splits;
  throw tooFewGroups(different, inParts(folds));
}

/**
 * One split with all rows of a group in the same part, and both parts with every class.
 *
 * @param testSize share of the rows to hold out, in (0, 1), met as far as whole groups allow.
 * @throws UserError `TOO_FEW_GROUPS` if the groups of a class do not reach for both parts.
 */
export function groupedSplit(
  classes: ArrayLike<number>,
  groups: readonly string[],
  testSize: number,
  seed: number,
): Split {
  const partOf = dealGroups(classes, groups, [1 - testSize, testSize], seed);
  const split = splitsOf(partOf, 2)[1] ?? { train: [], test: [] };
  if (hasAllClasses(classes, split.train) && hasAllClasses(classes, split.test)) return split;
  throw tooFewGroups(new Set(groups).size, inHalves(testSize));
}

/** Rows of a group, in all and by class as shares of all rows of the class. */
interface Group {
  rows: number[];
  shares: number[];
}

/**
 * Deals groups out to parts, large ones first, each to the part that has the least of its classes for its size (the divisor method
 * of D'Hondt, by class). Groups of about the same size are shuffled.
 *
 * @param sizes share of the rows that each part is to get; they sum to 1.
 * @returns the part of each row.
 */
function dealGroups(
  classes: ArrayLike<number>,
  names: readonly string[],
  sizes: readonly number[],
  seed: number,
): number[] {
  const partOf = new Array<number>(classes.length).fill(0);
  const dealt = sizes.map(() => new Map<number, number>());
  for (const { rows, shares } of orderedGroups(classes, names, seed)) {
    const costs = sizes.map((size, part) =>
      shares.reduce((sum, share, i) => sum + (share * ((dealt[part]?.get(i) ?? 0) + share)) / size, 0),
    );
    const part = costs.indexOf(Math.min(...costs));
    shares.forEach((share, i) => dealt[part]?.set(i, (dealt[part].get(i) ?? 0) + share));
    for (const row of rows) partOf[row] = part;
  }
  return partOf;
}

function orderedGroups(classes: ArrayLike<number>, names: readonly string[], seed: number): Group[] {
  const byClass = rowsByClass(classes);
  const byName = new Map<string, Group>();
  byClass.forEach((rows, i) => {
    for (const row of rows) {
      const name = names[row] ?? '';
      const group = byName.get(name) ?? { rows: [], shares: byClass.map(() => 0) };
      group.rows.push(row);
      group.shares[i] = (group.shares[i] ?? 0) + 1 / rows.length;
      byName.set(name, group);
    }
  });
  const groups = [...byName.values()];
  const order = Array.from(groups.keys());
  shuffle(order, randomStream(seed));
  const size = (i: number): number => Math.floor(Math.log2(groups[i]?.rows.length ?? 1));
  return order.sort((a, b) => size(b) - size(a)).flatMap((i) => groups[i] ?? []);
}

function splitsOf(partOf: readonly number[], parts: number): Split[] {
  const rows = Array.from(partOf.keys());
  return Array.from({ length: parts }, (_, part) => ({
    train: rows.filter((row) => partOf[row] !== part),
    test: rows.filter((row) => partOf[row] === part),
  }));
}

function hasAllClasses(classes: ArrayLike<number>, rows: readonly number[]): boolean {
  return new Set(rows.map((row) => classes[row])).size === rowsByClass(classes).length;
}

function tooFewRows(rows: number, folds: number): UserError {
  return new UserError('TOO_FEW_ROWS', texts.tooFewRowsForFolds(rows, folds));
}

function inParts(folds: number): Message {
  return texts.inParts(folds);
}

function inHalves(testSize: number): Message {
  const percent = percentOf(testSize);
  return texts.inHalves(percent);
}

function tooFewGroups(groups: number, how: Message): UserError {
  return new UserError('TOO_FEW_GROUPS', texts.tooFewGroups(groups, how));
}
