import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../run.mjs';

/**
 * The folder of larger data sets, which no clone has: `EMOCHAT_DATASETS`, else `../shared` beside the checkout. With it
 * `npm run test:full` compares with the original on hundreds of photos, `npm run bench` measures on real clips, and
 * `scripts/build-models.mjs` can train the shipped forests anew. It holds `faces/`, `models/` and `reference/`.
 */
export const datasetsDir = resolve(process.env.EMOCHAT_DATASETS || join(root, '..', 'shared'));

/** Whether there are any. */
export const haveDatasets = existsSync(join(datasetsDir, 'faces'));
