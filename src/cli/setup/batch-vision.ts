import { Option, type Command } from 'commander';
import { UserError } from '../../common/user-error.js';
import type { PhotoSearch } from '../../vision/face-search.js';
import type { FaceRule } from '../../vision/face-order.js';
import type { Vision } from '../../vision/vision.js';
import { localized } from '../language.js';
import { settings } from '../settings/options.js';
import { openVision, visionOptions, type VisionSettings } from './vision-setup.js';
import { texts } from '../texts/options.js';

/** What `--plain` stands for: the original's settings. */
const original = { look: 'plain', face: 'first', landmarks: 'plain' } as const;

/** The parsed settings of a command that works through photos. */
export interface BatchSettings extends VisionSettings {
  plain: boolean;
  face: FaceRule;
}

/**
 * Adds the settings of a command that works through photos to it: how photos are searched, and those of the vision but for the
 * queue, since such a command bounds what is in flight itself. `--plain` beside a `--face` or `--landmarks` that is not the original's
 * is refused.
 */
export function addBatchOptions(command: Command): void {
  command.addOption(plainOption()).addOption(settings.face());
  for (const option of visionOptions()) {
    if (option.attributeName() !== 'queueLimit') command.addOption(option);
  }
  command.hook('preAction', (_, called) => {
    const settled = called.opts<BatchSettings>();
    if (!settled.plain) return;
    for (const name of ['face', 'landmarks'] as const) {
      const flag = called.getOptionValueSource(name) === 'cli';
      if (flag && settled[name] !== original[name]) throw notPlain(name);
    }
  });
}

/**
 * Opens the vision for such a command, with `--plain` one that gives the original's landmarks; see `openVision`.
 * @throws UserError `PLAIN_NEEDS_FACEMARK` if `lbfmodel.yaml` cannot be had with `--plain`; else as `openVision` does.
 */
export function openBatchVision(options: BatchSettings): Promise<Vision> {
  const { landmarks } = options.plain ? original : options;
  return openVision({ ...options, ...(landmarks && { landmarks }), queueLimit: 64 });
}

/** How such a command searches its photos. */
export function photoSearch({ plain, face }: BatchSettings): PhotoSearch {
  return plain ? { look: original.look, face: original.face } : { look: 'close', face };
}

function plainOption(): Option {
  return new Option('--plain', localized(texts.plainOption)).default(false);
}

function notPlain(name: 'face' | 'landmarks'): UserError {
  const value = `--${name} ${original[name]}`;
  return new UserError('PLAIN_CONTRADICTED', texts.plainWithFace(value, name), { exitCode: 2 });
}
