import { InvalidArgumentError, Option } from 'commander';
import { availableParallelism } from 'node:os';
import { UserError, type Message } from '../../common/user-error.js';
import { maxColumns } from '../../emotion/face-row.js';
import {
  defaultForestOptions,
  type ClassWeight,
  type FeatureRule,
  type ForestTrainer,
} from '../../training/growing/engines/forest-trainer.js';
import type { ModelOptions } from '../../training/growing/model-grower.js';
import { transformKinds, type TransformKind } from '../../emotion/transforms/declaration.js';
import { localized } from '../language.js';
import { settings, wholeNumber } from './options.js';
import { texts } from '../texts/options.js';

/** The parsed settings of a command that grows forests. */
export interface ForestSettings {
  engine: 'native' | 'ml-random-forest';
  trees: number;
  criterion: 'gini' | 'entropy';
  maxFeatures: FeatureRule;
  maxDepth?: number;
  minSamplesSplit: number;
  minSamplesLeaf: number;
  bootstrap: boolean;
  balance: boolean;
  classWeight: ClassWeight;
  extraTrees: boolean;
  oob: boolean;
  importance: boolean;
  seed: number;
  threads: number;
  transform: TransformKind | 'none';
}

/** The settings that {@link forestOptionsOf} and {@link openTrainer} take, for a command to add. */
export function forestOptions(): Option[] {
  const preset = defaultForestOptions;
  return [
    settings.engine(),
    number('trees', preset.trees, 1, 10_000, texts.treesOption),
    new Option('--criterion <name>', localized(texts.criterionOption))
      .choices(['gini', 'entropy'])
      .default(preset.criterion),
    new Option('--max-features <rule>', localized(texts.maxFeaturesOption))
      .default(preset.maxFeatures)
      .argParser(featureRule),
    new Option('--max-depth <number>', localized(texts.maxDepthOption)).argParser(wholeNumber(1, 4096)),
    number('min-samples-split', preset.minSamplesSplit, 2, 1e9, texts.minSamplesSplitOption),
    number('min-samples-leaf', preset.minSamplesLeaf, 1, 1e9, texts.minSamplesLeafOption),
    new Option('--no-bootstrap', localized(texts.noBootstrapOption)),
    new Option('--balance', localized(texts.balanceOption)).default(preset.balance),
    new Option('--class-weight <weights>', localized(texts.classWeightOption))
      .default(preset.classWeight)
      .argParser(classWeight),
    new Option('--extra-trees', localized(texts.extraTreesOption)).default(preset.extraTrees),
    new Option('--oob', localized(texts.oobOption)).default(preset.oob),
    new Option('--importance', localized(texts.importanceOption)).default(preset.permutationImportance),
    number('seed', preset.seed, 0, 2 ** 32 - 1, texts.seedOption),
    number('threads', availableParallelism(), 1, 1024, texts.threadsOption).default(
      availableParallelism(),
      localized(texts.cores),
    ),
    new Option('--transform <name>', localized(texts.transformOption))
      .choices(['none', ...transformKinds])
      .default('none'),
  ];
}

/** How the forest is to be grown, of what was set. */
export function forestOptionsOf(set: ForestSettings): ModelOptions {
  return {
    trees: set.trees,
    criterion: set.criterion,
    maxFeatures: set.maxFeatures,
    maxDepth: set.maxDepth ?? null,
    minSamplesSplit: set.minSamplesSplit,
    minSamplesLeaf: set.minSamplesLeaf,
    bootstrap: set.bootstrap,
    balance: set.balance,
    classWeight: set.classWeight,
    extraTrees: set.extraTrees,
    oob: set.oob,
    permutationImportance: set.importance,
    seed: set.seed,
    threads: set.threads,
    ...(set.transform !== 'none' && { transform: set.transform }),
  };
}

/** The engine that was chosen; loaded here, because `emochat --help` is not to wait for it. */
export async function openTrainer(engine: ForestSettings['engine']): Promise<ForestTrainer> {
  const engines = {
    native: () => import('../../training/growing/engines/native-forest-trainer.js'),
    'ml-random-forest': () => import('../../training/growing/engines/ml-random-forest-trainer.js'),
  };
  return (await engines[engine]()).trainer;
}

function number(name: string, preset: number, min: number, max: number, about: Message): Option {
  return new Option(`--${name} <number>`, localized(about)).default(preset).argParser(wholeNumber(min, max));
}

function featureRule(text: string): FeatureRule {
  const rule = text.trim();
  if (rule === 'sqrt' || rule === 'log2' || rule === 'all') return rule;
  const value = Number(rule);
  if (rule !== '' && value > 0 && (value < 1 || (Number.isInteger(value) && value <= maxColumns)))
    return value;
  throw new InvalidArgumentError(localized(texts.featureRuleInvalid(maxColumns)));
}

/** What a class may weigh; the trees reckon with squares of sums of such numbers. */
const leastWeight = 1e-6;
const greatestWeight = 1e6;

/**
 * Looks whether weights that were given as numbers are those of these classes.
 *
 * @param labels names of the classes that the forest is to know.
 * @throws UserError `CLASS_WEIGHTS_INVALID` unless there is one for each, in the range that is taken.
 */
export function checkClassWeight(weights: ClassWeight, labels: readonly string[]): void {
  if (typeof weights === 'string') return;
  const inRange = weights.every((weight) => leastWeight <= weight && weight <= greatestWeight);
  if (weights.length === labels.length && inRange) return;
  throw new UserError(
    'CLASS_WEIGHTS_INVALID',
    texts.classWeightsUnfit(labels.length, labels, leastWeight, greatestWeight),
  );
}

function classWeight(text: string): ClassWeight {
  const name = text.trim();
  if (name === 'none' || name === 'balanced' || name === 'balanced-subsample') return name;
  const weights = name.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (weights.length > 1 && weights.every((weight) => weight > 0 && weight < Infinity)) return weights;
  throw new InvalidArgumentError(localized(texts.classWeightInvalid));
}
