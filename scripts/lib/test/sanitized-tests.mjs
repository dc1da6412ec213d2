import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSanitizedAddon } from '../native/native-addon.mjs';
import { capture, root } from '../run.mjs';
import { say, secondsSince, SetupError } from '../say.mjs';
import { runVitest } from './vitest.mjs';

const reportFolder = join(root, '.cache');
const reportPrefix = 'sanitizer-report';

/**
 * Runs the addon's tests with the addon under AddressSanitizer and UndefinedBehaviorSanitizer. A report ends the process
 * that the test runs in, is shown, and fails the run even if no test noticed.
 * @returns counts as `runVitest`.
 */
export function runSanitizedTests(args = []) {
  say(
    'Compilando el núcleo con sanitizers (unos 60 s)…',
    'Building the native core under the sanitizers (about 60 s)…',
  );
  const start = Date.now();
  const addon = buildSanitizedAddon();
  process.stdout.write(`  ✓ ${secondsSince(start)}\n`);
  takeReports();
  // The comparisons with OpenCV build programs of their own, which do not load the addon.
  const selection = ['tests/native', 'tests/vision', '--exclude=tests/native/opencv-*.test.ts'];
  const counts = runVitest('test-results-sanitized', [...selection, ...args], {
    EMOCHAT_SANITIZED_ADDON: addon,
    ...sanitizerSettings(),
  });
  const reports = takeReports();
  for (const report of reports) process.stderr.write(`${report}\n`);
  if (reports.length <= counts.failed) return counts;
  return {
    ...counts,
    failed: reports.length,
    failures: [...counts.failures, 'reports of the sanitizers, see above'],
  };
}

function sanitizerSettings() {
  // vitest loses what a process says while it dies, so reports go to files.
  const options = `halt_on_error=1:abort_on_error=1:log_path=${join(reportFolder, reportPrefix)}`;
  return {
    LD_PRELOAD: sanitizerLibraries().join(' '),
    // Node keeps memory until it exits, so leaks are looked for by tests of their own.
    ASAN_OPTIONS: `detect_leaks=0:${options}`,
    UBSAN_OPTIONS: `print_stacktrace=1:${options}`,
  };
}

/** The libraries that must be loaded before Node's own; libstdc++ among them, or AddressSanitizer misses C++ exceptions. */
function sanitizerLibraries() {
  return ['libasan.so', 'libubsan.so', 'libstdc++.so'].map((name) => {
    const file = capture('g++', [`-print-file-name=${name}`]).stdout.trim();
    if (file.startsWith('/')) return file;
    throw new SetupError(
      `g++ no tiene ${name}. Ejecuta: npm run setup`,
      `g++ has no ${name}. Run: npm run setup`,
    );
  });
}

/** What the sanitizers wrote; the files are removed. */
function takeReports() {
  return readdirSync(reportFolder)
    .filter((name) => name.startsWith(`${reportPrefix}.`))
    .map((name) => {
      const file = join(reportFolder, name);
      const text = readFileSync(file, 'utf8');
      rmSync(file);
      return text;
    });
}
