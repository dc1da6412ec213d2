import { Type, type Static, type TSchema } from 'typebox';
import Schema from 'typebox/schema';
import { UserError, type Message } from '../common/user-error.js';
import { landmarkKinds } from '../vision/frame.js';
import { calibrationDeclaration } from './calibration.js';
import { nameKey } from './class-names.js';
import { maxColumns } from './face-row.js';
import { landmarkKind, landmarksRecord, searchRecord } from './search-record.js';
import { transformDeclaration, transformDeclarations, transformKinds } from './transforms/declaration.js';
import { featuresOf, transformFault } from './transforms/known-transforms.js';
import { texts } from './texts.js';

/** Largest forest file that is read, in bytes. */
export const maxForestBytes = 64 * 1024 * 1024;
/** Longest name of an emotion, in characters. */
export const maxLabelLength = 64;

const count = (maximum: number) => Type.Integer({ minimum: 0, maximum });
const label = Type.String({
  minLength: 1,
  maxLength: maxLabelLength,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+$',
});
const labels = Type.Array(label, { minItems: 2, maxItems: 255, uniqueItems: true });

const estimate = Type.Object({ mean: Type.Number(), standardError: Type.Number({ minimum: 0 }) });

/** What other splits of the same rows gave, with forests grown as this one. */
const validationRecord = Type.Object({
  /** Parts of a cross-validation; `null` for splits of `testSize`. */
  folds: Type.Union([Type.Integer({ minimum: 2 }), Type.Null()]),
  repeats: Type.Integer({ minimum: 1 }),
  accuracy: estimate,
  balancedAccuracy: estimate,
});

/** How much the forest goes by each of its features: see `FeatureImportances`. */
const importanceRecord = Type.Object({
  names: Type.Array(Type.String({ maxLength: 200 }), { maxItems: maxColumns }),
  gini: Type.Array(Type.Number(), { maxItems: maxColumns }),
  permutation: Type.Optional(Type.Array(Type.Number(), { maxItems: maxColumns })),
});

const trainingRecord = Type.Object({
  engine: Type.String({ maxLength: 200 }),
  engineVersion: Type.String({ maxLength: 200 }),
  trees: Type.Integer({ minimum: 1, maximum: 10_000 }),
  /** These as in `ForestOptions`. */
  criterion: Type.Union([Type.Literal('gini'), Type.Literal('entropy')]),
  maxFeatures: Type.Union([
    Type.Literal('sqrt'),
    Type.Literal('log2'),
    Type.Literal('all'),
    Type.Number({ exclusiveMinimum: 0, maximum: maxColumns }),
  ]),
  maxDepth: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  minSamplesSplit: count(1_000_000_000),
  minSamplesLeaf: count(1_000_000_000),
  bootstrap: Type.Boolean(),
  balance: Type.Boolean(),
  classWeight: Type.Union([
    Type.Literal('none'),
    Type.Literal('balanced'),
    Type.Literal('balanced-subsample'),
    Type.Array(Type.Number(), { maxItems: 255 }),
  ]),
  extraTrees: Type.Boolean(),
  seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
  /** Rows of the whole data set, both halves of the split. */
  samples: count(1_000_000_000),
  classCounts: Type.Array(count(1_000_000_000)),
  testSize: Type.Number({ minimum: 0, maximum: 1 }),
  /** Share of the held-out rows that were predicted right. */
  accuracy: Type.Number({ minimum: 0, maximum: 1 }),
  /** With `oob`: share of the rows trained on that the trees which did not learn from them predict right. */
  outOfBagAccuracy: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  importances: Type.Optional(importanceRecord),
  /** Rows: true class; columns: predicted class; in the order of the labels. */
  confusionMatrix: Type.Array(Type.Array(count(1_000_000_000))),
  /** The classes of the data set that were learnt as none of the labels, and their rows. */
  neither: Type.Optional(
    Type.Object({
      labels: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 255 }),
      samples: count(1_000_000_000),
    }),
  ),
  /** The regular expression that says whose photo is whose by its name, if nobody was to be on both sides of a split. */
  groupBy: Type.Optional(Type.String({ maxLength: 1000 })),
  /** How the photos that it learnt from were searched. */
  search: Type.Optional(searchRecord),
  /** What found the landmarks that it learnt from; forests that do not say learnt from `plain` ones. */
  landmarks: Type.Optional(landmarksRecord),
  /** Landmarks that it was measured to serve beside those. */
  servesLandmarks: Type.Optional(Type.Array(landmarkKind, { maxItems: landmarkKinds.length })),
  validation: Type.Optional(validationRecord),
  createdAt: Type.String({ maxLength: 40 }),
});

