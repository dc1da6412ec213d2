import type { Option } from 'commander';
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
