/**
 * `npm run lint`: every linter, formatter and type check of the project, in both languages; all of them run, then the
 * failures are named. `--fix` (`npm run format`) formats instead and mends what the linter can.
 */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { wrongIncludes } from './lib/native/core-arrows.mjs';
import { coreFolder, cppFilesBelow, defines, packages } from './lib/native/native-sources.mjs';
import { capture, findProgram, nodeHeaders, nodeTool, root, show } from './lib/run.mjs';
import { runScript, say, SetupError } from './lib/say.mjs';

const fix = process.argv.includes('--fix');
const core = cppFilesBelow(coreFolder);
const sources = [...core, ...['bench', 'fuzz', 'tests'].flatMap(cppFilesBelow)];
const benches = cppFilesBelow('bench').filter((name) => name.endsWith('.cpp'));
const units = core.filter((name) => name.endsWith('.cpp'));

/** What clang-tidy must know to read the sources as the compiler does (see binding.gyp). */
function compilerFlags() {
  const installed = capture('pkg-config', ['--cflags-only-I', 'opencv4', ...packages])
    .stdout.trim()
    .split(/\s+/);
  const napi = capture(process.execPath, ['-p', "require('node-addon-api').include_dir"]).stdout.trim();
  const folders = [...installed.map((flag) => flag.slice(2)), napi, nodeHeaders()].filter(Boolean);
  return [
    '-std=c++20',
    `-I${coreFolder}`,
    ...defines.map((name) => `-D${name}`),
    ...folders.flatMap((folder) => ['-isystem', folder]),
  ];
}

/** Runs a JavaScript tool of node_modules. @returns whether it is content. */
const tool = (path, ...args) => show(process.execPath, [nodeTool(path), ...args]) === 0;

/** clang-tidy takes many seconds a file, so the files are shared out over the cores. */
async function clangTidy() {
  const flags = compilerFlags();
  const waiting = [...units];
  let clean = true;
  const worker = async () => {
    for (let unit = waiting.pop(); unit !== undefined; unit = waiting.pop()) {
      const { failed, output } = await tidyUnit(unit, flags);
      process.stdout.write(output);
      if (failed) clean = false;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return clean;
}

function tidyUnit(unit, flags) {
  return new Promise((resolve) => {
    // What it says on stderr is only how many warnings of system headers it left out, unless it could not start.
    execFile('clang-tidy', ['--quiet', unit, '--', ...flags], { cwd: root }, (error, stdout) =>
      resolve({ failed: error !== null, output: error?.code === 'ENOENT' ? `${error.message}\n` : stdout }),
    );
  });
}

const checks = {
  ESLint: () => tool('eslint/bin/eslint.js', '.', ...(fix ? ['--fix'] : [])),
  Prettier: () => tool('prettier/bin/prettier.cjs', '.', fix ? '--write' : '--check', '--log-level', 'warn'),
  'TypeScript (src, tests)': () => tool('typescript/bin/tsc', '-p', 'tsconfig.check.json'),
  'TypeScript (public)': () => tool('typescript/bin/tsc', '-p', 'public/tsconfig.json'),
  'arrows (src, public, scripts)': () =>
    tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.mjs', 'src', 'public', 'scripts', 'bench', 'tests'],
    ),
  'arrows (native core)': () => {
    const wrong = wrongIncludes();
    process.stdout.write(wrong.map((sentence) => `${sentence}\n`).join(''));
    return wrong.length === 0;
  },
  'exports that nobody imports': () => tool('knip/bin/knip.js'),
  'clang-format': () =>
    show('clang-format', [...(fix ? ['-i'] : ['--dry-run', '-Werror']), ...sources]) === 0,
  'clang-tidy': clangTidy,
  // Tests build all programs but these.
  'g++ (bench)': () => show('g++', ['-fsyntax-only', ...compilerFlags(), ...benches]) === 0,
};

await runScript(async () => {
  const lacking = ['clang-format', 'clang-tidy'].filter((name) => findProgram(name) === null);
  if (lacking.length > 0) {
    throw new SetupError(
      `Falta ${lacking.join(', ')}. Escribe: npm run setup -- --for-lint`,
      `${lacking.join(', ')} missing. Type: npm run setup -- --for-lint`,
    );
  }
  const failed = [];
  for (const [name, check] of Object.entries(checks)) {
    process.stdout.write(`${name}…\n`);
    if (!(await check())) failed.push(name);
  }
  if (failed.length > 0) {
    const names = failed.join(', ');
    throw new SetupError(
      `No pasan: ${names}. Lo que es formato se arregla con: npm run format`,
      `These do not pass: ${names}. What is format is mended by: npm run format`,
    );
  }
  say('Todo limpio.', 'All clean.');
});
