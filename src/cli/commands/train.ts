import { InvalidArgumentError, Option, type Command } from 'commander';
import { join } from 'node:path';
import { bilingual, type Message } from '../../common/user-error.js';
import type { Estimate } from '../../training/cross-validate.js';
import { readDataset, type Dataset } from '../../training/dataset.js';
import type { TrainedForestFile, ValidationRecord } from '../../training/forest-file.js';
import { writeWhole } from '../../training/output-file.js';
import type { TrainingOptions } from '../../training/train.js';
import { trainedForest } from '../forest-setup.js';
import { forestOptions, forestOptionsOf, openTrainer, type ForestSettings } from '../forest-options.js';
import { groupByOption, labelsBeside } from '../dataset-options.js';
import { interruptible } from '../interrupt.js';
import { commaSeparated, settings, wholeNumber } from '../options.js';
import { confusionTable } from '../report/text.js';
import { percent, withError } from '../text.js';
import { workProgress } from '../work-progress.js';

interface TrainSettings extends ForestSettings {
  data: string;
  output?: string;
  modelsDir: string;
  labels?: string[];
  testSize: number;
  cv?: number;
  repeats: number;
  groupBy?: RegExp;
}

/** `emochat train`: `data.txt` → a forest, measured on rows it has not seen. */
export function registerTrain(program: Command): void {
  const command = program
    .command('train')
    .description(
      bilingual({
        es: 'entrena el bosque de emociones con data.txt',
        en: 'train the emotion forest on data.txt',
      }),
    )
    .option(
      '--data <file>',
      bilingual({ es: 'filas de prepare-data', en: 'rows of prepare-data' }),
      'data.txt',
    )
    .option(
      '--output <file>',
      bilingual({ es: 'dónde guardar el bosque', en: 'where to save the forest' }) + ' (models/trained.json)',
    )
    .option(
      '--labels <names>',
      bilingual({ es: 'nombres de las clases 0, 1, …', en: 'names of the classes 0, 1, …' }),
      commaSeparated,
    )
    .addOption(testSizeOption())
    .option(
      '--cv <parts>',
      bilingual({ es: 'mide también con validación cruzada', en: 'measure by cross-validation, too' }),
      wholeNumber(2, 1000),
    )
    .option(
      '--repeats <number>',
      bilingual({
        es: 'cuántas veces se reparten las filas para medir',
        en: 'how often the rows are split anew to measure',
      }),
      wholeNumber(1, 1000),
      1,
    )
    .addOption(groupByOption())
    .addOption(settings.modelsDir())
    .action((options: TrainSettings) => interruptible((signal) => run(options, signal)));
  for (const option of forestOptions()) command.addOption(option);
}

function testSizeOption(): Option {
  const about = { es: 'parte apartada para medir', en: 'share held out to measure on' };
  return new Option('--test-size <share>', bilingual(about)).default(0.2).argParser((text) => {
    const value = Number(text);
    if (text.trim() !== '' && value > 0 && value < 1) return value;
    throw new InvalidArgumentError(
      bilingual({ es: 'Debe estar entre 0 y 1, p. ej. 0.2.', en: 'It must lie between 0 and 1, e.g. 0.2.' }),
    );
  });
}

async function run(options: TrainSettings, signal: AbortSignal): Promise<void> {
  const dataset = await readDataset(options.data);
  const labels = options.labels ?? (await labelsBeside(options.data, dataset));
  const groups = await groupsBeside(options, dataset);
  // The place is claimed first: nobody wants to hear after the training that it cannot be written.
  const output = options.output ?? join(options.modelsDir, `${trainedForest}.json`);
  const model = await writeWhole(output, async (file) => {
    const grown = await grow(
      dataset,
      { ...trainingOptionsOf(options), labels, ...groups },
      options.engine,
      signal,
    );
    await file.write(`${JSON.stringify(grown)}\n`);
    return grown;
  });
  print(model, output);
}

/** What the options say of growing and of measuring. */
function trainingOptionsOf(options: TrainSettings): Omit<TrainingOptions, 'labels'> {
  const { testSize, cv = null, repeats } = options;
  return { ...forestOptionsOf(options), testSize, folds: cv, repeats };
}

async function groupsBeside(
  { data, groupBy }: Pick<TrainSettings, 'data' | 'groupBy'>,
  { rows }: Dataset,
): Promise<Pick<TrainingOptions, 'groups'>> {
  if (groupBy === undefined) return {};
  const { readGroups } = await import('../../training/groups.js');
  return { groups: { pattern: groupBy.source, names: await readGroups(data, rows, groupBy) } };
}

async function grow(
  dataset: Dataset,
  options: TrainingOptions,
  engine: ForestSettings['engine'],
  signal: AbortSignal,
): Promise<TrainedForestFile> {
  // Loaded here, as all that takes long to load: `emochat --help` is not to wait for it.
  const { forestsToGrow, trainForest } = await import('../../training/train.js');
  const trainer = await openTrainer(engine);
  const progress = workProgress({ es: 'Árboles', en: 'Trees' });
  progress.start(options.trees * forestsToGrow(options));
  try {
    return await trainForest(dataset, trainer, options, { onTree: (done) => progress.update(done), signal });
  } finally {
    progress.stop();
  }
}

function print({ labels, training }: TrainedForestFile, output: string): void {
  const { accuracy, confusionMatrix, validation } = training;
  process.stdout.write(`${bilingual({ es: 'Exactitud', en: 'Accuracy' })}: ${percent(accuracy)}\n`);
  process.stdout.write(confusionTable(labels, confusionMatrix));
  if (validation) printValidation(validation, training.groupBy);
  process.stdout.write(`${bilingual({ es: 'Guardado', en: 'Saved' })}: ${output}\n`);
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
  const line = (name: Message, value: Estimate) => `  ${bilingual(name)}: ${withError(value)}\n`;
  process.stdout.write(
    `${bilingual(title)}:\n` +
      line({ es: 'Exactitud', en: 'Accuracy' }, accuracy) +
      line({ es: 'Exactitud equilibrada', en: 'Balanced accuracy' }, balancedAccuracy),
  );
}
