import { capture } from './run.mjs';
import { buildSanitizedAddon } from './native-addon.mjs';
import { say, secondsSince, SetupError } from './say.mjs';
import { runVitest } from './vitest.mjs';

/**
 * Runs the addon's tests with the addon under AddressSanitizer and UndefinedBehaviorSanitizer; a report ends the process
 * that the test runs in, and so fails the run.
 * @returns counts as `runVitest`.
 */
export function runSanitizedTests(args = []) {
  say(
    'Compilando el núcleo con sanitizers (unos 40 s)…',
    'Building the native core under the sanitizers (about 40 s)…',
  );
  const start = Date.now();
  const addon = buildSanitizedAddon();
  process.stdout.write(`  ✓ ${secondsSince(start)}\n`);
  return runVitest('test-results-sanitized', ['tests/native', 'tests/vision', ...args], {
    EMOCHAT_SANITIZED_ADDON: addon,
    LD_PRELOAD: sanitizerLibraries().join(' '),
    // Node keeps memory until it exits, so leaks are looked for by tests of their own.
    ASAN_OPTIONS: 'detect_leaks=0:halt_on_error=1:abort_on_error=1',
    UBSAN_OPTIONS: 'halt_on_error=1:abort_on_error=1:print_stacktrace=1',
  });
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
