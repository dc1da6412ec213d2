import type { Option } from 'commander';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError, type Message } from '../../common/user-error.js';
import type { Landmarks } from '../../vision/frame.js';
import {
  ensureModelFile,
  FirstByteLimit,
  modelFileIfReachable,
  type ModelKind,
  type ModelSource,
} from '../../vision/model-files/model-files.js';
import { ownRefinerFile, Vision, type VisionOptions } from '../../vision/vision.js';
import { downloadDisplay, type DownloadDisplay } from './download-display.js';
import { proxies, settings } from '../settings/options.js';
import type { Detector } from '../../vision/addon/native.js';
import { texts } from '../texts/commands.js';

/** The parsed settings of a command that looks at pictures. */
export interface VisionSettings {
  modelsDir: string;
  modelsUrl?: string;
  offline?: boolean;
  /** Milliseconds; see `FirstByteLimit`. */
  firstByte?: number;
  landmarks?: 'refined' | 'plain';
  /** Files of the user's own, in place of the fetched ones. */
  cascade?: string;
  facemark?: string;
  detector?: Detector;
  lanes?: number;
  queueLimit?: number;
  maxPixels?: number;
}

/** The settings that {@link openVision} takes, for a command to add. */
export function visionOptions(): Option[] {
  const { modelsDir, modelsUrl, offline, firstByte, landmarks, cascade, facemark } = settings;
  const { detector, lanes, queueLimit, maxPixels } = settings;
  const files = [modelsDir, modelsUrl, offline, firstByte, landmarks, cascade, facemark];
  return [...files, detector, lanes, queueLimit, maxPixels].map((option) => option());
}

/**
 * Fetches the model files that are missing, showing how it goes on stderr, and opens the vision. Where `lbfmodel.yaml`
 * cannot be had or read, the model that comes with the project stands alone, and the other way round.
 * @throws UserError `MODEL_FILE_NOT_FOUND` for a file of the user's own, `PLAIN_NEEDS_FACEMARK`; else as `ensureModelFile` and
 * `Vision.open` do.
 */
export async function openVision(options: VisionSettings): Promise<Vision> {
  const display = downloadDisplay();
  try {
    const source = modelSource(options, display);
    const cascadeFile = options.cascade
      ? await ownFile('cascade', options.cascade)
      : await ensureModelFile('cascade', source);
    const landmarkFiles = await waysToLandmarks(options, source);
    return await openFirst(landmarkFiles, { cascadeFile, ...limits(options) }, display);
  } finally {
    display.stop();
  }
}

/** Where a start takes model files from: without patience for a network that does not answer. */
function modelSource(options: VisionSettings, display: DownloadDisplay): ModelSource {
  const { modelsDir, modelsUrl, offline, firstByte } = options;
  const limit = firstByte === undefined ? undefined : new FirstByteLimit(firstByte);
  return { modelsDir, modelsUrl, offline, firstByte: limit, proxies: proxies(), ...display };
}

type LandmarkFiles = Pick<VisionOptions, 'facemarkFile' | 'refinerFile'>;

/** The files that may find the landmarks, the best first. A facemark that was asked for is in all of them. */
async function waysToLandmarks(options: VisionSettings, source: ModelSource): Promise<LandmarkFiles[]> {
  const own = options.facemark ? await ownFile('facemark', options.facemark) : undefined;
  if (options.landmarks === 'plain') return [{ facemarkFile: own ?? (await plainFacemark(source)) }];
  const facemarkFile = own ?? (await modelFileIfReachable('facemark', source));
  const refinerFile = ownRefinerFile;
  if (facemarkFile === undefined) return [{ refinerFile }];
  const alone = own === undefined ? [{ refinerFile }] : [];
  return [{ facemarkFile, refinerFile }, ...alone, { facemarkFile }];
}

async function plainFacemark(source: ModelSource): Promise<string> {
  try {
    return await ensureModelFile('facemark', source);
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'MODELS_URL_INVALID') throw error;
    throw new UserError('PLAIN_NEEDS_FACEMARK', texts.plainFacemark(error.text), { cause: error });
  }
}

/** Opens the vision with the first of several sets of files that can be read, and says so if it is not the best one. */
async function openFirst(
  ways: readonly LandmarkFiles[],
  rest: Omit<VisionOptions, keyof LandmarkFiles>,
  display: DownloadDisplay,
): Promise<Vision> {
  let reason: UserError | undefined;
  for (const files of ways) {
    try {
      const vision = await Vision.open({ ...files, ...rest });
      if (reason) display.onNotice(goesOnWith(vision.landmarks, reason));
      return vision;
    } catch (error) {
      if (!isUnreadableModel(error)) throw error;
      reason ??= error;
    }
  }
  throw reason ?? new RangeError('no model files to find landmarks with');
}

function isUnreadableModel(error: unknown): error is UserError {
  return error instanceof UserError && ['MODEL_FILE_INVALID', 'MODEL_FILE_MISSING'].includes(error.code);
}

function goesOnWith(landmarks: Landmarks, { text }: UserError): Message {
  return landmarks === 'alone' ? texts.goesOnWithOwn(text) : texts.goesOnWithLbf(text);
}

/** One line: which files find the landmarks, and how to get the one that is missing. */
export function landmarksText({ landmarks, files }: Pick<Vision, 'landmarks' | 'files'>): Message {
  const names = files.filter(({ kind }) => kind !== 'cascade').map(({ path }) => basename(path));
  const hint = landmarks === 'alone' ? lbfHint : texts.nothingMore;
  return texts.landmarksUsed(landmarks, names, hint);
}

const lbfHint: Message = texts.betterWithLbf;

async function ownFile(kind: ModelKind, path: string): Promise<string> {
  try {
    await access(path, constants.R_OK);
    return path;
  } catch (cause) {
    throw new UserError('MODEL_FILE_NOT_FOUND', texts.ownFileUnreadable(path, kind), { cause });
  }
}

function limits({ detector, lanes, queueLimit, maxPixels }: VisionSettings): Partial<VisionOptions> {
  return {
    ...(detector !== undefined && { detector }),
    ...(lanes !== undefined && { lanes }),
    ...(queueLimit !== undefined && { queueLimit }),
    ...(maxPixels !== undefined && { maxPixels }),
  };
}
