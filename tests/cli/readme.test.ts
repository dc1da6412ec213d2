import type { Option } from 'commander';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '../../src/cli/settings/options.js';
import { buildProgram } from '../../src/cli/program.js';
import { projectRoot } from '../support/checkout.js';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const configuration = readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8');

function cells(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function settingRow(option: Option): string[] {
  const preset = (option.defaultValueDescription ?? option.defaultValue) as
    string | number | false | undefined;
  const byDefault = preset === undefined || preset === false ? '–' : String(preset);
  return [`\`${option.flags}\``, `\`${option.envVar ?? ''}\``, byDefault, option.description];
}

test('the table of settings in docs/configuration.md is what the commands take', () => {
  const table = configuration.slice(configuration.indexOf('<!-- settings')).split('\n\n')[1] ?? '';
  const rows = table.trim().split('\n').slice(2).map(cells);
  expect(rows).toEqual(Object.values(settings).map((make) => settingRow(make())));
});

test('the README names every command', () => {
  for (const command of buildProgram().commands) expect(readme).toContain(`\`emochat ${command.name()}`);
});

test('every page that the documents link to is there', () => {
  const docs = readdirSync(join(projectRoot, 'docs'), { recursive: true }).map(
    (name) => `docs/${String(name)}`,
  );
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'models/README.md',
    ...docs,
  ];
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(projectRoot, page), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    for (const link of links)
      expect([link, existsSync(join(projectRoot, page, '..', link))]).toEqual([link, true]);
  }
});
