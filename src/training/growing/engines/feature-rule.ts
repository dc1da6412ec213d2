import type { FeatureRule } from './forest-trainer.js';

/**
 * How many features a rule means, as scikit-learn counts them: rounded down, at least one, at most all.
 * @param columns features there are.
 */
export function featureCountOf(rule: FeatureRule, columns: number): number {
  const count = { sqrt: Math.sqrt(columns), log2: Math.log2(columns), all: columns };
  const wanted = typeof rule === 'string' ? count[rule] : rule < 1 ? rule * columns : rule;
  return Math.max(1, Math.min(columns, Math.floor(wanted)));
}
