import { Option, type Command } from 'commander';
import { UserError } from '../common/user-error.js';
import type { PhotoSearch } from '../training/face-search.js';
import type { FaceRule } from '../vision/face-order.js';
import type { Vision } from '../vision/vision.js';
import { localized } from './language.js';
import { settings } from './options.js';
import { openVision, visionOptions, type VisionSettings } from './vision-setup.js';

/** The parsed settings of a command that works through photos. */
export interface BatchSettings extends VisionSettings {
  plain: boolean;
  face: FaceRule;
}

/**
 * Adds the settings of a command that works through photos to it: how photos are searched, and those of the vision but for the
 * queue, since such a command bounds what is in flight itself. `--plain` beside a `--face` that is not the original's is refused.
 */
export function addBatchOptions(command: Command): void {
  command.addOption(plainOption()).addOption(settings.face());
  for (const option of visionOptions()) {
    if (option.attributeName() !== 'queueLimit') command.addOption(option);
  }
  command.hook('preAction', (_, called) => {
    const { plain, face } = called.opts<BatchSettings>();
    if (plain && face !== 'first' && called.getOptionValueSource('face') === 'cli') throw notPlain();
  });
}

/** Opens the vision for such a command; see `openVision`. */
export function openBatchVision(options: BatchSettings): Promise<Vision> {
  return openVision({ ...options, queueLimit: 64 });
}

/** How such a command searches its photos. */
export function photoSearch({ plain, face }: BatchSettings): PhotoSearch {
  return plain ? { look: 'plain', face: 'first' } : { look: 'close', face };
}

function plainOption(): Option {
  return new Option(
    '--plain',
    localized({
      es: 'mira cada foto como el original: una sola vez, sin ampliarla, y cuenta el primer rostro',
      en: 'look at each photo as the original does: once, not enlarged, and the first face counts',
    }),
  ).default(false);
}

function notPlain(): UserError {
  return new UserError(
    'PLAIN_WITH_FACE',
    {
      es: '--plain es como el original, donde cuenta el primer rostro: quita --plain o --face.',
      en: '--plain is as the original, where the first face counts: leave out --plain or --face.',
    },
    { exitCode: 2 },
  );
}
