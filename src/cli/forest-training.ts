import type { Message } from '../common/user-error.js';
import type { Estimate } from '../training/growing/cross-validate.js';
import type { Dataset } from '../training/dataset/dataset.js';
import type { ImportanceRecord, TrainedForestFile, ValidationRecord } from '../emotion/forest-file.js';
import type { TrainingOptions } from '../training/growing/train.js';
import { openTrainer, type ForestSettings } from './settings/forest-options.js';
import { localized } from './language.js';
import { searchText, searchTitle } from './report/search.js';
import { confusionTable } from './report/text.js';
import { percent, table, withError } from './text.js';
import { workProgress } from './work-progress.js';
import { texts } from './texts/commands.js';

/**
 * Grows a forest and measures it; shows how it goes on stderr.
 * @throws as `trainForest`.
 */
export async function growForest(
  dataset: Dataset,
  options: TrainingOptions,
  engine: ForestSettings['engine'],
  signal: AbortSignal,
): Promise<TrainedForestFile> {
  // Loaded here, as all that takes long to load: `emochat --help` is not to wait for it.
  const { forestsToGrow, trainForest } = await import('../training/growing/train.js');
  const trainer = await openTrainer(engine);
  const progress = workProgress(texts.trees);
  progress.start(options.trees * forestsToGrow(options));
  try {
    return await trainForest(dataset, trainer, options, { onTree: (done) => progress.update(done), signal });
  } finally {
    progress.stop();
  }
}

/** Prints how well a forest does, and where it was saved. */
export function printForest({ labels, training }: TrainedForestFile, output: string): void {
  const { accuracy, outOfBagAccuracy, confusionMatrix, importances, validation, search } = training;
  process.stdout.write(`${localized(texts.accuracy)}: ${percent(accuracy)}\n`);
  if (outOfBagAccuracy !== undefined) {
    const name = localized(texts.outOfBagAccuracy);
    process.stdout.write(`${name}: ${percent(outOfBagAccuracy)}\n`);
  }
  process.stdout.write(confusionTable(labels, confusionMatrix));
  if (importances) process.stdout.write(importanceTable(importances));
  if (validation) printValidation(validation, training.groupBy);
  process.stdout.write(`${localized(searchTitle)}: ${localized(searchText(search ?? null))}\n`);
  process.stdout.write(`${localized(texts.saved)}: ${output}\n`);
}

const mostImportantShown = 12;

/** The features that count most, by what their loss costs, or without that by Gini. */
function importanceTable({ names, gini, permutation }: ImportanceRecord): string {
  const order = permutation ?? gini;
  const best = [...names.keys()]
    .sort((a, b) => (order[b] ?? 0) - (order[a] ?? 0))
    .slice(0, mostImportantShown);
  const head = [
    texts.featureColumn,
    texts.giniColumn,
    ...(permutation ? [texts.lossWhenShuffledColumn] : []),
  ];
  const rows = best.map((i) => [
    names[i] ?? '',
    percent(gini[i] ?? 0),
    ...(permutation ? [percent(permutation[i] ?? 0)] : []),
  ]);
  const title = texts.mostImportant(best.length, names.length);
  return `${localized(title)}:\n${table(head, rows)}`;
}

function printValidation(validation: ValidationRecord, groupBy: string | undefined): void {
  const { folds, repeats, accuracy, balancedAccuracy } = validation;
  const what = folds === null ? texts.splits(repeats) : texts.crossValidation(folds, repeats);
  const apart = groupBy === undefined ? texts.nothingMore : texts.nobodyInTwoParts;
  const title = texts.meanAndError(what, apart);
  const line = (name: Message, value: Estimate) => `  ${localized(name)}: ${withError(value)}\n`;
  process.stdout.write(
    `${localized(title)}:\n` +
      line(texts.accuracy, accuracy) +
      line(texts.balancedAccuracy, balancedAccuracy),
  );
}
