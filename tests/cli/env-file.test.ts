import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseEnvFile } from '../../src/cli/settings/env-file.js';
import { loadEnvironment } from '../../src/cli/settings/environment.js';

const read = (text: string | Buffer): Record<string, string> =>
  Object.fromEntries(parseEnvFile(Buffer.from(text), '.env'));

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('a .env file', () => {
  const line = 'GEMINI_API_KEY=abc123\r\n';
  test.each([
    ['plain, with the line ends of Windows', line],
    ['with a byte order mark', `\uFEFF${line}`],
    ['in UTF-16 as PowerShell writes it', Buffer.from(`\uFEFF${line}`, 'utf16le')],
    ['in UTF-16, the other byte first', utf16be(`\uFEFF${line}`)],
    ['in UTF-16 without a mark', Buffer.from(line, 'utf16le')],
    ['in UTF-16 without a mark, the other byte first', utf16be(line)],
    ['with double quotes around the line', '"GEMINI_API_KEY=abc123"\n'],
    ['with the quotes that cmd leaves around the line', "'GEMINI_API_KEY=abc123' \r\n"],
    ['with quotes around the value', 'GEMINI_API_KEY="abc123" # mine\n'],
    ['with blanks around the sign', '  GEMINI_API_KEY = abc123 # mine\n'],
    ['with export', "export GEMINI_API_KEY='abc123'\n"],
    ['with set', 'set GEMINI_API_KEY=abc123\n'],
    ['with set and quotes', 'SET "GEMINI_API_KEY=abc123"\n'],
    ['with the sign of PowerShell', '$env:GEMINI_API_KEY = "abc123";\n'],
    ['without a line end', 'GEMINI_API_KEY=abc123'],
    ['with the line ends of an old Mac', '# mine\rGEMINI_API_KEY=abc123\r'],
    ['that says it twice', 'GEMINI_API_KEY=old\nGEMINI_API_KEY=abc123\n'],
  ])('%s is read', (_how, text) => {
    expect(read(text)).toEqual({ GEMINI_API_KEY: 'abc123' });
  });

  test('keeps what a value may hold', () => {
    expect(read('A=http://x/#a=b\nB="two\nlines # no comment"\nC=\nD="it\'s"\n')).toEqual({
      A: 'http://x/#a=b',
      B: 'two\nlines # no comment',
      C: '',
      D: "it's",
    });
  });

  test.each([
    ['a line that sets nothing', '# mine\n\nGEMINI_API_KEY\n', /Line 3 of \.env is not NAME=value/],
    ['a key alone', 'AIzaSecret\n', /Line 1 of \.env is not NAME=value/],
    ['a quote that stays open', 'A=1\nB="AIzaSecret\nC=3\n', /On line 2 of \.env the quotes/],
    ['words after the quotes', 'A="AIza"Secret\n', /On line 1 of \.env the quotes/],
    ['another encoding', Buffer.from('# ñ\nA=ma\xF1ana\n', 'latin1'), /Line 2 of \.env is neither UTF-8/],
    [
      'a line that PowerShell added',
      Buffer.concat([Buffer.from('A=1\r\n'), Buffer.from('B=AIzaSecret\r\n', 'utf16le')]),
      /Line 2 of \.env is neither UTF-8/,
    ],
  ])('%s is named with its line, and not quoted', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).not.toThrow(/AIza|Secret/);
  });
});

describe('the environment and .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'emochat-'));
  const file = join(folder, '.env');
  afterAll(() => rmSync(folder, { recursive: true }));
  const loaded = (environment: NodeJS.ProcessEnv, text: string): NodeJS.ProcessEnv => {
    writeFileSync(file, text);
    loadEnvironment(environment, file);
    return environment;
  };

  test('the environment wins, unless it is blank', () => {
    const text = 'EMOCHAT_HOST=from-file\nGEMINI_MODEL=from-file\nHTTPS_PROXY=http://from-file\n';
    expect(loaded({ EMOCHAT_HOST: 'mine', GEMINI_MODEL: ' ', HTTPS_PROXY: '' }, text)).toEqual({
      EMOCHAT_HOST: 'mine',
      GEMINI_MODEL: 'from-file',
      HTTPS_PROXY: 'http://from-file',
    });
  });

  test('blank is unset on either side', () => {
    expect(loaded({ EMOCHAT_MODELS_DIR: '', GEMINI_API_KEY: '\t', OTHER: '' }, 'EMOCHAT_HOST=\n')).toEqual({
      OTHER: '',
    });
    expect(loaded({ EMOCHAT_HOST: 'mine' }, 'EMOCHAT_HOST=\n')).toEqual({ EMOCHAT_HOST: 'mine' });
  });

  test('a carriage return at the end of a setting goes', () => {
    expect(loaded({ EMOCHAT_HOST: 'localhost\r' }, '')).toEqual({ EMOCHAT_HOST: 'localhost' });
  });

  test('a folder called .env is named', () => {
    expect(() => loadEnvironment({}, folder)).toThrow(/cannot be read/);
    expect(() => loadEnvironment({}, join(folder, 'none'))).not.toThrow();
  });
});
