import { InvalidArgumentError, Option, type Command } from 'commander';
import { join } from 'node:path';
import { UserError } from '../../common/user-error.js';
import { readDataset, type Dataset } from '../../training/dataset.js';
import { writeWhole } from '../../training/output-file.js';
import type { TrainingOptions } from '../../training/train.js';
import { groupByOption, groupsBeside, labelsBeside, originBeside } from '../dataset-options.js';
import { checkClassWeight, forestOptions, forestOptionsOf, type ForestSettings } from '../forest-options.js';
import { trainedForest } from '../forest-setup.js';
import { growForest, printForest } from '../forest-training.js';
import { interruptible } from '../interrupt.js';
import { localized } from '../language.js';
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
  neither: string[];
  sure?: number;
}

/** `emochat train`: `data.txt` → a forest, measured on rows it has not seen. */
export function registerTrain(program: Command): void {
  const command = program
    .command('train')
    .description(
      localized({
        es: 'entrena el bosque de emociones con data.txt',
        en: 'train the emotion forest on data.txt',
      }),
    )
    .option(
      '--data <file>',
      localized({ es: 'filas de prepare-data', en: 'rows of prepare-data' }),
      'data.txt',
    )
    .option(
      '--output <file>',
      localized({ es: 'dónde guardar el bosque', en: 'where to save the forest' }) + ' (models/trained.json)',
    )
    .option(
      '--labels <names>',
      localized({ es: 'nombres de las clases 0, 1, …', en: 'names of the classes 0, 1, …' }),
      commaSeparated,
    )
    .addOption(testSizeOption())
    .option(
      '--cv <parts>',
      localized({ es: 'mide también con validación cruzada', en: 'measure by cross-validation, too' }),
      wholeNumber(2, 1000),
    )
    .option(
      '--repeats <number>',
      localized({
        es: 'cuántas veces se reparten las filas para medir',
        en: 'how often the rows are split anew to measure',
      }),
      wholeNumber(1, 1000),
      1,
    )
    .addOption(groupByOption())
    .option(
      '--neither <names>',
      localized({
        es: 'clases de los datos que no son ninguna de las emociones: el bosque aprende a dudar ante esos rostros',
        en: 'classes of the data that are none of the emotions: the forest learns to be in doubt about such faces',
      }),
      (text: string, known: readonly string[]) => [...known, ...commaSeparated(text)],
      [],
    )
    .addOption(sureOption())
    .addOption(settings.modelsDir())
    .action((options: TrainSettings) => interruptible((signal) => run(options, signal)));
  for (const option of forestOptions()) command.addOption(option);
}

function sureOption(): Option {
  const about = {
    es: 'calibra las probabilidades; una emoción menos probable que esto es «no estoy seguro» (p. ej. 0.65)',
    en: 'calibrate the probabilities; an emotion less probable than this is "not sure" (e.g. 0.65)',
  };
  return new Option('--sure <probability>', localized(about)).argParser(shareBetween0And1);
}

function testSizeOption(): Option {
  const about = { es: 'parte apartada para medir', en: 'share held out to measure on' };
  return new Option('--test-size <share>', localized(about)).default(0.2).argParser(shareBetween0And1);
}

function shareBetween0And1(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 1) return value;
  throw new InvalidArgumentError(
    localized({ es: 'Debe estar entre 0 y 1, p. ej. 0.2.', en: 'It must lie between 0 and 1, e.g. 0.2.' }),
  );
}

async function run(options: TrainSettings, signal: AbortSignal): Promise<void> {
  checkUsage(options);
  const all = await readDataset(options.data);
  const names = options.labels ?? (await labelsBeside(options.data, all));
  const { checkedClassCounts } = await import('../../training/train.js');
  // Before names are looked up: two that differ by case alone would be found as one.
  checkedClassCounts(all, names);
  const { dataset, labels, kept, neither } = await setAside(all, names, options.neither);
  checkClassWeight(options.classWeight, labels);
  const groups = await groupsBeside(options, all, kept);
  const origin = await originBeside(options.data, all);
  // The place is claimed first: nobody wants to hear after the training that it cannot be written.
  const output = options.output ?? join(options.modelsDir, `${trainedForest}.json`);
  const model = await writeWhole(output, async (file) => {
    const grown = await growForest(
      dataset,
      { ...trainingOptionsOf(options), labels, ...groups, ...origin, ...neither },
      options.engine,
      signal,
    );
    const { forestFileText } = await import('../../training/forest-file.js');
    await file.write(forestFileText(grown));
    return grown;
  });
  printForest(model, output);
}

function checkUsage({ oob, neither }: TrainSettings): void {
  if (!oob || neither.length === 0) return;
  throw new UserError(
    'OOB_WITH_NEITHER',
    {
      es: '--oob no va con --neither: los rostros que no son ninguna de las emociones se aprenden como todas a la vez, y así no hay exactitud fuera de bolsa. Quita uno de los dos.',
      en: '--oob does not go with --neither: faces that show none of the emotions are learnt as all of them at once, and then there is no out-of-bag accuracy. Leave one of them out.',
    },
    { exitCode: 2 },
  );
}

/**
 * The rows of the emotions, and those that show none of them.
 * @param asked names of the latter's classes, in upper or lower case.
 */
async function setAside(all: Dataset, names: readonly string[], asked: readonly string[]) {
  const { classFinder } = await import('../../training/class-names.js');
  const { setAside: part } = await import('../../training/model-grower.js');
  const classOf = classFinder(names, new Map());
  const found = asked.map((name) => {
    const label = names[classOf(name) ?? -1];
    if (label === undefined) throw neitherUnknown(name, names);
    return label;
  });
  const neitherLabels = [...new Set(found)];
  const { neither, ...rest } = part(all, names, neitherLabels);
  return { ...rest, neither: neither && { neither, neitherLabels } };
}

function neitherUnknown(label: string, names: readonly string[]): UserError {
  return new UserError('LABEL_UNKNOWN', {
    es: `Los datos no tienen la clase «${label}» (--neither). Tienen: ${names.join(', ')}.`,
    en: `The data have no class "${label}" (--neither). They have: ${names.join(', ')}.`,
  });
}

/** What the options say of growing and of measuring. */
function trainingOptionsOf(options: TrainSettings): Omit<TrainingOptions, 'labels'> {
  const { testSize, cv = null, repeats, sure } = options;
  return { ...forestOptionsOf(options), testSize, folds: cv, repeats, ...(sure !== undefined && { sure }) };
}
