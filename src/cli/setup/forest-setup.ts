import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { UserError } from '../../common/user-error.js';
import type { QualityJudge } from '../../emotion/face-quality.js';
import type { EmotionForest } from '../../emotion/forest.js';
import { landmarkMismatch } from '../../emotion/landmark-match.js';
import type { Vision } from '../../vision/vision.js';
import { localized } from '../language.js';
import { packageRoot } from '../settings/options.js';
import { texts } from '../texts/commands.js';

/** Name of the forest that `emochat train` writes by default; it goes before the shipped one. */
export const trainedForest = 'trained';
/** Those that come with the project: the original's two emotions, and the five that a person is shown. */
type ShippedForest = 'happy-sad' | 'expressive';

/**
 * Loads the emotion forest that the settings ask for: a file, a name in `modelsDir` or in the project's own `models/`;
 * by default the user's own if there is one, else the shipped one.
 *
 * @throws UserError `MODEL_NOT_FOUND` or `MODEL_INVALID`, saying what to run.
 */
export async function openForest(options: {
  model?: string | undefined;
  modelsDir: string;
}): Promise<EmotionForest> {
  // Checking a forest takes a library that takes long to load: `emochat --help` is not to wait for it.
  const { EmotionForest } = await import('../../emotion/forest.js');
  return EmotionForest.load(forestFile(options.model, options.modelsDir));
}

/**
 * Opens who tells faces that cannot be read.
 * @throws UserError as `QualityJudge.load`.
 */
export async function openJudge(): Promise<QualityJudge> {
  const { QualityJudge } = await import('../../emotion/face-quality.js');
  return QualityJudge.load();
}

/** Says on stderr if a forest learnt from other landmarks than those that it is given. */
export function tellLandmarkMismatch(forest: EmotionForest, vision: Vision): void {
  const notice = landmarkMismatch(forest.header.training ?? {}, vision.landmarks);
  if (notice !== undefined) process.stderr.write(`${localized(notice)}\n`);
}

/**
 * The file that {@link openForest} loads.
 * @param shipped the forest that is meant where nobody names one and the user has none.
 * @throws UserError `MODEL_NOT_FOUND` if there is no forest of that name.
 */
export function forestFile(
  model: string | undefined,
  modelsDir: string,
  shipped: ShippedForest = 'happy-sad',
): string {
  if (model === undefined) return defaultForest(modelsDir, shipped);
  if (model.includes(sep) || model.endsWith('.json')) return model;
  const file = find(model, modelsDir);
  if (file !== undefined) return file;
  throw new UserError(
    'MODEL_NOT_FOUND',
    texts.forestMissing(model, modelsDir, join(modelsDir, `${model}.json`)),
  );
}

function defaultForest(modelsDir: string, shipped: ShippedForest): string {
  const own = join(modelsDir, `${trainedForest}.json`);
  return existsSync(own) ? own : join(packageRoot, 'models', `${shipped}.json`);
}

function find(name: string, modelsDir: string): string | undefined {
  return [modelsDir, join(packageRoot, 'models')]
    .flatMap((folder) => fileCalled(`${name}.json`, folder))
    .find((file) => existsSync(file));
}

/** The file of that name, first as it is given, then however its accents are written, as macOS decomposes them. */
function fileCalled(name: string, folder: string): string[] {
  if (!existsSync(folder) || /^[ -~]*$/.test(name)) return [join(folder, name)];
  const alike = readdirSync(folder).filter((entry) => entry.normalize('NFC') === name.normalize('NFC'));
  return [name, ...alike].map((entry) => join(folder, entry));
}
