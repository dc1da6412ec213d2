import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { datasetsDir } from './datasets.mjs';

/** The setting that makes benchmarks use the model files of the data sets, where those exist and no mirror is named. */
export function modelsMirror() {
  const folder = join(datasetsDir, 'models');
  if (process.env.EMOCHAT_MODELS_URL?.trim() || !existsSync(folder)) return {};
  return { EMOCHAT_MODELS_URL: pathToFileURL(folder).href };
}
