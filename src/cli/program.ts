import { createRequire } from 'node:module';
import { Command } from 'commander';
import { refuseBlankValues } from './settings/blank-values.js';
import { registerAnalyze } from './commands/analyze.js';
import { registerEvaluate } from './commands/evaluate.js';
import { registerModels } from './commands/models.js';
import { registerPrepareData } from './commands/prepare-data.js';
import { registerServe } from './commands/serve.js';
import { registerTrain } from './commands/train.js';
import { registerTune } from './commands/tune.js';
import { registerTestWebcam } from './commands/test-webcam.js';
import { localized } from './language.js';
import { settings } from './settings/options.js';
import { localizeUsage, pointToHelp } from './usage-texts.js';
import { texts } from './texts/options.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** The whole command line. Each command adds itself from `commands/`. */
export function buildProgram(): Command {
  const program = new Command('emochat');
  program
    .description(localized(texts.programDescription))
    .version(version, '-V, --version', localized(texts.versionOption))
    .addOption(settings.lang())
    .exitOverride();
  localizeUsage(program);
  registerAnalyze(program);
  registerEvaluate(program);
  registerModels(program);
  registerPrepareData(program);
  registerServe(program);
  registerTrain(program);
  registerTune(program);
  registerTestWebcam(program);
  refuseBlankValues(program);
  pointToHelp(program);
  return program;
}
