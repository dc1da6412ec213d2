import type { Command } from 'commander';
import { bilingual } from '../common/user-error.js';

/** Commander's sentences on wrong usage, in Spanish; `$1`, `$2` are what it quotes. */
const mistakes: readonly [english: RegExp, spanish: string][] = [
  [/^unknown command '(.*)'/, 'no existe la orden «$1»'],
  [/^unknown option '(.*)'/, 'no existe la opción «$1»'],
  [/^missing required argument '(.*)'/, 'falta el argumento «$1»'],
  [/^too many arguments for '(.*)'\. Expected (\d+) arguments?/, 'sobran argumentos de «$1»: admite $2'],
  [/^option '(.*)' argument missing/, 'a la opción «$1» le falta su valor'],
  [/^option '(.*)' argument '(.*)' is invalid/, 'la opción «$1» no admite «$2»'],
  [/^option '(.*)' value '(.*)' from env '(.*)' is invalid/, 'la variable $3 no admite «$2» («$1»)'],
];

const titles: Readonly<Record<string, string>> = {
  'Usage:': 'Uso · Usage:',
  'Arguments:': 'Argumentos · Arguments:',
  'Options:': 'Opciones · Options:',
  'Commands:': 'Órdenes · Commands:',
};

/** Makes commander speak Spanish, too: titles of its help, and what it says of wrong usage. Commands added later inherit it. */
export function speakBothLanguages(program: Command): void {
  program
    .helpOption('-h, --help', bilingual({ es: 'muestra esta ayuda', en: 'show this help' }))
    .helpCommand('help [command]', bilingual({ es: 'ayuda de una orden', en: 'help on a command' }))
    .showHelpAfterError('Ayuda · Help: emochat --help')
    .configureHelp({ styleTitle: (title) => titles[title] ?? title })
    .configureOutput({ outputError: (text, write) => write(withSpanish(text)) });
}

function withSpanish(text: string): string {
  const english = text.replace(/^error: /, '');
  for (const [pattern, spanish] of mistakes) {
    const found = pattern.exec(english)?.[0];
    if (found !== undefined) return `Error: ${found.replace(pattern, spanish)}\n       ${english}`;
  }
  return text;
}
