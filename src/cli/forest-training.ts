import type { Message } from '../common/user-error.js';
import type { Estimate } from '../training/cross-validate.js';
import type { Dataset } from '../training/dataset.js';
import type { ImportanceRecord, TrainedForestFile, ValidationRecord } from '../training/forest-file.js';
import type { TrainingOptions } from '../training/train.js';
import { openTrainer, type ForestSettings } from './forest-options.js';
import { localized } from './language.js';
import { searchText, searchTitle } from './report/search.js';
import { confusionTable } from './report/text.js';
import { percent, table, withError } from './text.js';
import { workProgress } from './work-progress.js';

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
  const { forestsToGrow, trainForest } = await import('../training/train.js');
  const trainer = await openTrainer(engine);
  const progress = workProgress({ es: 'Árboles', en: 'Trees' });
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
  process.stdout.write(`${localized({ es: 'Exactitud', en: 'Accuracy' })}: ${percent(accuracy)}\n`);
  if (outOfBagAccuracy !== undefined) {
    const name = localized({ es: 'Exactitud fuera de bolsa', en: 'Out-of-bag accuracy' });
    process.stdout.write(`${name}: ${percent(outOfBagAccuracy)}\n`);
  }
  process.stdout.write(confusionTable(labels, confusionMatrix));
  if (importances) process.stdout.write(importanceTable(importances));
  if (validation) printValidation(validation, training.groupBy);
  process.stdout.write(`${localized(searchTitle)}: ${localized(searchText(search ?? null))}\n`);
  process.stdout.write(`${localized({ es: 'Guardado', en: 'Saved' })}: ${output}\n`);
}

const mostImportantShown = 12;

/** The features that count most, by what their loss costs, or without that by Gini. */
function importanceTable({ names, gini, permutation }: ImportanceRecord): string {
  const order = permutation ?? gini;
  const best = [...names.keys()]
    .sort((a, b) => (order[b] ?? 0) - (order[a] ?? 0))
    .slice(0, mostImportantShown);
  const head = [
    { es: 'característica', en: 'feature' },
    { es: 'Gini', en: 'Gini' },
    ...(permutation ? [{ es: 'pérdida al barajarla', en: 'loss when shuffled' }] : []),
  ];
  const rows = best.map((i) => [
    names[i] ?? '',
    percent(gini[i] ?? 0),
    ...(permutation ? [percent(permutation[i] ?? 0)] : []),
  ]);
  const title = {
    es: `En qué se fija más (${best.length} de ${names.length}; puntos iBUG desde 0)`,
    en: `What it goes by most (${best.length} of ${names.length}; iBUG landmarks from 0)`,
  };
  return `${localized(title)}:\n${table(head, rows)}`;
}

function printValidation(validation: ValidationRecord, groupBy: string | undefined): void {
  const { folds, repeats, accuracy, balancedAccuracy } = validation;
  const what =
    folds === null
      ? { es: `${repeats} repartos`, en: `${repeats} splits` }
      : {
          es: `Validación cruzada de ${folds} partes × ${repeats}`,
          en: `${folds}-fold cross-validation × ${repeats}`,
        };
  const apart =
    groupBy === undefined ? { es: '', en: '' } : { es: ', nadie en dos partes', en: ', nobody in two parts' };
  const title = {
    es: `${what.es}${apart.es} (media ± error estándar)`,
    en: `${what.en}${apart.en} (mean ± standard error)`,
  };
  const line = (name: Message, value: Estimate) => `  ${localized(name)}: ${withError(value)}\n`;
  process.stdout.write(
    `${localized(title)}:\n` +
      line({ es: 'Exactitud', en: 'Accuracy' }, accuracy) +
      line({ es: 'Exactitud equilibrada', en: 'Balanced accuracy' }, balancedAccuracy),
  );
}
