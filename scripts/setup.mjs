/**
 * `npm run setup`: brings a fresh clone to where `emochat` runs. Needs nothing but Node; does only what is missing.
 * `--for-tests` adds what `npm test` needs, `--for-full-tests` what `npm run test:full` does, `--for-lint` what the linter
 * does. `--check` does nothing and ends with 1 if something is missing.
 *
 * No import at the top, and nothing newer than Node 12: an old Node must get as far as the sentence below.
 */
const wanted = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  const have = process.versions.node;
  console.error(
    'Error: Se necesita Node 20.19 o más reciente y este es el ' +
      have +
      '. Cómo instalarlo: https://nodejs.org/es/download\n' +
      '       Node 20.19 or newer is needed and this is ' +
      have +
      '. How to install it: https://nodejs.org/en/download',
  );
  process.exitCode = 1;
} else {
  import('./lib/setup/setup-steps.mjs').then(({ setUp }) =>
    setUp({
      purposes: process.argv.filter((flag) => flag.startsWith('--for-')).map((flag) => flag.slice(6)),
      checkOnly: process.argv.includes('--check'),
    }),
  );
}
