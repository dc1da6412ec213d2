import { testModelsDir } from './test-models.js';

/** vitest's global set-up: makes what the tests share, once, before there are several processes. */
export async function setup(): Promise<void> {
  await testModelsDir();
}
