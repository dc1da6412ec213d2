import type { EmotionRecognizer, FrameEmotions } from '../training/emotion-recognizer.js';
import type { EmotionStream, StreamedFrame } from '../training/emotion-stream.js';
import type { FaceSearch } from '../training/face-search.js';
import { FrameError } from '../vision/vision.js';

/** The server's way to the recognizer; it knows how many frames are under way, and so whether there is room for more. */
export class FrameGate {
  readonly #recognizer: EmotionRecognizer;
  readonly #capacity: number;
  #underWay = 0;

  /** @param capacity frames that the vision underneath works on or lets wait before it refuses. */
  constructor(recognizer: EmotionRecognizer, capacity: number) {
    this.#recognizer = recognizer;
    this.#capacity = capacity;
  }

  /** @throws FrameError `QUEUE_FULL` if another frame would be refused now. */
  assertRoom(): void {
    if (this.#underWay >= this.#capacity) throw new FrameError('QUEUE_FULL');
  }

  /** @throws FrameError as `EmotionRecognizer.recognizeEncoded`. */
  async recognize(bytes: Uint8Array, look: FaceSearch['look']): Promise<FrameEmotions> {
    return this.#counted(() => this.#recognizer.recognizeEncoded(bytes, look));
  }

  /** A stream of frames; close it when its last frame has come. */
  openStream(): EmotionStream {
    return this.#recognizer.openStream();
  }

  /** @throws FrameError as `EmotionStream.recognizeEncoded`. */
  async recognizeStreamed(stream: EmotionStream, bytes: Uint8Array, at: number): Promise<StreamedFrame> {
    return this.#counted(() => stream.recognizeEncoded(bytes, at));
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
    }
  }
}
