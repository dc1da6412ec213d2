import { Command } from 'commander';
import { registerModels } from './commands/models.js';
import { registerTestWebcam } from './commands/test-webcam.js';

/** The whole command line. Each command adds itself from `commands/`. */
export function buildProgram(): Command {
  const program = new Command('emochat');
  program
    .description('La emoción de un rostro, segundo a segundo · The emotion on a face, second by second')
    .showHelpAfterError('(emochat --help)')
    .exitOverride();
  registerModels(program);
  registerTestWebcam(program);
  return program;
}
