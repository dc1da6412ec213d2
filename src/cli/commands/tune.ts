import { Option, type Command } from 'commander';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Message } from '../../common/user-error.js';
import { readDataset, type Dataset } from '../../training/dataset/dataset.js';
import { defaultForestOptions } from '../../training/growing/engines/forest-trainer.js';
import { writeWhole } from '../../common/output-file.js';
import type { TuningPlan, TuningResult } from '../../training/growing/tune.js';
import type { PhotoSearch } from '../../vision/face-search.js';
import { tuningMetrics, type TuningMetric } from '../../training/growing/tuning-metrics.js';
import { candidateFlags, shellLine } from '../settings/candidate-flags.js';
import { groupByOption, groupsBeside, labelsBeside, originBeside } from '../settings/dataset-options.js';
import { openTrainer, type ForestSettings } from '../settings/forest-options.js';
import { trainedForest } from '../setup/forest-setup.js';
import { growForest, printForest } from '../forest-training.js';
import { interruptible } from '../interrupt.js';
import { localized } from '../language.js';
import { commaSeparated, settings, wholeNumber } from '../settings/options.js';
import { table, withError } from '../text.js';
import { workProgress } from '../work-progress.js';
import { texts } from '../texts/commands.js';

interface TuneSettings extends Pick<ForestSettings, 'engine' | 'seed' | 'threads'> {
  data: string;
  labels?: string[];
  groupBy?: RegExp;
  trials: number;
  outer: number;
  inner: number;
  metric: TuningMetric;
  write?: string | true;
  modelsDir: string;
}

/** What is searched in: the rows, and what they are called. */
interface SearchData {
  dataset: Dataset;
  labels: readonly string[];
  groups?: { pattern: string; names: readonly string[] };
  /** How the photos behind the rows were searched. */
  search?: PhotoSearch;
}

/** `emochat tune`: looks for options that train a better forest, and says honestly how much better it is. */
export function registerTune(program: Command): void {
  program
    .command('tune')
    .description(localized(texts.tuneDescription))
    .option('--data <file>', localized(texts.dataOption), 'data.txt')
    .option('--labels <names>', localized(texts.labelsOption), commaSeparated)
    .addOption(groupByOption())
    .addOption(count('trials', 10, 1, 1000, texts.candidatesOption))
    .addOption(metricOption())
    .addOption(count('outer', 5, 2, 100, texts.outerFoldsOption))
    .addOption(count('inner', 3, 2, 100, texts.innerFoldsOption))
    .option('--write [file]', localized(texts.tuneOutputOption) + ' (models/trained.json)')
    .addOption(settings.engine())
    .addOption(count('seed', defaultForestOptions.seed, 0, 2 ** 32 - 1, texts.seedOption))
    .addOption(
      count('threads', availableParallelism(), 1, 1024, texts.threadsOption).default(
        availableParallelism(),
        localized(texts.cores),
      ),
    )
    .addOption(settings.modelsDir())
    .action((options: TuneSettings) => interruptible((signal) => run(options, signal)));
}

function count(name: string, preset: number, min: number, max: number, about: Message): Option {
  return new Option(`--${name} <number>`, localized(about)).default(preset).argParser(wholeNumber(min, max));
}

function metricOption(): Option {
  const about = texts.metricOption;
  return new Option('--metric <name>', localized(about)).choices(tuningMetrics).default(tuningMetrics[0]);
}

async function run(options: TuneSettings, signal: AbortSignal): Promise<void> {
  const dataset = await readDataset(options.data);
  const labels = options.labels ?? (await labelsBeside(options.data, dataset));
  const groups = await groupsBeside(options, dataset);
  const beside = { ...groups, ...(await originBeside(options.data, dataset)) };
  const data: SearchData = { dataset, labels, ...beside };
  const { write } = options;
  if (write === undefined) {
    await search(data, options, signal);
    return;
  }
  const output = write === true ? join(options.modelsDir, `${trainedForest}.json`) : write;
  const model = await writeWhole(
    output,
    async (file) => {
      const grown = await growChoice(data, await search(data, options, signal), options, signal);
      const { forestFileText } = await import('../../emotion/forest-file.js');
      await file.write(forestFileText(grown));
      return grown;
    },
    '--write',
  );
  printForest(model, output);
  const note = texts.accuracyIsNaive;
  process.stdout.write(`${localized(note)}\n`);
}

