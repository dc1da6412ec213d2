import { InvalidArgumentError, Option, type Command } from 'commander';
import { join } from 'node:path';
import { bilingual } from '../../common/user-error.js';
import { readDataset } from '../../training/dataset.js';
import { writeWhole } from '../../training/output-file.js';
import type { TrainingOptions } from '../../training/train.js';
import { groupByOption, groupsBeside, labelsBeside } from '../dataset-options.js';
import { forestOptions, forestOptionsOf, type ForestSettings } from '../forest-options.js';
import { trainedForest } from '../forest-setup.js';
import { growForest, printForest } from '../forest-training.js';
import { interruptible } from '../interrupt.js';
import { commaSeparated, settings, wholeNumber } from '../options.js';

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
    const grown = await growForest(
      dataset,
      { ...trainingOptionsOf(options), labels, ...groups },
      options.engine,
      signal,
    );
    await file.write(`${JSON.stringify(grown)}\n`);
    return grown;
  });
  printForest(model, output);
}

/** What the options say of growing and of measuring. */
function trainingOptionsOf(options: TrainSettings): Omit<TrainingOptions, 'labels'> {
  const { testSize, cv = null, repeats } = options;
  return { ...forestOptionsOf(options), testSize, folds: cv, repeats };
}
