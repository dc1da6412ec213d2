import { loadEnvironment } from './settings/environment.js';
import { exitCodeOf } from './exit-code.js';
import { chooseLanguage, speak } from './language.js';
import { withValuesOfFlags } from './settings/options.js';
import { buildProgram } from './program.js';

/**
 * Runs `emochat …` to its end, in the language that the person wants to read.
 *
 * @param args what follows the program's name.
 * @param envFile the `.env` to read settings from, if it exists.
 * @returns the exit code.
 */
export async function runCommandLine(args: readonly string[], envFile: string): Promise<number> {
  // Twice: before, for what is wrong with the file; after, since the file may name the language.
  speak(chooseLanguage(args, process.env));
  return exitCodeOf(async () => {
    loadEnvironment(process.env, envFile);
    speak(chooseLanguage(args, process.env));
    await buildProgram().parseAsync(withValuesOfFlags(args), { from: 'user' });
  });
}
