import { Camera, CameraError } from './camera.js';
import { noFaceLabel } from './emotions.js';
import { failureText } from './failure.js';
import { grabFrame } from './frame.js';
import { emotionDetected, messages } from './messages.js';
import { Predictor } from './predictor.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./api.js').Prediction} Prediction */
/** @typedef {import('./translator.js').Message} Message */
/** @typedef {import('./view/stage.js').StageView} StageView */

/** The live picture: camera on, a frame a second to the server, its emotion on the screen. */
export class Live {
  #view;
  #camera;
  #predictor;
  #listeners;

  /**
   * @param {StageView} view
   * @param {Api} api
   * @param {object} listeners
   * @param {(label: string) => void} listeners.onEmotion an emotion was seen on a face, and surely enough
   * @param {() => void} listeners.onStop the camera went off, for whatever reason
   * @param {() => void} listeners.onChange the camera may have gone on or off
   */
  constructor(view, api, listeners) {
    this.#view = view;
    this.#listeners = listeners;
    this.#camera = new Camera(view.video, (text) => this.#stop(text, 'trouble'));
    this.#predictor = new Predictor({
      grab: () => grabFrame(view.video, view.canvas),
      predict: (image, signal) => api.predict(image, signal),
      onPrediction: (prediction) => this.#show(prediction),
      onFailure: (error) => this.#showFailure(error),
    });
    view.video.addEventListener('resize', () => view.fitPicture());
    view.say(messages.cameraOff);
  }

  get on() {
    return this.#camera.on;
  }

  async start() {
    this.#view.say(messages.starting);
    try {
      if (!(await this.#camera.open())) return;
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      return this.#stop(error.text, 'trouble');
    }
    this.#view.showPicture(this.#camera.facesVisitor);
    this.#view.say(messages.analyzing);
    this.#predictor.start();
    this.#listeners.onChange();
  }

  pause() {
    this.#stop(messages.paused, 'calm');
  }

  /**
   * @param {Message} message
   * @param {'calm' | 'trouble'} tone
   */
  #stop(message, tone) {
    this.#predictor.stop();
    this.#camera.close();
    this.#view.hidePicture();
    this.#view.say(message, tone);
    this.#listeners.onStop();
    this.#listeners.onChange();
  }

  /** @param {Prediction} prediction */
  #show(prediction) {
    const face = prediction.emotion === noFaceLabel ? null : prediction;
    this.#view.showFace(face);
    if (face === null) return this.#view.say(messages.noFace);
    if (face.sure === false) return this.#view.say(messages.notSure);
    this.#view.say(emotionDetected(face.emotion), 'live');
    this.#listeners.onEmotion(face.emotion);
  }

  /** @param {unknown} error */
  #showFailure(error) {
    this.#view.showFace(null);
    this.#view.say(failureText(error, messages.serverUnreachable), 'trouble');
  }
}
