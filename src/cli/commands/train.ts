import { InvalidArgumentError, Option, type Command } from 'commander';
import { join } from 'node:path';
import { UserError } from '../../common/user-error.js';
import { readDataset, type Dataset } from '../../training/dataset/dataset.js';
import { writeWhole } from '../../common/output-file.js';
import type { TrainingOptions } from '../../training/growing/train.js';
import {
  groupByOption,
  groupsBeside,
  labelsBeside,
  originBeside,
  setByOption,
  withBeside,
} from '../settings/dataset-options.js';
import {
  checkClassWeight,
  forestOptions,
  forestOptionsOf,
  type ForestSettings,
} from '../settings/forest-options.js';
import { trainedForest } from '../setup/forest-setup.js';
import { growForest, printForest } from '../forest-training.js';
import { interruptible } from '../interrupt.js';
import { localized } from '../language.js';
import { commaSeparated, settings, wholeNumber } from '../settings/options.js';
import { texts } from '../texts/commands.js';

interface TrainSettings extends ForestSettings {
  data: string;
  output?: string;
  modelsDir: string;
  labels?: string[];
  testSize: number;
  cv?: number;
  repeats: number;
  groupBy?: RegExp;
  setBy?: RegExp;
  neither: string[];
  sure?: number;
  /** What calm faces are called in the data. */
  baseline?: string;
}

/** `emochat train`: `data.txt` → a forest, measured on rows it has not seen. */
export function registerTrain(program: Command): void {
  const command = program
    .command('train')
    .description(localized(texts.trainDescription))
    .option('--data <file>', localized(texts.dataOption), 'data.txt')
    .option('--output <file>', localized(texts.trainOutputOption) + ' (models/trained.json)')
    .option('--labels <names>', localized(texts.labelsOption), commaSeparated)
    .addOption(testSizeOption())
    .option('--cv <parts>', localized(texts.cvOption), wholeNumber(2, 1000))
    .option('--repeats <number>', localized(texts.repeatsOption), wholeNumber(1, 1000), 1)
    .addOption(groupByOption())
    .addOption(setByOption())
    .option(
      '--neither <names>',
      localized(texts.neitherOption),
      (text: string, known: readonly string[]) => [...known, ...commaSeparated(text)],
      [],
    )
    .addOption(sureOption())
    .option('--baseline <name>', localized(texts.baselineTrainOption))
    .addOption(settings.modelsDir())
    .action((options: TrainSettings) => interruptible((signal) => run(options, signal)));
  for (const option of forestOptions()) command.addOption(option);
}

function sureOption(): Option {
  const about = texts.sureOption;
  return new Option('--sure <probability>', localized(about)).argParser(shareBetween0And1);
}

function testSizeOption(): Option {
  const about = texts.testSizeOption;
  return new Option('--test-size <share>', localized(about)).default(0.2).argParser(shareBetween0And1);
}

function shareBetween0And1(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 1) return value;
  throw new InvalidArgumentError(localized(texts.shareInvalid));
}

async function run(options: TrainSettings, signal: AbortSignal): Promise<void> {
  checkUsage(options);
  const all = await withBeside(await readDataset(options.data), options);
  const names = options.labels ?? (await labelsBeside(options.data, all));
  const { checkedClassCounts } = await import('../../training/growing/train.js');
  // Before names are looked up: two that differ by case alone would be found as one.
  checkedClassCounts(all, names);
  const { dataset, labels, kept, neither } = await setAside(all, names, options.neither);
  checkClassWeight(options.classWeight, labels);
  const calm = await calmLabel(options, labels);
  const groups = await groupsBeside(options, all, kept);
  const origin = await originBeside(options.data, all);
  // The place is claimed first: nobody wants to hear after the training that it cannot be written.
  const output = options.output ?? join(options.modelsDir, `${trainedForest}.json`);
  const model = await writeWhole(output, async (file) => {
    const grown = await growForest(
      dataset,
      { ...trainingOptionsOf(options), calm, labels, ...groups, ...origin, ...neither },
      options.engine,
      signal,
    );
    const { forestFileText } = await import('../../emotion/forest-file.js');
    await file.write(forestFileText(grown));
    return grown;
  });
  printForest(model, output);
}

function checkUsage({ oob, neither, setBy, transform, baseline, groupBy }: TrainSettings): void {
  if (baseline !== undefined && (transform !== 'picture-scores' || !groupBy))
    throw new UserError('BASELINE_WITHOUT_SCORES', texts.baselineWithoutScores, { exitCode: 2 });
  if (setBy && transform !== 'picture-scores')
    throw new UserError('SET_BY_WITHOUT_SCORES', texts.setByWithoutScores, { exitCode: 2 });
  if (!oob || neither.length === 0) return;
  throw new UserError('OOB_WITH_NEITHER', texts.oobWithNeither, { exitCode: 2 });
}

/** The emotion that calm faces are called; upper or lower case is all the same. */
async function calmLabel(
  { baseline }: TrainSettings,
  labels: readonly string[],
): Promise<string | undefined> {
  if (baseline === undefined) return undefined;
  const { classFinder } = await import('../../emotion/class-names.js');
  const label = labels[classFinder(labels, new Map())(baseline) ?? -1];
  if (label === undefined) throw new UserError('LABEL_UNKNOWN', texts.baselineUnknown(baseline, labels));
  return label;
}

/**
 * The rows of the emotions, and those that show none of them.
 * @param asked names of the latter's classes, in upper or lower case.
 */
async function setAside(all: Dataset, names: readonly string[], asked: readonly string[]) {
  const { classFinder } = await import('../../emotion/class-names.js');
  const { setAside: part } = await import('../../training/growing/model-grower.js');
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
  return new UserError('LABEL_UNKNOWN', texts.neitherUnknown(label, names));
}

/** What the options say of growing and of measuring. */
function trainingOptionsOf(options: TrainSettings): Omit<TrainingOptions, 'labels'> {
  const { testSize, cv = null, repeats, sure } = options;
  return { ...forestOptionsOf(options), testSize, folds: cv, repeats, ...(sure !== undefined && { sure }) };
}