const header = Type.Object({
  format: Type.Literal('emochat-forest'),
  version: Type.Literal(1),
  labels,
  features: Type.Object({
    kind: Type.Literal('normalized-landmarks'),
    landmarks: Type.Integer({ minimum: 1, maximum: maxColumns / 2 }),
    count: Type.Integer({ minimum: 2, maximum: maxColumns }),
  }),
  /** What is made of a face's features before the trees see it; nothing by default. */
  transform: Type.Optional(transformDeclaration),
  /** How the trees' shares become probabilities; they are the probabilities by default. */
  calibration: Type.Optional(calibrationDeclaration),
  /** For people to read; predicting needs none of it. */
  training: Type.Optional(Type.Partial(trainingRecord)),
});

const estimator = Type.Object({ name: Type.Literal('DTClassifier'), root: Type.Unknown() });

const forest = Type.Object({
  name: Type.Literal('RFClassifier'),
  baseModel: Type.Object({
    isClassifier: Type.Literal(true),
    nEstimators: Type.Integer({ minimum: 1, maximum: 10_000 }),
    /** Which of the model's features a tree's columns are, a tree each. */
    indexes: Type.Array(Type.Array(count(maxColumns - 1), { minItems: 1, maxItems: maxColumns })),
    estimators: Type.Array(estimator, { minItems: 1, maxItems: 10_000 }),
  }),
});

const forestFile = Type.Intersect([header, Type.Object({ forest })]);

/** Everything of a forest file but the trees: format, labels, features, and how it was trained. */
export type ForestHeader = Static<typeof header>;

/** How a forest was trained and how well it did on the rows that were held out. */
export type TrainingRecord = Static<typeof trainingRecord>;

/** How much a forest goes by each of its features. */
export type ImportanceRecord = Static<typeof importanceRecord>;

/** How well forests grown as this one did on several splits. */
export type ValidationRecord = Static<typeof validationRecord>;

/** A forest in the JSON form of ml-random-forest's `RandomForestClassifier`; the trees' nodes are not looked at yet. */
export type ForestJson = Static<typeof forest>;

/** A whole forest file. */
export type ForestFile = Static<typeof forestFile>;

/** A forest file that says all of how it was trained, as `emochat train` writes it. */
export type TrainedForestFile = ForestFile & { training: TrainingRecord };

/** What is wrong in a forest file, and where: `path` is a JSON pointer. */
export class ForestFault extends Error {
  readonly path: string;
  readonly reason: Message;

  constructor(path: string, reason: Message) {
    super(`${path}: ${reason.en}`);
    this.name = 'ForestFault';
    this.path = path;
    this.reason = reason;
  }
}

/**
 * Whether these can be the names of a forest's classes: two or more, all different to people (see `nameKey`), of a length and without control
 * characters.
 */
export function areLabels(names: readonly string[]): boolean {
  return Schema.Check(labels, names) && sameLabel(names) === undefined;
}

/** Index of the first name that is another one's, see `nameKey`: to those who look for it they are the same. */
function sameLabel(names: readonly string[]): number | undefined {
  const keys = names.map(nameKey);
  const index = keys.findIndex((key, i) => keys.indexOf(key) < i);
  return index < 0 ? undefined : index;
}

/**
 * Checks everything of a forest file except the nodes of its trees.
 *
 * @throws ForestFault at the first field that is missing, of a wrong type, out of range, or at odds with another.
 */
