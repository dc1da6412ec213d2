import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { UserError } from '../../common/user-error.js';
import { currentLanguage, languageVariable } from '../language.js';
import { packageRoot } from '../settings/options.js';
import { texts } from '../texts/commands.js';

/**
 * Sees to it that @u4/opencv4nodejs can be loaded: built at the first time, 4 to 9 minutes, told on the terminal.
 * @throws UserError `OPENCV_PACKAGE_MISSING`
 */
export async function ensureOpenCvPackage(): Promise<void> {
  const script = join(packageRoot, 'scripts', 'build-opencv4nodejs.mjs');
  const child = spawn(process.execPath, [script], {
    stdio: 'inherit',
    env: { ...process.env, [languageVariable]: currentLanguage() },
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status === 0) return;
  throw new UserError('OPENCV_PACKAGE_MISSING', texts.windowNotBuilt);
}
