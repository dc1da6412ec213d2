import { remember, remembered } from '../state/remembered.js';
import { cameraMessages } from '../text/camera-messages.js';
import { asCameraError, CameraError, mediaDevices } from './camera-error.js';

/** @typedef {import('../text/translator.js').Message} Message */

/** The visitor's camera, shown in a video element. One stream at a time. */
export class Camera {
  #video;
  #onLost;
  /** @type {MediaStream | null} */
  #stream = null;
  /** Counts openings and closings, so that a permission granted too late is noticed. */
  #turn = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {(text: Message) => void} onLost called when the camera goes away by itself, e.g. is unplugged
   */
  constructor(video, onLost) {
    this.#video = video;
    this.#onLost = onLost;
  }

  /** Whether a picture is coming in. */
  get on() {
    return this.#stream !== null;
  }

  /** Whether it looks at the visitor, so that a mirrored picture feels right. */
  get facesVisitor() {
    return this.#track?.getSettings().facingMode !== 'environment';
  }

  /** Whether the system or the browser holds the picture back for now. */
  get muted() {
    return this.#track?.muted ?? false;
  }

  /** The device in use, as `devices` names it. */
  get deviceId() {
    return this.#track?.getSettings().deviceId ?? null;
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  /**
   * Asks for the camera and shows it.
   *
   * @param {string | null} [deviceId] which one; else the one chosen last time, or the one that looks at the visitor
   * @returns {Promise<boolean>} false if `close` was called while the visitor was being asked
   * @throws {CameraError}
   */
  async open(deviceId = null) {
    this.close();
    const turn = this.#turn;
    if (deviceId !== null) remember('camera', deviceId);
    const stream = await requestStream(deviceId ?? remembered('camera'));
    if (turn !== this.#turn) {
      stopTracks(stream);
      return false;
    }
    // Chromium gives a stream that has ended already if the device fails while it starts.
    if (!stream.active) throw new CameraError(cameraMessages.inUse);
    this.#stream = stream;
    this.#watch(stream);
    this.#video.srcObject = stream;
    await this.#play();
    return turn === this.#turn;
  }

  /** Turns the camera off; its light goes out. */
  close() {
    this.#turn += 1;
    if (this.#stream !== null) stopTracks(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /**
   * The cameras that there are. Browsers name them once the visitor has allowed one.
   *
   * @returns {Promise<{ id: string, label: string }[]>}
   */
  async devices() {
    const all = await mediaDevices().enumerateDevices();
    return all
      .filter(({ kind }) => kind === 'videoinput')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  async #play() {
    try {
      await this.#video.play();
    } catch (error) {
      // Turned off again before the first picture came: not a failure.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw asCameraError(error);
    }
  }

  /** @param {MediaStream} stream */
  #watch(stream) {
    for (const track of stream.getVideoTracks()) {
      track.addEventListener('ended', () => {
        if (stream !== this.#stream) return;
        const everSeen = this.#video.videoWidth > 0;
        this.close();
        this.#onLost(everSeen ? cameraMessages.unplugged : cameraMessages.inUse);
      });
    }
  }
}

/** @param {string | null} deviceId wished for; where it is gone, any other will do */
async function requestStream(deviceId) {
  const devices = mediaDevices();
  const size = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
  const request = (/** @type {MediaTrackConstraints} */ which) =>
    devices.getUserMedia({ audio: false, video: { ...which, ...size } });
  try {
    if (deviceId === null) return await request({ facingMode: 'user' });
    return await request({ deviceId: { exact: deviceId } }).catch((error) => {
      if (error instanceof DOMException && error.name !== 'NotAllowedError') return request({});
      throw error;
    });
  } catch (error) {
    throw asCameraError(error);
  }
}

/** @param {MediaStream} stream */
function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
