import type { CandidateOptions } from '../../training/growing/candidates.js';
import { defaultForestOptions } from '../../training/growing/engines/forest-trainer.js';

/** The flags of `emochat train` that say what a candidate changes; none for the defaults. */
export function candidateFlags(candidate: CandidateOptions): string[] {
  const { trees, maxDepth, maxFeatures, minSamplesLeaf, classWeight, balance, extraTrees, transform } =
    candidate;
  const preset = defaultForestOptions;
  const flags: string[] = [];
  if (trees !== preset.trees) flags.push('--trees', `${trees}`);
  if (maxDepth !== null) flags.push('--max-depth', `${maxDepth}`);
  if (maxFeatures !== preset.maxFeatures) flags.push('--max-features', `${maxFeatures}`);
  if (minSamplesLeaf !== preset.minSamplesLeaf) flags.push('--min-samples-leaf', `${minSamplesLeaf}`);
  if (classWeight !== preset.classWeight) flags.push('--class-weight', String(classWeight));
  if (balance) flags.push('--balance');
  if (extraTrees) flags.push('--extra-trees');
  if (transform) flags.push('--transform', transform);
  return flags;
}

/** Words as a shell takes them. */
export function shellLine(words: readonly string[]): string {
  const plain = /^[\w@%+=:,./-]+$/;
  return words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
