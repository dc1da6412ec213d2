import type { Message } from '../common/user-error.js';

/** The languages that the command line speaks. */
export const languages = ['es', 'en'] as const;
export type Language = (typeof languages)[number];

/** The environment variable that names the language whatever the locale is. */
export const languageVariable = 'EMOCHAT_LANG';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The language that a person wants to read: `--lang`, else `EMOCHAT_LANG`, else that of the locale by POSIX's rule (the first of
 * `LC_ALL`, `LC_MESSAGES`, `LANG` that is set and not blank). Spanish for `es…`, English for anything else.
 *
 * A value of `--lang` or `EMOCHAT_LANG` that is no language counts as absent here; commander refuses it afterwards, in words.
 * `scripts/lib/language.mjs` has the same rule for what runs before anything is built.
 *
 * @param args what follows the program's name on the command line.
 */
export function chooseLanguage(args: readonly string[], env: Environment): Language {
  const asked = [languageFlag(args), env[languageVariable]?.trim()];
  return languages.find((language) => language === asked.find(isLanguage)) ?? languageOfLocale(env);
}

function isLanguage(name: string | undefined): name is Language {
  return languages.some((language) => language === name);
}

function languageFlag(args: readonly string[]): string | undefined {
  const end = args.indexOf('--');
  const flags = end < 0 ? args : args.slice(0, end);
  const joined = flags.findLast((arg) => arg.startsWith('--lang='));
  if (joined !== undefined) return joined.slice('--lang='.length);
  const at = flags.lastIndexOf('--lang');
  return at < 0 ? undefined : flags[at + 1];
}

function languageOfLocale(env: Environment): Language {
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value?.trim());
  return /^es(?![a-z])/i.test(locale?.trim() ?? '') ? 'es' : 'en';
}

let current: Language = 'en';

/** Sets the language of {@link localized}; once, before the commands describe themselves. */
export function speak(language: Language): void {
  current = language;
}

/** The language that is spoken. */
export function currentLanguage(): Language {
  return current;
}

/** A text in the language of the command line. */
export function localized(text: Message): string {
  return text[current];
}
