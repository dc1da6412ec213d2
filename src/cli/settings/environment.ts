import { readFileSync } from 'node:fs';
import { UserError } from '../../common/user-error.js';
import { parseEnvFile } from './env-file.js';
import { texts } from '../texts/options.js';

/** Variables that are ours, or that say how to reach the network. */
const settingNames = /^(?:(?:EMOCHAT|GEMINI)_\w*|(?:https?|all|no)_proxy)$/i;

/**
 * Makes `environment` hold what counts. A variable that is blank is unset, whether it stands in the environment or in the
 * file: compose files and shells write `NAME=` for «not set». So a blank one does not hide the file's value either.
 * Blanks at the ends of our own variables go, as the carriage return that Windows' line ends leave.
 *
 * @param environment changed in place; a variable that it holds wins over the file.
 * @param file a `.env` file; it need not exist.
 * @throws UserError `ENV_UNREADABLE`
 */
export function loadEnvironment(environment: NodeJS.ProcessEnv, file: string): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && settingNames.test(name)) assign(environment, name, value);
  }
  for (const [name, value] of readEnvFile(file)) {
    if (!environment[name]?.trim()) assign(environment, name, value);
  }
}

function assign(environment: NodeJS.ProcessEnv, name: string, value: string): void {
  // Of a deleted variable only `in` knows: assigning `undefined` would make it the word «undefined».
  if (value.trim() === '') Reflect.deleteProperty(environment, name);
  else environment[name] = settingNames.test(name) ? value.trim() : value;
}

function readEnvFile(file: string): Map<string, string> {
  try {
    return parseEnvFile(readFileSync(file), file);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return new Map();
    throw new UserError('ENV_UNREADABLE', texts.envFileUnreadable(file), { cause });
  }
}
