import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../run.mjs';
import { coreFolder, cppFilesBelow } from './native-sources.mjs';

/** Of each folder of the native core those that it may include from, beside itself. */
const mayUse = {
  base: [],
  image: ['base'],
  cascade: ['base'],
  landmarks: ['base'],
  description: ['base'],
  forest: ['base'],
  scores: ['base'],
  faces: ['cascade', 'image', 'base'],
  frame: ['faces', 'landmarks', 'description', 'image', 'base'],
  addon: ['frame', 'faces', 'landmarks', 'forest', 'scores', 'base'],
};

/** Node's own header, which the addon's folder alone may know. */
const ofNode = 'napi.h';

/** @returns {string[]} includes in the native core that point up or sideways, a sentence each */
export function wrongIncludes() {
  return cppFilesBelow(coreFolder).flatMap((file) => {
    const [folder] = relative(coreFolder, file).split('/');
    const included = [...readFileSync(join(root, file), 'utf8').matchAll(/^#include ["<]([^">]+)[">]/gm)];
    return included
      .map(([, name = '']) => name)
      .filter((name) => !isAllowed(folder, name))
      .map((name) => `${file}: ${folder}/ must not include ${name} (see ARCHITECTURE.md)`);
  });
}

function isAllowed(folder, name) {
  if (name === ofNode) return folder === 'addon';
  const [from] = name.split('/');
  if (!(from in mayUse)) return true;
  return from === folder || mayUse[folder].includes(from);
}
