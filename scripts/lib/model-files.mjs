import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capture, root, show } from './run.mjs';
import { SetupError } from './say.mjs';

const main = join(root, 'dist', 'cli', 'main.js');

/** Whether both model files are in place and verified. */
export function modelFilesAreVerified() {
  return capture(process.execPath, [main, 'models', 'verify']).status === 0;
}

/** Fetches and verifies what is missing; the command shows its own progress and says what went wrong. */
export function fetchModelFiles() {
  if (show(process.execPath, [main, 'models', 'fetch']) !== 0) {
    throw new SetupError(
      'Sin los archivos de modelo la preparación se detiene aquí. Después, repítela con: npm run setup',
      'Without the model files set-up stops here. Afterwards, repeat it with: npm run setup',
    );
  }
}

/** The setting that makes tests and set-up use `../shared/models` as the mirror, where that exists and none is named. */
export function modelsMirror() {
  const folder = join(root, '..', 'shared', 'models');
  if (process.env.EMOCHAT_MODELS_URL?.trim() || !existsSync(folder)) return {};
  return { EMOCHAT_MODELS_URL: pathToFileURL(folder).href };
}
