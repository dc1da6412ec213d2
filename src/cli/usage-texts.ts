import type { Command, Option } from 'commander';
import { currentLanguage, localized } from './language.js';

/** Commander's own words of wrong usage, in Spanish; `$1`, `$2` are what it quotes. */
const mistakes: readonly [english: RegExp, spanish: string][] = [
  [/^error: unknown command '(.*)'/, 'Error: no existe la orden «$1»'],
  [/^error: unknown option '(.*)'/, 'Error: no existe la opción «$1»'],
  [/^error: missing required argument '(.*)'/, 'Error: falta el argumento «$1»'],
  [
    /^error: too many arguments for '(.*)'\. Expected (\d+) arguments? but got (\d+)/,
    'Error: sobran argumentos de «$1»: admite $2 y hay $3',
  ],
  [
    /^error: too many arguments\. Expected (\d+) arguments? but got (\d+)/,
    'Error: sobran argumentos: caben $1 y hay $2',
  ],
  [/^error: option '(.*)' argument missing/, 'Error: a la opción «$1» le falta su valor'],
  [/^error: option '(.*)' argument '(.*)' is invalid\./, 'Error: la opción «$1» no admite «$2».'],
  [
    /^error: option '(.*)' value '(.*)' from env '(.*)' is invalid\./,
    'Error: la variable $3 no admite «$2» («$1»).',
  ],
  [
    /^error: command-argument value '(.*)' is invalid for argument '(.*)'\./,
    'Error: el argumento «$2» no admite «$1».',
  ],
  [/^error: /, 'Error: '],
  [/Allowed choices are (.*)\.$/m, 'Se admite: $1.'],
  [/\(Did you mean one of (.*)\?\)/, '(¿Quisiste decir una de estas: $1?)'],
  [/\(Did you mean (.*)\?\)/, '(¿Quisiste decir $1?)'],
];

const spanishTitles: Readonly<Record<string, string>> = {
  'Usage:': 'Uso:',
  'Arguments:': 'Argumentos:',
  'Options:': 'Opciones:',
  'Global Options:': 'Opciones de todas las órdenes:',
  'Commands:': 'Órdenes:',
};

/** Makes commander speak the language of the command line: its help, and what it says of wrong usage. Commands added later inherit it. */
export function localizeUsage(program: Command): void {
  program
    .helpOption('-h, --help', localized({ es: 'muestra esta ayuda', en: 'show this help' }))
    .helpCommand('help [command]', localized({ es: 'ayuda de una orden', en: 'help on a command' }))
    .showHelpAfterError(localized({ es: 'Ayuda: emochat --help', en: 'Help: emochat --help' }));
  if (currentLanguage() === 'en') {
    program.configureHelp({ showGlobalOptions: true });
    return;
  }
  program
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => spanishTitles[title] ?? title,
      optionDescription: spanishDescription,
    })
    .configureOutput({ outputError: (text, write) => write(inSpanish(text)) });
}

/** As commander's own, which has no words but English ones for choices, default and variable. */
function spanishDescription(option: Option): string {
  const facts: string[] = [];
  if (option.argChoices) facts.push(`valores: ${option.argChoices.join(', ')}`);
  const preset: unknown = option.defaultValueDescription ?? option.defaultValue;
  if (preset !== undefined && preset !== false)
    facts.push(`por omisión: ${typeof preset === 'string' ? preset : JSON.stringify(preset)}`);
  if (option.envVar !== undefined) facts.push(`variable: ${option.envVar}`);
  return facts.length === 0 ? option.description : `${option.description} (${facts.join(', ')})`;
}

function inSpanish(text: string): string {
  return mistakes.reduce((said, [english, spanish]) => said.replace(english, spanish), text);
}
