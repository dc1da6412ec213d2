import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';

const plain = {
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  style: { head: [], border: [], compact: true },
};

/** Milliseconds, with as many digits as they deserve. */
export function ms(value) {
  if (!Number.isFinite(value)) return '–';
  return `${value.toFixed(value < 0.1 ? 4 : value < 10 ? 2 : 1)} ms`;
}

/** `11.4×`, or `0.93×`. */
export function times(value) {
  return Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 1)}×` : '–';
}

/** Bytes as megabytes (10^6). */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `1920×1080`. */
export function sizeName({ width, height }) {
  return `${width}×${height}`;
}

/**
 * A goal of the speed issue.
 * @typedef {{ what: string, reached: number, unit: string, least?: number, most?: number, hope?: number, remark?: string }} Goal
 */

/** Prints tables as they come, and keeps everything for the JSON file. */
export class Report {
  #parts = {};
  /** @type {Goal[]} */
  #goals = [];

  /** A table of text; columns but the first are aligned to the right. */
  table(title, head, rows) {
    const table = new Table({
      ...plain,
      head,
      colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    });
    table.push(...rows.map((row) => row.map(String)));
    process.stdout.write(`\n${title}\n${table.toString()}\n`);
  }

  /** A sentence beneath a table. */
  note(text) {
    process.stdout.write(`  ${text}\n`);
  }

  /** Keeps a part's figures for the JSON file. */
  keep(part, figures) {
    this.#parts[part] = figures;
  }

  /** @param {Goal} goal */
  goal(goal) {
    this.#goals.push(goal);
  }

  /** The goals that were measured, with what was reached. */
  printGoals() {
    if (this.#goals.length === 0) return;
    const rows = this.#goals.map((goal) => [
      goal.what,
      `${limit(goal)} ${goal.unit}${goal.hope === undefined ? '' : ` (${goal.hope})`}`,
      rounded(goal.reached),
      verdict(goal),
    ]);
    const head = ['', 'meta (ojalá) · goal (hope)', 'alcanzado · reached', ''];
    this.table('Metas · Must reach', head, rows);
  }

  /** Writes everything to a JSON file. */
  write(file, about) {
    const goals = this.#goals.map((goal) => ({ ...goal, passed: passed(goal) }));
    writeFileSync(file, `${JSON.stringify({ ...about, parts: this.#parts, goals }, null, 2)}\n`);
  }
}

function limit({ least, most }) {
  return least === undefined ? `≤ ${most}` : `≥ ${least}`;
}

function rounded(value) {
  return Number(value.toPrecision(3));
}

function passed({ reached, least, most }) {
  return least === undefined ? reached <= most : reached >= least;
}

function verdict(goal) {
  const { reached, least, most, remark } = goal;
  const by = least === undefined ? most / reached : reached / least;
  const word = passed(goal) ? 'sí · passed' : 'NO · missed';
  return [`${word}, ${times(by)}`, ...(remark === undefined ? [] : [remark])].join('; ');
}
