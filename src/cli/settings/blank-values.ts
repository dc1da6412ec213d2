import { InvalidArgumentError, type Command } from 'commander';
import { localized } from '../language.js';
import { texts } from '../texts/options.js';

/**
 * Makes every option of a command line refuse a blank value: `--host ''` would listen on every interface, `--models-dir ''`
 * would mean the current folder. To be called when all commands are there.
 */
export function refuseBlankValues(program: Command): void {
  for (const option of program.options) {
    const parse = option.parseArg;
    if (!option.required && !option.optional) continue;
    option.argParser((value: string, previous: unknown) => {
      if (value.trim() === '') throw new InvalidArgumentError(localized(blank));
      return parse === undefined ? value : parse(value, previous);
    });
  }
  for (const command of program.commands) refuseBlankValues(command);
}

const blank = texts.blankValue;
