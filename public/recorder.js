/** Length of a recording, in seconds. */
export const recordingSeconds = 30;

/**
 * @typedef {object} FinishedRecording
 * @property {string} context what the visitor said they would talk about
 * @property {readonly string[]} emotions labels in the order in which they were seen, one a frame
 */

/**
 * A 30-second recording: idle → recording → idle again, with or without a result.
 * It knows no clock and no page: whoever uses it tells it the time, in milliseconds of any one clock.
 */
export class Recorder {
  /** @type {{ context: string, startedMs: number, emotions: string[] } | null} */
  #recording = null;

  get recording() {
    return this.#recording !== null;
  }

  /**
   * Starts anew.
   *
   * @param {string} context
   * @param {number} nowMs
   * @returns {boolean} false, and nothing started, if the context is blank
   */
  begin(context, nowMs) {
    const trimmed = context.trim();
    if (trimmed === '') return false;
    this.#recording = { context: trimmed, startedMs: nowMs, emotions: [] };
    return true;
  }

  /**
   * Notes an emotion; outside a recording it does nothing.
   *
   * @param {string} emotion its label
   */
  add(emotion) {
    this.#recording?.emotions.push(emotion);
  }

  /**
   * @param {number} nowMs
   * @returns {number} whole seconds still to go, 30 … 0; 30 when idle
   */
  secondsLeft(nowMs) {
    if (this.#recording === null) return recordingSeconds;
    const elapsed = (nowMs - this.#recording.startedMs) / 1000;
    return Math.max(0, Math.ceil(recordingSeconds - elapsed));
  }

  /**
   * Ends the recording.
   *
   * @returns {FinishedRecording | null} what was recorded; null if nothing was being recorded
   */
  finish() {
    const recording = this.#recording;
    this.#recording = null;
    return recording && { context: recording.context, emotions: recording.emotions };
  }

  /** Throws away what was recorded so far. */
  discard() {
    this.#recording = null;
  }
}

/**
 * @param {number} seconds
 * @returns {string} `mm:ss`, e.g. `00:30`
 */
export function clockFace(seconds) {
  const minutes = Math.floor(seconds / 60);
  return [minutes, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
