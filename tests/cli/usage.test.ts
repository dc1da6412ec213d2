import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { emochatCli, runEmochat } from '../support/cli.js';
import { describeWith } from '../support/requirements.js';

const manifest = createRequire(import.meta.url)('../../package.json') as { version: string };

describeWith('wrong usage is told in the language of the command line, exit code 2', [emochatCli], () => {
  test.each([
    [
      'a command with a typing mistake',
      ['trian'],
      'no existe la orden «trian»\n(¿Quisiste decir train?)',
      'Did you mean train?',
    ],
    ['a subcommand that is none', ['models', 'typo'], 'no existe la orden «typo»', '(list, fetch, verify)'],
    ['an option that is none', ['train', '--tree', '5'], 'no existe la opción «--tree»', 'unknown option'],
    ['an argument left out', ['analyze'], 'falta el argumento «path»', 'missing required argument'],
    ['one argument too many', ['train', 'data.txt'], 'sobran argumentos de «train»', 'too many arguments'],
    ['an option without its value', ['train', '--trees'], 'le falta su valor', 'argument missing'],
    [
      'a value that will not do',
      ['train', '--trees', 'x'],
      'no admite «x». Debe ser',
      'It must be a whole number',
    ],
    [
      'a choice that is none',
      ['train', '--criterion', 'x'],
      'no admite «x». Se admite: gini',
      'Allowed choices are gini',
    ],
  ])('%s', async (_, args, spanish, english) => {
    const es = await runEmochat(args, { LC_ALL: 'es_AR.UTF-8' });
    const en = await runEmochat(args, { LC_ALL: 'de_DE.UTF-8' });
    expect([es.code, en.code]).toEqual([2, 2]);
    expect(es.stderr).toContain(spanish);
    expect(en.stderr).toContain(english);
    expect(en.stderr).not.toMatch(/[¿«]/);
    expect(es.stderr).not.toMatch(/error: |Did you|Allowed|must/);
    expect(es.stdout + en.stdout).toBe('');
  });

  test('a wrong value in the environment: the variable is named', async () => {
    const { code, stderr } = await runEmochat(['serve'], { EMOCHAT_PORT: 'abc', EMOCHAT_LANG: 'es' });
    expect(code).toBe(2);
    expect(stderr).toContain('la variable EMOCHAT_PORT no admite «abc»');
  });

  test.each(['es', 'en'])('--help says no default that says nothing (%s)', async (lang) => {
    const { code, stdout } = await runEmochat(['train', '--lang', lang, '--help']);
    expect(code).toBe(0);
    const help = stdout.replace(/\s+/g, ' ');
    expect(help).not.toMatch(/: (false|\[\]|\{\}|undefined)/);
    expect(help).toContain(lang === 'es' ? 'por omisión: gini' : 'default: gini');
  });

  test('what follows --offline is its value only if it is yes or no', async () => {
    const runs = [
      ['--offline', 'nowhere.jpg'],
      ['--offline', 'yes', 'nowhere.jpg'],
      ['nowhere.jpg', '--offline'],
    ];
    for (const args of runs) {
      const { code, stderr } = await runEmochat(['analyze', ...args]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('nowhere.jpg')]);
    }
  });

  test('a name with control characters cannot play tricks on the terminal that shows the error', async () => {
    for (const [args, exit] of [
      [['evaluate', 'none\u001b[31m'], 1],
      [['none\u001b[31m'], 2],
    ] as const) {
      // prettier-ignore
      const { code, stderr } = await runEmochat([...args]);
      expect(code).toBe(exit);
      expect(stderr).toContain('none?[31m');
      expect(stderr).not.toContain('\u001b');
    }
  });

  test('a mistake inside a command points to the help of that command', async () => {
    for (const [args, help] of [
      [['train', '--tree', '5'], 'emochat train --help'],
      [['models', 'fetch', '--nothing'], 'emochat models fetch --help'],
      [['--nothing'], 'emochat --help'],
    ] as const)
      expect((await runEmochat([...args])).stderr).toContain(`Help: ${help}`);
  });

  test('--help is in one language', async () => {
    const { code, stdout } = await runEmochat(['train', '--lang', 'es', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Uso: emochat train [options]');
    expect(stdout).toContain('Opciones:');
    expect(stdout).not.toMatch(/Usage|Options|default:|choices:| · /);
  });
});

describeWith('--version', [emochatCli], () => {
  test('says which EmoChat this is', async () => {
    expect(await runEmochat(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  });
});
