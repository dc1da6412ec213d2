import { Option } from 'commander';
import { bilingual } from '../common/user-error.js';
import type { Vision } from '../vision/vision.js';
import { openVision, visionOptions, type VisionSettings } from './vision-setup.js';

/** The settings of a command that works through photos; it bounds what is in flight itself, so the queue is no setting. */
export function batchVisionOptions(): Option[] {
  return visionOptions().filter((option) => option.attributeName() !== 'queueLimit');
}

/** Opens the vision for such a command; see `openVision`. */
export function openBatchVision(options: VisionSettings): Promise<Vision> {
  return openVision({ ...options, queueLimit: 64 });
}

/** Whether `searchPhoto` looks twice. */
export function plainOption(): Option {
  return new Option(
    '--plain',
    bilingual({
      es: 'mira cada foto una sola vez, como el original: no amplía ni rodea de un borde las que parecen sin rostro',
      en: 'look at each photo once only, as the original: photos that seem to show no face are not enlarged and framed',
    }),
  ).default(false);
}
