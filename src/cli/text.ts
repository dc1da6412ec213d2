import Table from 'cli-table3';
import type { Message } from '../common/user-error.js';
import { localized } from './language.js';

/** A plain table for stdout, headed in the language of the command line. */
export function table(head: readonly Message[], rows: readonly (readonly string[])[]): string {
  const result = new Table({ head: head.map(localized), style: { head: [], border: [] } });
  result.push(...rows.map((row) => [...row]));
  return `${result.toString()}\n`;
}

/** A share in [0, 1] as percent with two decimals. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** A mean share and its standard error as percent with two decimals. */
export function withError({ mean, standardError }: { mean: number; standardError: number }): string {
  return `${percent(mean)} ± ${percent(standardError)}`;
}
