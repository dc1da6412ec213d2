import { configDefaults, defineConfig } from 'vitest/config';

/**
 * `npm run test:full` runs what takes long or needs the data sets, and the comparisons with OpenCV once more, which look at more
 * pictures then.
 */
const full = process.env['EMOCHAT_TESTS'] === 'full';
const fullTests = 'tests/**/*.full.test.ts';
const comparisons = 'tests/native/opencv-*.test.ts';

export default defineConfig({
  test: {
    include: full ? [fullTests, comparisons] : ['tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(full ? [] : [fullTests])],
    globalSetup: 'tests/support/prepare.ts',
    // Native addons that are not safe in worker threads (@u4/opencv4nodejs) are tested in processes.
    pool: 'forks',
    maxWorkers: 2,
    // A process for each file would load the same modules eighty times.
    isolate: false,
    // Only what hangs reaches these: on a machine with much else to do a test takes ten times as long,
    // and so does compiling before it.
    testTimeout: 300_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
