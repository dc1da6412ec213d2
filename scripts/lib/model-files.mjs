import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

/** The setting that makes tests and set-up use `../shared/models` as the mirror, where that exists and none is named. */
export function modelsMirror() {
  const folder = join(root, '..', 'shared', 'models');
  if (process.env.EMOCHAT_MODELS_URL?.trim() || !existsSync(folder)) return {};
  return { EMOCHAT_MODELS_URL: pathToFileURL(folder).href };
}
