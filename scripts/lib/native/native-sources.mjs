import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from '../run.mjs';

/** Where the native core is; binding.gyp compiles every source below it. */
export const coreFolder = join('src', 'native');

/** What the core is compiled and linked with: macros, packages by pkg-config's names, flags of the linker. */
export const { defines, packages, libraries } = JSON.parse(
  readFileSync(join(root, coreFolder, 'build.json'), 'utf8'),
);

/**
 * @param {string} folder from the checkout
 * @returns {string[]} C++ sources and headers below it, from the checkout
 */
export function cppFilesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /\.(cpp|h)$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** @returns {string[]} the core's sources but those that speak to Node: what tests and benchmarks are linked with */
export function kernelSources() {
  const ofNode = join(coreFolder, 'addon') + sep;
  return cppFilesBelow(coreFolder).filter((name) => name.endsWith('.cpp') && !name.startsWith(ofNode));
}
