import type { Option } from 'commander';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { UserError } from '../common/user-error.js';
import { ensureModelFile, FirstByteLimit, type ModelKind, type ModelSource } from '../vision/model-files.js';
import { Vision, type VisionOptions } from '../vision/vision.js';
import { downloadDisplay, type DownloadDisplay } from './download-display.js';
import { settings } from './options.js';
import type { Detector } from '../vision/native.js';

/** The parsed settings of a command that looks at pictures. */
export interface VisionSettings {
  modelsDir: string;
  modelsUrl?: string;
  offline?: boolean;
  /** Milliseconds; see `FirstByteLimit`. */
  firstByte?: number;
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
  const { modelsDir, modelsUrl, offline, firstByte, cascade, facemark } = settings;
  const { detector, lanes, queueLimit, maxPixels } = settings;
  const files = [modelsDir, modelsUrl, offline, firstByte, cascade, facemark];
  return [...files, detector, lanes, queueLimit, maxPixels].map((option) => option());
}

/**
 * Fetches the model files that are missing, showing how it goes on stderr, and opens the vision.
 * @throws UserError `MODEL_FILE_NOT_FOUND` for a file of the user's own; else as `ensureModelFile` and `Vision.open` do.
 */
export async function openVision(options: VisionSettings): Promise<Vision> {
  const display = downloadDisplay();
  try {
    const source = modelSource(options, display);
    const cascadeFile = await modelFile('cascade', options.cascade, source);
    const facemarkFile = await modelFile('facemark', options.facemark, source);
    return await Vision.open({ cascadeFile, facemarkFile, ...limits(options) });
  } finally {
    display.stop();
  }
}

/** Where a start takes model files from: without patience for a network that does not answer. */
function modelSource(options: VisionSettings, display: DownloadDisplay): ModelSource {
  const { modelsDir, modelsUrl, offline, firstByte } = options;
  const limit = firstByte === undefined ? undefined : new FirstByteLimit(firstByte);
  return { modelsDir, modelsUrl, offline, firstByte: limit, ...display };
}

async function modelFile(kind: ModelKind, own: string | undefined, source: ModelSource): Promise<string> {
  if (own === undefined) return ensureModelFile(kind, source);
  try {
    await access(own, constants.R_OK);
    return own;
  } catch (cause) {
    throw new UserError(
      'MODEL_FILE_NOT_FOUND',
      {
        es: `No se puede leer ${own} (--${kind}). Comprueba la ruta, o quita la opción para usar el modelo publicado.`,
        en: `${own} cannot be read (--${kind}). Check the path, or leave the option out to use the published model.`,
      },
      { cause },
    );
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
