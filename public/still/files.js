import { enter, noReading } from '../state/page-state.js';
import { failureText } from '../server/errors.js';
import {
  clipProgress,
  onlyTheFirst,
  photoFaults,
  photoResult,
  stillMessages,
} from '../text/still-messages.js';
import { emotionName } from '../text/emotions.js';
import { longestClip, readClip } from './clip.js';
import { readPhoto } from './photo.js';

/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../state/page-state.js').StillState} StillState */
/** @typedef {import('../live/channel.js').LiveChannel} LiveChannel */

/** Without a camera: a photo is read at once, a clip frame by frame to a session like any other. */
export class Files {
  #store;
  #api;
  #openChannel;
  #onFinished;
  /** @type {AbortController | null} */
  #running = null;

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {object} parts
   * @param {import('../server/api.js').Api} parts.api
   * @param {() => LiveChannel} parts.openChannel a channel of its own for each clip
   * @param {() => void} parts.onFinished a session is in the store, to be read
   */
  constructor(store, { api, openChannel, onFinished }) {
    this.#store = store;
    this.#api = api;
    this.#openChannel = openChannel;
    this.#onFinished = onFinished;
  }

  /**
   * @param {File} file a photo or a clip
   * @param {string} context what the clip is about; its name if that is blank, or left from the session before
   */
  async read(file, context) {
    const { phase } = this.#store.state;
    if (phase === 'counting' || phase === 'recording') return this.#say(stillMessages.busy);
    this.#running?.abort();
    const { signal } = (this.#running = new AbortController());
    try {
      if (file.type.startsWith('video/')) await this.#readClip(file, this.#topic(file, context), signal);
      else await this.#readPhoto(file, signal);
    } catch (error) {
      if (!signal.aborted) this.#say(failureText(error, stillMessages.unreachable));
    } finally {
      if (this.#running?.signal === signal) this.#running = null;
    }
  }

  cancel() {
    if (this.#running === null) return;
    this.#running.abort();
    this.#running = null;
    this.#say(stillMessages.cancelled);
  }

  /**
   * @param {File} file
   * @param {string} context
   */
  #topic(file, context) {
    const own = context.trim();
    return own === '' || own === this.#store.state.session?.context ? file.name : own;
  }

  /**
   * @param {File} file
   * @param {AbortSignal} signal
   */
  async #readPhoto(file, signal) {
    this.#set({ message: stillMessages.looking, photo: null, progress: null });
    const photo = await readPhoto(file, this.#api, signal);
    if (signal.aborted) return;
    if (photo === null) return this.#say(stillMessages.notReadable);
    const [first] = photo.answer.faces;
    const emotion = first?.sure
      ? emotionName(first.emotion)
      : first?.reason
        ? photoFaults[first.reason]
        : null;
    const { length } = photo.answer.faces;
    this.#set({ photo, message: length === 0 ? stillMessages.noFace : photoResult(length, emotion) });
  }

  /**
   * @param {File} file
   * @param {string} context
   * @param {AbortSignal} signal
   */
  async #readClip(file, context, signal) {
    const onProgress = (/** @type {number} */ share) =>
      this.#set({ progress: share, message: clipProgress(share) });
    this.#set({ photo: null, message: clipProgress(0), progress: 0 });
    const channel = this.#openChannel();
    try {
      const clip = await readClip(file, channel, onProgress, signal);
      if (signal.aborted) return;
      if (clip === null) return this.#say(stillMessages.notReadable);
      this.#show(clip, context);
    } finally {
      channel.close();
    }
  }

  /**
   * @param {import('./clip.js').ReadClip} clip
   * @param {string} context
   */
  #show({ cells, samples, length, cut }, context) {
    const startedAt = Date.now();
    /** @type {import('../state/page-state.js').Session} */
    const session = {
      id: String(startedAt),
      startedAt,
      source: 'clip',
      context,
      length,
      labels: this.#store.state.model?.labels ?? [],
      cells,
      samples,
    };
    this.#set({ progress: null, message: cut ? onlyTheFirst(longestClip) : null });
    enter(this.#store, 'read', { session, reading: noReading, keepNotice: null });
    this.#onFinished();
  }

  /** @param {StillState['message']} message */
  #say(message) {
    this.#set({ message, progress: null });
  }

  /** @param {Partial<StillState>} change */
  #set(change) {
    this.#store.update({ still: { ...this.#store.state.still, ...change } });
  }
}
