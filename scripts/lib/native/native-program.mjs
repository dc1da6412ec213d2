import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { addonIsBuilt, addonObject } from './native-addon.mjs';
import { coreFolder, kernelSources, libraries, packages } from './native-sources.mjs';
import { opencvVersion, root } from '../run.mjs';
import { SetupError } from '../say.mjs';
import { readStamp, writeStamp } from '../setup/stamp.mjs';

const run = promisify(execFile);

/**
 * How programs are built; `ofAddon`: with the addon's own kernels, as they were compiled for it.
 * @typedef {{ name: string, compiler: string, options: string[], ofAddon?: boolean }} Flavour
 */

/** As the addon is built for use. @type {Flavour} */
const optimised = { name: 'optimised', compiler: 'g++', options: ['-O3'], ofAddon: true };

/** Under ThreadSanitizer, for one instruction set only, so that it does not take minutes. @type {Flavour} */
export const watchedForRaces = {
  name: 'watched-for-races',
  compiler: 'g++',
  options: ['-O2', '-g1', '-fsanitize=thread', '-DHWY_COMPILE_ONLY_STATIC'],
};

/** What the linker needs for the kernels. */
async function kernelLibraries() {
  const { stdout } = await run('pkg-config', ['--libs', ...packages]);
  return [...stdout.trim().split(/\s+/), ...libraries];
}

async function compileOptions({ options }) {
  const { stdout } = await run('pkg-config', ['--cflags-only-I', 'opencv4', ...packages]);
  const system = stdout.trim().replaceAll('-I', '-isystem');
  const own = ['-std=c++20', '-ffp-contract=off', '-Wall', '-Wextra', `-I${join(root, coreFolder)}`];
  return [...own, ...options, ...system.split(/\s+/)];
}

function digest(files, words) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(resolve(root, file))).update('\0');
  return hash.update(words.join('\0')).digest('hex');
}

/** The source and the headers of the checkout that an object was made from (the compiler lists them), if they are all there. */
function madeFrom(object) {
  const rule = readStamp(`${object}.d`)?.replaceAll('\\\n', ' ') ?? '';
  const files = rule.split(/\s+/).slice(1).filter(Boolean);
  return files.every((file) => existsSync(resolve(root, file))) ? files : [];
}

/** Compiles a source, unless its object is there and was made of the same. @returns what names its content. */
async function compile(source, object, { compiler }, options, words) {
  const known = madeFrom(object);
  if (known.length > 0 && isCurrent(object, digest(known, words))) return digest(known, words);
  // Under a name of its own first: several processes may do this at once.
  const temporary = `${object}.${process.pid}.tmp`;
  await runCompiler(compiler, [...options, '-MMD', '-MF', `${temporary}.d`, '-c', source, '-o', temporary]);
  renameSync(`${temporary}.d`, `${object}.d`);
  renameSync(temporary, object);
  const key = digest(madeFrom(object), words);
  writeStamp(`${object}.stamp`, key);
  return key;
}

async function link(program, key, compiler, args) {
  if (isCurrent(program, key)) return;
  const temporary = `${program}.${process.pid}.tmp`;
  await runCompiler(compiler, [...args, '-o', temporary]);
  renameSync(temporary, program);
  writeStamp(`${program}.stamp`, key);
}

function isCurrent(file, key) {
  return existsSync(file) && readStamp(`${file}.stamp`) === key;
}

async function runCompiler(compiler, args) {
  try {
    await run(compiler, args, { cwd: root, maxBuffer: 1 << 26 });
  } catch (error) {
    throw new SetupError(
      `Un programa no se pudo compilar; arriba está lo que dijo ${compiler}. Si falta algo: npm run setup -- --for-tests`,
      `A program could not be built; what ${compiler} said is above. If something is missing: npm run setup -- --for-tests`,
      error instanceof Error ? error.message : String(error),
    );
  }
}

/**
 * Builds C++ programs of the tests and benchmarks, each one source file together with all kernels of `src/native` (none if
 * `kernels` is false), on all cores. What is there already and was made of the same sources is left alone.
 *
 * @param {{ source: string, libraries?: string[], kernels?: boolean }[]} programs sources, from the checkout; libraries besides the kernels' own.
 * @param {Flavour} [flavour]
 * @returns {Promise<string[]>} paths of the programs.
 * @throws SetupError with what the compiler said, or if the addon whose kernels they take is not up to date.
 */
export async function buildPrograms(programs, flavour = optimised) {
  const folder = join(root, '.cache', 'native', flavour.name);
  mkdirSync(folder, { recursive: true });
  const sourcesOf = ({ source, kernels = true }) => [source, ...(kernels ? kernelSources() : [])];
  const sources = [...new Set(programs.flatMap(sourcesOf))];
  const isOfAddon = (source) => flavour.ofAddon === true && source.startsWith(coreFolder + sep);
  if (sources.some(isOfAddon) && !addonIsBuilt()) {
    // Not built here: others may have it open, and several processes may get here at once.
    throw new SetupError(
      'El núcleo nativo no está al día. Escribe: npm run build:native',
      'The native core is not up to date. Type: npm run build:native',
    );
  }
  const options = await compileOptions(flavour);
  const words = [flavour.compiler, ...options, opencvVersion() ?? ''];
  const objectOf = (source) =>
    isOfAddon(source)
      ? addonObject(source)
      : join(folder, `${source.replaceAll(sep, '-').replace(/\.cpp$/, '')}.o`);
  const keys = new Map();
  await onAllCores(sources, async (source) => {
    const object = objectOf(source);
    const made = isOfAddon(source)
      ? digest([object], [])
      : await compile(source, object, flavour, options, words);
    keys.set(source, made);
  });
  return onAllCores(programs, async ({ libraries = [], ...rest }) => {
    const program = join(folder, basename(rest.source, '.cpp'));
    const parts = sourcesOf(rest);
    const linked = [...libraries.map((name) => `-l${name}`), ...(await kernelLibraries()), '-lpthread'];
    const key = digest([], [...parts.map((name) => keys.get(name)), ...linked]);
    const objects = parts.map(objectOf);
    await link(program, key, flavour.compiler, [...flavour.options, ...objects, ...linked]);
    return program;
  });
}

/** Does `work` with every item, on as many at once as there are cores; results in the order of the items. */
async function onAllCores(items, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
