import { expect, test } from 'vitest';
import { emochatCli, runEmochat } from '../support/cli.js';
import { describeWith } from '../support/shared.js';

describeWith('wrong usage is told in both languages, exit code 2', [emochatCli], () => {
  test.each([
    ['a command with a typing mistake', ['trian'], 'no existe la orden «trian»', 'Did you mean train?'],
    ['a subcommand that is none', ['models', 'typo'], 'no existe la orden «typo»', '(list, fetch, verify)'],
    ['an option that is none', ['train', '--tree', '5'], 'no existe la opción «--tree»', 'unknown option'],
    ['an argument left out', ['analyze'], 'falta el argumento «path»', 'missing required argument'],
    ['one argument too many', ['train', 'data.txt'], 'sobran argumentos de «train»', 'too many arguments'],
    ['an option without its value', ['train', '--trees'], 'le falta su valor', 'argument missing'],
    ['a value that will not do', ['train', '--trees', 'x'], 'no admite «x»', 'It must be a whole number'],
  ])('%s', async (_, args, spanish, english) => {
    const { code, stdout, stderr } = await runEmochat(args);
    expect(code).toBe(2);
    expect(stderr).toContain(spanish);
    expect(stderr).toContain(english);
    expect(stdout).toBe('');
  });

  test('a wrong value in the environment: the variable is named', async () => {
    const { code, stderr } = await runEmochat(['serve'], { EMOCHAT_PORT: 'abc' });
    expect(code).toBe(2);
    expect(stderr).toContain('la variable EMOCHAT_PORT no admite «abc»');
  });

  test('--help has titles in both languages', async () => {
    const { code, stdout } = await runEmochat(['train', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Uso · Usage: emochat train [options]');
    expect(stdout).toContain('Opciones · Options:');
  });
});
