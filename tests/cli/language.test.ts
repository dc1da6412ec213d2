import { describe, expect, test } from 'vitest';
import { languageOf } from '../../scripts/lib/language.mjs';
import { chooseLanguage } from '../../src/cli/language.js';
import { runEmochat } from '../support/cli.js';

type Environment = Record<string, string>;

describe('the language of the terminal is that of the locale', () => {
  test.each<[Environment, 'es' | 'en']>([
    [{ LANG: 'es_ES.UTF-8' }, 'es'],
    [{ LANG: 'es' }, 'es'],
    [{ LANG: 'es@euro' }, 'es'],
    [{ LANG: 'est_EE.UTF-8' }, 'en'],
    [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LANG: 'C.UTF-8' }, 'en'],
    [{}, 'en'],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'es_MX.UTF-8' }, 'es'],
    [{ LANG: 'es_ES.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'es_ES.UTF-8', LC_ALL: '', LC_MESSAGES: ' ' }, 'es'],
    [{ LANG: 'es_ES.UTF-8', EMOCHAT_LANG: 'en' }, 'en'],
    [{ LANG: 'en_US.UTF-8', EMOCHAT_LANG: ' es ' }, 'es'],
    [{ LANG: 'es_ES.UTF-8', EMOCHAT_LANG: '' }, 'es'],
  ])('%o: %s, in set-up as in the commands', (env, language) => {
    expect(chooseLanguage([], env)).toBe(language);
    expect(languageOf(env)).toBe(language);
  });

  test.each<[string[], 'es' | 'en']>([
    [['--lang', 'en', 'train'], 'en'],
    [['train', '--lang=en'], 'en'],
    [['train', '--lang', 'en', '--lang', 'es'], 'es'],
    [['analyze', '--', '--lang', 'en'], 'es'],
    [['train', '--lang'], 'es'],
    [['train', '--lang', 'fr'], 'es'],
  ])('%o goes before the environment', (args, language) => {
    expect(chooseLanguage(args, { EMOCHAT_LANG: 'es' })).toBe(language);
  });

  test('an error is told once, in that language', async () => {
    const args = ['train', '--data', 'no-such-rows.txt'];
    const es = await runEmochat(args, { LC_ALL: 'es_ES.UTF-8' });
    const en = await runEmochat([...args, '--lang', 'en'], { LC_ALL: 'es_ES.UTF-8' });
    expect(es.stderr).toContain('No se puede leer no-such-rows.txt');
    expect(es.stderr).not.toContain('cannot be read');
    expect(en.stderr).toContain('no-such-rows.txt cannot be read');
    expect(en.stderr).not.toContain('No se');
  });

  test('a language that is none is refused, not guessed', async () => {
    const { code, stderr } = await runEmochat(['models'], { EMOCHAT_LANG: 'fr' });
    expect(code).toBe(2);
    expect(stderr).toContain("value 'fr' from env 'EMOCHAT_LANG' is invalid. Allowed choices are es, en.");
  });
});