export function checkForestFile(json: unknown): ForestFile {
  checkTransform(json);
  if (!Schema.Check(forestFile, json)) throw firstFault(forestFile, json);
  checkAgreement(json);
  return json;
}

/** @param path where the value lies in the file. */
function firstFault(schema: TSchema, value: unknown, path = ''): ForestFault {
  const [, [error]] = Schema.Errors(schema, value);
  const message = error?.message ?? 'not a forest file';
  return new ForestFault(`${path}${error?.instancePath ?? ''}`, texts.valueRefused(message));
}

/** A file of a later version may ask for what this one does not know; of the kinds that it knows the one that is declared counts. */
function checkTransform(json: unknown): void {
  if (!isObject(json) || !isObject(json['transform'])) return;
  const { transform } = json;
  const known = transformKinds.find((kind) => kind === transform['kind']);
  if (known === undefined) {
    const asked = (JSON.stringify(transform['kind']) as string | undefined)?.slice(0, 40) ?? '–';
    throw new ForestFault('/transform/kind', texts.transformUnknown(asked, transformKinds.join(', ')));
  }
  const schema = transformDeclarations[known];
  if (!Schema.Check(schema, transform)) throw firstFault(schema, transform, '/transform');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function checkAgreement(file: ForestFile): void {
  const { features, labels: names } = file;
  const { classCounts = names, confusionMatrix = names.map(() => names) } = file.training ?? {};
  const { nEstimators, estimators, indexes } = file.forest.baseModel;
  const again = sameLabel(names);
  if (again !== undefined) throw labelTwice(again);
  same('/features/count', features.count, 2 * features.landmarks);
  const fault = file.transform && transformFault(file.transform, features.landmarks);
  if (fault) same(`/transform${fault.path}`, fault.actual, fault.expected);
  if (file.calibration) same('/calibration/offsets/length', file.calibration.offsets.length, names.length);
  same('/training/classCounts/length', classCounts.length, names.length);
  same('/training/confusionMatrix/length', confusionMatrix.length, names.length);
  confusionMatrix.forEach((row, i) =>
    same(`/training/confusionMatrix/${i}/length`, row.length, names.length),
  );
  same('/forest/baseModel/nEstimators', nEstimators, estimators.length);
  same('/forest/baseModel/indexes/length', indexes.length, estimators.length);
  const inner = file.transform ? featuresOf(file.transform) : features.count;
  indexes.forEach((columns, tree) => checkColumns(columns, tree, inner));
}

function labelTwice(index: number): ForestFault {
  return new ForestFault(`/labels/${index}`, texts.labelTwice);
}

function checkColumns(columns: number[], tree: number, featureCount: number): void {
  const wrong = columns.findIndex((column) => column >= featureCount);
  if (wrong < 0) return;
  throw new ForestFault(`/forest/baseModel/indexes/${tree}/${wrong}`, texts.columnsTooFew(featureCount));
}

function same(path: string, actual: number, expected: number): void {
  if (actual === expected) return;
  throw new ForestFault(path, texts.valueDiffers(actual, expected));
}

/**
 * A forest file's text.
 * @throws UserError `FOREST_TOO_LARGE` if it is larger than a file that would be read.
 */
export function forestFileText(file: ForestFile): string {
  const text = `${JSON.stringify(file)}\n`;
  if (Buffer.byteLength(text) > maxForestBytes) throw forestTooLarge();
  return text;
}

export function forestTooLarge(cause?: Error): UserError {
  return new UserError('FOREST_TOO_LARGE', texts.forestTooLarge, { cause });
}

/** The error a person sees for a forest file that cannot be used: which file, where, why, and what to run. */
export function invalidForest(file: string, path: string, reason: Message, cause?: unknown): UserError {
  const where = path.length > 160 ? `…${path.slice(-160)}` : path;
  const at = where === '' ? '' : ` ${where}`;
  return new UserError('MODEL_INVALID', texts.forestInvalid(file, at, reason), { cause });
}
