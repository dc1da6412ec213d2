/**
 * `npm run lint`: every linter, formatter and type check of the project, in both languages; all of them run, then the
 * failures are named. `--fix` (`npm run format`) formats instead and mends what the linter can.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture, nodeHeaders, nodeTool, root, show } from './lib/run.mjs';
import { runScript, say, SetupError } from './lib/say.mjs';

const fix = process.argv.includes('--fix');
const sources = readdirSync(join(root, 'src', 'native'))
  .filter((name) => /\.(cpp|h)$/.test(name))
  .map((name) => join('src', 'native', name));
const units = sources.filter((name) => name.endsWith('.cpp'));

/** What clang-tidy must know to read the sources as the compiler does (see binding.gyp). */
function compilerFlags() {
  const opencv = capture('pkg-config', ['--cflags-only-I', 'opencv4']).stdout.trim().split(/\s+/);
  const napi = capture(process.execPath, ['-p', "require('node-addon-api').include_dir"]).stdout.trim();
  const folders = [...opencv.map((flag) => flag.slice(2)), napi, nodeHeaders()].filter(Boolean);
  const defines = ['-DNAPI_VERSION=8', '-DNAPI_CPP_EXCEPTIONS'];
  return ['-std=c++20', '-Isrc/native', ...defines, ...folders.flatMap((folder) => ['-isystem', folder])];
}

const node = (tool, ...args) => [process.execPath, [nodeTool(tool), ...args]];

const checks = {
  ESLint: node('eslint/bin/eslint.js', '.', ...(fix ? ['--fix'] : [])),
  Prettier: node('prettier/bin/prettier.cjs', '.', fix ? '--write' : '--check', '--log-level', 'warn'),
  'TypeScript (src, tests)': node('typescript/bin/tsc', '-p', 'tsconfig.check.json'),
  'TypeScript (public)': node('typescript/bin/tsc', '-p', 'public/tsconfig.json'),
  'clang-format': ['clang-format', [...(fix ? ['-i'] : ['--dry-run', '-Werror']), ...sources]],
  'clang-tidy': ['clang-tidy', ['--quiet', ...units, '--', ...compilerFlags()]],
};

await runScript(() => {
  const failed = Object.entries(checks).filter(([name, [program, args]]) => {
    process.stdout.write(`${name}…\n`);
    return show(program, args) !== 0;
  });
  if (failed.length > 0) {
    const names = failed.map(([name]) => name).join(', ');
    throw new SetupError(
      `No pasan: ${names}. Lo que es formato se arregla con: npm run format`,
      `These do not pass: ${names}. What is format is mended by: npm run format`,
    );
  }
  say('Todo limpio.', 'All clean.');
});
