import { join } from 'node:path';
import { addonIsBuilt, buildAddon } from '../native/native-addon.mjs';
import { installNpmPackages, npmPackagesAreInstalled } from './npm-packages.mjs';
import { root } from '../run.mjs';
import { runScript, say, secondsSince } from '../say.mjs';
import { withLock } from './stamp.mjs';
import { installSystemPackages, missingSystemPackages, warnOfMissingBrowser } from './system-packages.mjs';
import { buildTypescript, commandIsLinked, linkCommand, typescriptIsBuilt } from './typescript-build.mjs';

/**
 * What a clone needs, in order. A step is done if `isDone` says so; else `doing` is said, in this terminal's language, and `run` does it.
 *
 * @param {string[]} purposes what it needs besides running: `tests`, `full-tests`, `lint`.
 */
function steps(purposes) {
  return [
    {
      doing: ['Paquetes del sistema (1-4 minutos)…', 'System packages (1-4 minutes)…'],
      isDone: () => missingSystemPackages(purposes).length === 0,
      run: () => installSystemPackages(missingSystemPackages(purposes)),
    },
    {
      doing: ['Paquetes de npm (unos 30 s)…', 'npm packages (about 30 s)…'],
      isDone: npmPackagesAreInstalled,
      run: installNpmPackages,
    },
    {
      doing: ['Compilando el núcleo nativo (unos 40 s)…', 'Building the native core (about 40 s)…'],
      isDone: addonIsBuilt,
      run: buildAddon,
    },
    {
      doing: ['Compilando TypeScript (unos 10 s)…', 'Building TypeScript (about 10 s)…'],
      isDone: typescriptIsBuilt,
      run: buildTypescript,
    },
    {
      doing: ['Preparando `npx emochat`…', 'Preparing `npx emochat`…'],
      isDone: commandIsLinked,
      run: linkCommand,
    },
  ];
}

/**
 * Does the steps that are missing, each with a line that says what and how long; one process at a time in a checkout.
 * Sets the exit code to 1 after a sentence that says what to do.
 */
export async function setUp({ purposes, checkOnly }) {
  await runScript(async () => {
    if (checkOnly) return checkSteps(purposes);
    const start = Date.now();
    await withLock(join(root, '.cache', 'setup.lock'), () => doMissingSteps(purposes));
    if (purposes.includes('tests')) warnOfMissingBrowser();
    say(`Todo listo (${secondsSince(start)}).`, `Everything is ready (${secondsSince(start)}).`);
  });
}

function doMissingSteps(purposes) {
  for (const { doing, isDone, run } of steps(purposes)) {
    if (isDone()) continue;
    const start = Date.now();
    say(...doing);
    run();
    process.stdout.write(`  ✓ ${secondsSince(start)}\n`);
  }
}

function checkSteps(purposes) {
  for (const { doing, isDone } of steps(purposes)) {
    if (isDone()) continue;
    say(`Falta: ${doing[0]}`, `Missing: ${doing[1]}`);
    process.exitCode = 1;
    return;
  }
  say('Todo listo.', 'Everything is ready.');
}
