import { failureText, ServerError } from '../server/errors.js';
import { cameraOff, enter, nothingSeen } from '../state/page-state.js';
import { cameraMessages, cameraName } from '../text/camera-messages.js';
import { messages } from '../text/messages.js';
import { CalmFace } from './calm-face.js';
import { CameraError } from './camera-error.js';
import { Camera } from './camera.js';
import { HeldFace } from './faces.js';
import { FrameGrabber } from './frame-grabber.js';
import { MoodFilter } from './mood.js';
import { canvasCanBeRead, PictureWatch } from './picture-watch.js';
import { sampleOf } from './sample.js';
import { Stream } from './stream.js';

/** @typedef {import('../state/store.js').Store<import('../state/page-state.js').PageState>} PageStore */
/** @typedef {import('../state/page-state.js').CameraState} CameraState */
/** @typedef {import('../session/recorder.js').Sample} Sample */
/** @typedef {import('../text/translator.js').Message} Message */
/** @typedef {import('./faces.js').LiveAnswer} LiveAnswer */

/** @typedef {import('./channel.js').LiveChannel} LiveChannel */

/** The live picture: camera on, its frames to the server, what they say into the store. */
export class Live {
  #store;
  #channel;
  #onSample;
  #camera;
  #grabber;
  #stream;
  #watch = new PictureWatch();
  #held = new HeldFace();
  #mood = new MoodFilter();
  #calm;
  /** When the last answers came. @type {number[]} */
  #answered = [];

  /**
   * @param {PageStore} store
   * @param {object} parts
   * @param {HTMLVideoElement} parts.video shows the camera
   * @param {Pick<LiveChannel, 'ask' | 'close'>} parts.channel
   * @param {(sample: Sample) => void} parts.onSample what a frame said about the person who is read
   */
  constructor(store, { video, channel, onSample }) {
    this.#store = store;
    this.#channel = channel;
    this.#onSample = onSample;
    this.#calm = new CalmFace(store);
    this.#camera = new Camera(video, (text) => this.#stop(text));
    this.#grabber = new FrameGrabber(video);
    this.#stream = new Stream({
      grab: () => this.#grab(),
      ask: (frame, signal) => channel.ask(frame, signal),
      onAnswer: (answer, takenMs) => this.#show(answer, takenMs),
      onFailure: (error) => this.#showFailure(error),
    });
  }

  /** The picture that `state.live` speaks of, as large as the camera gives it. */
  get picture() {
    return this.#grabber.shown;
  }

  /**
   * Turns the camera on.
   *
   * @param {string | null} [deviceId] another than the one chosen before
   */
  async start(deviceId = null) {
    this.#stream.stop();
    this.#setCamera({ status: 'starting', trouble: null });
    try {
      if (!canvasCanBeRead()) throw new CameraError(cameraMessages.canvasBlocked);
      if (!(await this.#camera.open(deviceId))) return;
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      return this.#stop(error.text);
    }
    this.#begin();
    const devices = await this.#camera.devices();
    this.#setCamera({
      devices: devices.map(({ id, label }, i) => ({ id, label: label || cameraName(i + 1).es })),
      chosen: this.#camera.deviceId,
    });
  }

  /** Turns the camera off. */
  stop() {
    this.#stop(null);
  }

  /** @param {number} id the face to read from now on */
  hold(id) {
    this.#held.choose(id);
    this.#mood.forget();
    this.#store.update({ live: { ...this.#store.state.live, heldId: id } });
  }

  /** The calm face of the person who is read. */
  get calm() {
    return this.#calm;
  }

  #begin() {
    this.#watch.restart(performance.now());
    this.#held.forget();
    this.#mood.forget();
    this.#answered = [];
    this.#stream.start();
    this.#store.update({ live: nothingSeen });
    this.#setCamera({ status: 'on', trouble: null, mirrored: this.#camera.facesVisitor });
    if (['idle', 'read'].includes(this.#store.state.phase)) enter(this.#store, 'live', { notice: null });
  }

  /** @param {Message | null} trouble why, unless the visitor wanted it */
  #stop(trouble) {
    this.#stream.stop();
    this.#channel.close();
    this.#camera.close();
    const change = { camera: { ...cameraOff, trouble }, live: nothingSeen };
    if (['idle', 'read'].includes(this.#store.state.phase)) this.#store.update(change);
    else enter(this.#store, 'idle', change);
  }

  #grab() {
    const nowMs = performance.now();
    const frame = this.#grabber.grab();
    const trouble = this.#camera.muted ? cameraMessages.muted : frame && this.#watch.look(frame, nowMs);
    if (trouble !== this.#store.state.camera.trouble) this.#setCamera({ trouble });
    if (trouble === null) return frame;
    this.#forgetFaces(nowMs);
    return null;
  }

  /**
   * @param {LiveAnswer} answer
   * @param {number} takenMs
   */
  #show({ width, height, faces }, takenMs) {
    const recording = this.#store.state.phase === 'recording';
    const held = this.#held.pick(faces, takenMs, recording);
    this.#calm.add(held, takenMs);
    const sample = sampleOf(held, takenMs);
    const mood = this.#mood.add(sample);
    const perSecond = this.#rate();
    const live = { width, height, faces, heldId: held?.id ?? null, mood, perSecond, trouble: null };
    this.#store.update({ live });
    this.#onSample(sample);
  }

  /** Answers a second, over the last two seconds. */
  #rate() {
    const nowMs = performance.now();
    this.#answered = [...this.#answered.filter((ms) => nowMs - ms < 2000), nowMs];
    const first = this.#answered[0] ?? nowMs;
    return nowMs > first ? ((this.#answered.length - 1) * 1000) / (nowMs - first) : 0;
  }

  /** @param {unknown} error */
  #showFailure(error) {
    this.#forgetFaces(performance.now());
    const refused = error instanceof ServerError && error.status === 400;
    // The server came back with another model, which this calm face does not fit.
    if (refused && this.#store.state.calm.status === 'known') return this.#calm.forget();
    const trouble = failureText(error, messages.serverUnreachable);
    this.#store.update({ live: { ...nothingSeen, trouble } });
  }

  /**
   * No emotion is shown or recorded of what is not seen.
   *
   * @param {number} nowMs
   */
  #forgetFaces(nowMs) {
    this.#mood.forget();
    if (this.#store.state.live.faces.length > 0) this.#store.update({ live: nothingSeen });
    this.#onSample({ atMs: nowMs, state: 'unseen' });
  }

  /** @param {Partial<CameraState>} change */
  #setCamera(change) {
    this.#store.update({ camera: { ...this.#store.state.camera, ...change } });
  }
}
