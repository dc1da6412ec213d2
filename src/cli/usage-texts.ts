import type { Command, Option } from 'commander';
import { printableLines } from '../common/printable.js';
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

/** Says after a mistake which help there is: that of the command in which it was made. Once all commands are there. */
export function pointToHelp(command: Command, path = command.name()): void {
  command.showHelpAfterError(localized({ es: `Ayuda: ${path} --help`, en: `Help: ${path} --help` }));
  for (const inner of command.commands) pointToHelp(inner, `${path} ${inner.name()}`);
}

/** Makes commander speak the language of the command line: its help, and what it says of wrong usage. Commands added later inherit it. */
export function localizeUsage(program: Command): void {
  program
    .helpOption('-h, --help', localized({ es: 'muestra esta ayuda', en: 'show this help' }))
    .helpCommand('help [command]', localized({ es: 'ayuda de una orden', en: 'help on a command' }));
  const spanish = currentLanguage() === 'es';
  program
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => (spanish ? (spanishTitles[title] ?? title) : title),
      optionDescription,
    })
    .configureOutput({
      outputError: (text, write) => write(printableLines(spanish ? inSpanish(text) : text)),
    });
}

/** What an option is for, then its choices, its default and its variable: commander's own words for these are English. */
function optionDescription(option: Option): string {
  const { description, argChoices, envVar } = option;
  const preset = presetText(option);
  const facts = [
    argChoices && `${localized({ es: 'valores', en: 'choices' })}: ${argChoices.join(', ')}`,
    preset && `${localized({ es: 'por omisión', en: 'default' })}: ${preset}`,
    envVar && `${localized({ es: 'variable', en: 'env' })}: ${envVar}`,
  ].filter((fact) => fact !== undefined && fact !== '');
  return facts.length === 0 ? description : `${description} (${facts.join('; ')})`;
}

/** The default, unless it is only what an option that nobody gives comes to: no flag, nothing in a list. */
function presetText(option: Option): string | undefined {
  const value: unknown = option.defaultValue;
  if (option.defaultValueDescription !== undefined) return option.defaultValueDescription;
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : undefined;
}

function inSpanish(text: string): string {
  return mistakes.reduce((said, [english, spanish]) => said.replace(english, spanish), text);
}
