import { cameraFailed, cameraMessages, insecurePage } from '../text/camera-messages.js';

/** @typedef {import('../text/translator.js').Message} Message */

/** The camera could not be had; `text` says why and what to do. */
export class CameraError extends Error {
  /**
   * @param {Message} text
   * @param {ErrorOptions} [options]
   */
  constructor(text, options = {}) {
    super(text.en, options);
    this.text = text;
  }
}

/** By the `name` of what `getUserMedia` throws. @type {ReadonlyMap<string, Message>} */
const causes = new Map([
  ['NotAllowedError', cameraMessages.denied],
  ['NotReadableError', cameraMessages.inUse],
  // Firefox's name for a device that does not start.
  ['AbortError', cameraMessages.inUse],
  ['NotFoundError', cameraMessages.notFound],
  ['OverconstrainedError', cameraMessages.unfit],
  ['SecurityError', cameraMessages.denied],
]);

/**
 * @param {unknown} thrown by `getUserMedia` or `play`
 * @returns {CameraError}
 */
export function asCameraError(thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const bySystem = error.name === 'NotAllowedError' && /system/i.test(error.message);
  const text = bySystem ? cameraMessages.deniedBySystem : causes.get(error.name);
  return new CameraError(text ?? cameraFailed(error), { cause: error });
}

/**
 * Where the browser gives cameras to pages.
 *
 * @returns {MediaDevices}
 * @throws {CameraError} where it does not
 */
export function mediaDevices() {
  // Absent on pages that the browser does not trust, whatever the types say.
  const devices = /** @type {MediaDevices | undefined} */ (navigator.mediaDevices);
  if (devices !== undefined) return devices;
  const address = `http://localhost:${location.port || '80'}`;
  throw new CameraError(isSecureContext ? cameraMessages.unsupported : insecurePage(address));
}
