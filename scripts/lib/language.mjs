/**
 * The language that set-up and the scripts speak: `EMOCHAT_LANG`, else that of the locale (the first of `LC_ALL`, `LC_MESSAGES`,
 * `LANG` that is set and not blank); Spanish for `es…`, English for anything else. The command line's rule
 * (`src/cli/language.ts`), here for what runs before TypeScript is built.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {'es' | 'en'}
 */
export function languageOf(env) {
  const asked = env.EMOCHAT_LANG?.trim();
  if (asked === 'es' || asked === 'en') return asked;
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value?.trim());
  return /^es(?![a-z])/i.test(locale?.trim() ?? '') ? 'es' : 'en';
}
