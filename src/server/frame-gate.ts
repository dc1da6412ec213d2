import type { Baseline, EmotionRecognizer, FrameEmotions } from '../emotion/emotion-recognizer.js';
import type { EmotionStream, StreamedFrame } from '../emotion/emotion-stream.js';
import type { FaceSearch } from '../vision/face-search.js';
import { FrameError } from '../vision/vision.js';
import { RequestError } from './request-error.js';
import { texts } from './texts.js';

/** The models that a server answers by; both see through the same vision, and may be one. */
export interface Recognizers {
  /** `/predict` goes by it unless told otherwise. */
  standard: EmotionRecognizer;
  /** The page goes by it, `/live` that is. */
  page: EmotionRecognizer;
}

/** Which of them is to answer. */
export const modelUses = ['standard', 'page'] as const;
export type ModelUse = keyof Recognizers;

/** The server's way to the recognizers; it knows how many frames are under way, and so whether there is room for more. */
export class FrameGate {
  readonly #recognizers: Recognizers;
  readonly #capacity: number;
  #underWay = 0;

  /** @param capacity frames that the vision underneath works on or lets wait before it refuses. */
  constructor(recognizers: Recognizers, capacity: number) {
    this.#recognizers = recognizers;
    this.#capacity = capacity;
  }

  /** @throws FrameError `QUEUE_FULL` if another frame would be refused now. */
  assertRoom(): void {
    if (this.#underWay >= this.#capacity) throw new FrameError('QUEUE_FULL');
  }

  /** @throws FrameError as `EmotionRecognizer.recognizeEncoded`; RequestError if the baseline does not fit the model. */
  async recognize(
    bytes: Uint8Array,
    { look, model, baseline }: { look: FaceSearch['look']; model: ModelUse; baseline?: Baseline | undefined },
  ): Promise<FrameEmotions> {
    const recognizer = this.#recognizers[model];
    checkBaseline(recognizer, baseline);
    return this.#counted(() => recognizer.recognizeEncoded(bytes, look, baseline));
  }

  /**
   * A stream of the page's frames; close it when its last frame has come.
   * @throws RequestError if the baseline does not fit the model.
   */
  openStream(baseline?: Baseline): EmotionStream {
    const { page } = this.#recognizers;
    checkBaseline(page, baseline);
    return page.openStream(baseline);
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

function checkBaseline({ baselineLength }: EmotionRecognizer, baseline: Baseline | undefined): void {
  if (baseline === undefined) return;
  if (baseline.length === baselineLength && baseline.every(Number.isFinite)) return;
  throw new RequestError(400, 'BASELINE_UNFIT', texts.baselineUnfit(baselineLength));
}
