import { readFile, stat } from 'node:fs/promises';
import { texts as fileTexts } from '../common/texts.js';
import { UserError } from '../common/user-error.js';
import { calibrate } from './calibration.js';
import { averageProbabilities, compileForest, type CompiledForest } from './compiled-forest.js';
import {
  checkForestFile,
  ForestFault,
  invalidForest,
  maxForestBytes,
  type ForestFile,
  type ForestHeader,
} from './forest-file.js';
import type { BaselineDeclaration } from './transforms/declaration.js';
import { needsDescription, openTransform } from './transforms/known-transforms.js';
import { relativeScores } from './transforms/person-baseline.js';
import type { Transform } from './transforms/transform.js';
import { texts } from './texts.js';

/** What a forest says of one face. */
export interface Prediction {
  /** The label with the largest probability; the first of equals. */
  emotion: string;
  /** Each label's probability: the mean over the trees, calibrated if the file says how. They sum to 1. */
  probabilities: Record<string, number>;
  /** Whether that probability reaches what the file asks for before an emotion is named; always, if it asks for nothing. */
  sure: boolean;
  /**
   * What the forest goes by, a score a label, where it can be told a person's calm face: the means of these over that person's calm
   * face are its baseline, see {@link EmotionForest.predict}.
   */
  scores?: number[];
}

/** A trained random forest, immutable, ready to predict. */
export class EmotionForest {
  readonly header: ForestHeader;
  readonly #compiled: CompiledForest;
  readonly #transform: Transform | undefined;

  private constructor(header: ForestHeader, compiled: CompiledForest) {
    this.header = header;
    this.#compiled = compiled;
    this.#transform = header.transform && openTransform(header.transform);
  }

  /**
   * Reads and checks a forest file as `emochat train` writes it.
   * @throws UserError `MODEL_NOT_FOUND`, or `MODEL_INVALID` with the place in the file that is wrong.
   */
  static async load(file: string): Promise<EmotionForest> {
    return EmotionForest.parse(parseJson(await readForestFile(file), file), file);
  }

  /**
   * Makes a forest of a forest file's JSON value; every field and every node is checked.
   * @param file its name, for the error message.
   * @throws UserError `MODEL_INVALID` with the place that is wrong.
   */
  static parse(json: unknown, file = 'JSON'): EmotionForest {
    try {
      const { forest, ...header }: ForestFile = checkForestFile(json);
      return new EmotionForest(header, compileForest(forest, header.labels.length));
    } catch (error) {
      if (!(error instanceof ForestFault)) throw error;
      throw invalidForest(file, error.path, error.reason, error);
    }
  }

  /** The emotions it knows, in the order of its classes. */
  get labels(): readonly string[] {
    return this.header.labels;
  }

  /** Whether it looks at the pictures of faces, not at their landmarks alone. */
  get needsDescription(): boolean {
    return needsDescription(this.header.transform?.kind);
  }

  /** Numbers of a person's baseline; undefined if it cannot be told one. */
  get baselineLength(): number | undefined {
    return this.#declaredBaseline?.scores.length;
  }

  get #declaredBaseline(): BaselineDeclaration | undefined {
    const { transform } = this.header;
    return transform?.kind === 'picture-scores' ? transform.baseline : undefined;
  }

  /** Numbers a row must have. */
  get featureCount(): number {
    return this.header.features.count;
  }

  /**
   * The emotion of one face.
   * @param features `featureCount` numbers in [0, 1], see `normalizedFeatures`.
   * @param description of the face's picture, see `DetectedFace.description`; of use if {@link needsDescription} says so.
   * @param baseline means of the `scores` of the person's calm face; without one the face is taken as anybody's.
   * @throws RangeError if there are more or fewer features, or the description that is needed is not there, or the baseline has not
   * {@link baselineLength} numbers.
   */
  predict(features: ArrayLike<number>, description?: Uint8Array, baseline?: ArrayLike<number>): Prediction {
    if (features.length !== this.featureCount) {
      throw new RangeError(`${features.length} features, the forest takes ${this.featureCount}`);
    }
    const { calibration } = this.header;
    if (baseline && baseline.length !== this.baselineLength)
      throw new RangeError(`a baseline of ${baseline.length} numbers`);
    const own = this.#transform?.apply({ features, description }) ?? features;
    const declared = this.#declaredBaseline;
    const seen = declared && baseline ? relativeScores(declared, own, baseline) : own;
    const shares = averageProbabilities(this.#compiled, seen);
    const means = calibration ? calibrate(calibration, shares) : shares;
    let best = 0;
    for (let i = 1; i < means.length; i++) if ((means[i] ?? 0) > (means[best] ?? 0)) best = i;
    return {
      emotion: this.labels[best] ?? '',
      probabilities: Object.fromEntries(this.labels.map((label, i) => [label, means[i] ?? 0])),
      sure: calibration === undefined || (means[best] ?? 0) >= calibration.sure,
      ...(declared && { scores: Array.from(own) }),
    };
  }
}

async function readForestFile(file: string): Promise<string> {
  try {
    const found = await stat(file);
    // A pipe or a device may never end.
    if (!found.isFile()) throw invalidForest(file, '', fileTexts.notAFile);
    if (found.size > maxForestBytes) throw tooLarge(file, found.size);
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
    throw new UserError('MODEL_NOT_FOUND', texts.forestUnreadable(file, cause.message), { cause });
  }
}

function tooLarge(file: string, size: number): UserError {
  return invalidForest(file, '', texts.fileTooLarge(size, maxForestBytes));
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw invalidForest(file, '', texts.notJson(detail), cause);
  }
}