/** Searches and prints what came of it; gives the options to train with. */
async function search(
  data: SearchData,
  options: TuneSettings,
  signal: AbortSignal,
): Promise<TuningPlan['candidates'][number]> {
  const { checkedClassCounts } = await import('../../training/growing/train.js');
  checkedClassCounts(data.dataset, data.labels);
  const plan = await planOf(data, options);
  process.stdout.write(announcement(plan));
  const result = await tuneWithProgress(data.dataset, plan, signal);
  const chosen = plan.candidates[result.chosen] ?? defaultForestOptions;
  process.stdout.write(resultText(plan, result));
  process.stdout.write(
    `${localized(texts.toTrainLikeThis)}:\n  ${trainLine(options, candidateFlags(chosen))}\n`,
  );
  return chosen;
}

async function planOf({ dataset, labels, groups }: SearchData, options: TuneSettings): Promise<TuningPlan> {
  const { drawCandidates } = await import('../../training/growing/candidates.js');
  const { trials, engine, seed, threads, metric, outer, inner } = options;
  return {
    trainer: await openTrainer(engine),
    options: { ...defaultForestOptions, seed, threads },
    labels,
    candidates: drawCandidates(trials, { engine, columns: dataset.columns, seed }),
    ...{ metric, outerFolds: outer, innerFolds: inner, groups: groups?.names },
  };
}

async function tuneWithProgress(
  dataset: Dataset,
  plan: TuningPlan,
  signal: AbortSignal,
): Promise<TuningResult> {
  const { treesToGrow, tune } = await import('../../training/growing/tune.js');
  const progress = workProgress(texts.trees);
  const started = Date.now();
  let told = false;
  const onForest = (share: number): void => {
    if (!told) process.stderr.write(`${localized(durationText((Date.now() - started) / share))}\n`);
    told = true;
  };
  progress.start(treesToGrow(plan));
  try {
    return await tune(dataset, plan, { onTree: (done) => progress.update(done), onForest, signal });
  } finally {
    progress.stop();
  }
}

/** How long all of it will take, by its first forest. */
function durationText(milliseconds: number): Message {
  const seconds = milliseconds / 1000;
  if (seconds < 90) return texts.secondsToGo(seconds);
  const minutes = Math.ceil(seconds / 60);
  return texts.minutesToGo(minutes);
}

function announcement({ candidates, outerFolds, innerFolds, metric }: TuningPlan): string {
  const forests = candidates.length * outerFolds * (1 + innerFolds);
  const text = texts.candidatesTried(candidates.length, metric, outerFolds, innerFolds, forests);
  const lines = candidates.map((candidate, i) => `  ${i + 1}. ${flagsText(candidateFlags(candidate))}\n`);
  return `${localized(text)}\n${lines.join('')}`;
}

function flagsText(flags: readonly string[]): string {
  return flags.length > 0 ? flags.join(' ') : localized(texts.asItComes);
}

function resultText({ candidates, metric }: TuningPlan, result: TuningResult): string {
  const spell = spelling(metric);
  const head = [texts.wayColumn, { es: metric, en: metric }, texts.chosenColumn];
  const rows = candidates.map((candidate, i) => {
    const times = result.outerChoices.filter((choice) => choice === i).length;
    const mark = i === result.chosen ? ' ←' : '';
    const value = result.candidates[i];
    return [
      `${i + 1}. ${flagsText(candidateFlags(candidate))}`,
      value === undefined ? '–' : spell(value),
      `${times}/${result.outerChoices.length}${mark}`,
    ];
  });
  const naive = result.candidates[result.chosen] ?? result.nested;
  return (
    table(head, rows) + line(texts.nestedResult, spell(result.nested)) + line(texts.naiveResult, spell(naive))
  );
}

function spelling(metric: TuningMetric): (value: TuningResult['nested']) => string {
  if (metric !== 'log-loss') return withError;
  return ({ mean, standardError }) => `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`;
}

function line(name: Message, value: string): string {
  return `${localized(name)}: ${value}\n`;
}

function trainLine({ data, labels, groupBy, engine, seed }: TuneSettings, flags: readonly string[]): string {
  const words = ['npx', 'emochat', 'train', '--data', data, ...flags];
  if (labels) words.push('--labels', labels.join(','));
  if (groupBy) words.push('--group-by', groupBy.source);
  if (engine !== settings.engine().defaultValue) words.push('--engine', engine);
  if (seed !== defaultForestOptions.seed) words.push('--seed', `${seed}`);
  return shellLine(words);
}

function growChoice(
  { dataset, ...data }: SearchData,
  chosen: TuningPlan['candidates'][number],
  { engine, seed, threads }: TuneSettings,
  signal: AbortSignal,
): ReturnType<typeof growForest> {
  const options = { ...defaultForestOptions, ...chosen, seed, threads, ...data };
  const measuring = { testSize: 0.2, folds: null, repeats: 1 };
  return growForest(dataset, { ...options, ...measuring }, engine, signal);
}
