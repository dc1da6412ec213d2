import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { emochatCli, startEmochat } from '../support/cli.js';
import { describeWith } from '../support/requirements.js';

/** A model that does not exist: a start that gets so far has taken its settings. */
const noModel = ['serve', '--port', '0', '--model', 'nowhere'];

describeWith('settings at the start of emochat serve', [emochatCli], () => {
  const folder = mkdtempSync(join(tmpdir(), 'emochat-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function start(
    args: readonly string[],
    env: Record<string, string> = {},
    envFile: string | Buffer = '',
  ) {
    writeFileSync(join(folder, '.env'), envFile);
    return startEmochat(args, env, folder).result;
  }

  test('a blank flag is refused, whichever it is', async () => {
    for (const flag of ['--host', '--models-dir']) {
      const { code, stderr } = await start([...noModel, flag, ' ']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/It is blank/);
    }
  });

  test('a blank variable is unset, in the environment and in the file', async () => {
    const blank = { EMOCHAT_PORT: '', EMOCHAT_MODELS_DIR: '  ', EMOCHAT_LOG_LEVEL: '' };
    const { code, stderr } = await start(noModel, blank, 'EMOCHAT_DETECTOR=\r\nGEMINI_TIMEOUT_MS=\r\n');
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere');
  });

  test.each([
    ['the README’s placeholder', 'GEMINI_API_KEY=<your key>\n'],
    ['quotes of a word processor', 'GEMINI_API_KEY=“abc123”\n'],
  ])('a key with %s is named before anything is opened', async (_what, envFile) => {
    const { code, stderr } = await start(noModel, {}, envFile);
    expect(code).toBe(2);
    expect(stderr).toMatch(/GEMINI_API_KEY has characters that no key has/);
    expect(stderr).not.toContain('abc');
  });

  test('a line of .env that sets nothing is named', async () => {
    const { code, stderr } = await start(noModel, {}, '\uFEFF# mine\nabc123\n');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Line 2 of \.env is not NAME=value/);
    expect(stderr).not.toContain('abc123');
  });
});
