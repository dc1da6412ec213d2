import type { Baseline, EmotionRecognizer, FrameEmotions } from '../emotion/emotion-recognizer.js';
import type { EmotionStream, StreamedFrame } from '../emotion/emotion-stream.js';
import type { FaceSearch } from '../vision/face-search.js';
import { FairQueue } from './fair-queue.js';
import { RequestError } from './request-error.js';
import { texts } from './texts.js';

/** The models that a server answers by; both see through the same vision, and may be one. */
export interface Recognizers {
  /** `/predict` goes by it by default. */
  standard: EmotionRecognizer;
  /** The page goes by it, `/live` that is. */
  page: EmotionRecognizer;
}

/** Which of them is to answer. */
export const modelUses = ['standard', 'page'] as const;
export type ModelUse = keyof Recognizers;

/** Whose a frame is. */
export interface Sender {
  /** Takes turns with the others: a client, or one of its streams. */
  name: string;
  /** Whether it still waits for the answer. */
  isThere: () => boolean;
}

/** The server's way to the recognizers: a fair turn for each sender, and room for so many frames. */
export class FrameGate {
  readonly #recognizers: Recognizers;
  readonly #queue: FairQueue;

  /**
   * @param lanes frames that the vision underneath works on at once.
   * @param capacity frames that are worked on or wait; beyond it some are refused.
   */
  constructor(recognizers: Recognizers, lanes: number, capacity: number) {
    this.#recognizers = recognizers;
    // One more than there are lanes, so that none of them waits for the main thread.
    this.#queue = new FairQueue(Math.min(lanes + 1, capacity), capacity);
  }

  /** Whether as many frames are worked on or wait as may. */
  get isFull(): boolean {
    return this.#queue.isFull;
  }

  /** @throws FrameError `QUEUE_FULL` if a frame of that sender would be refused now. */
  assertRoom(sender: string): void {
    this.#queue.assertRoom(sender);
  }

  /** @throws FrameError as `EmotionRecognizer.recognizeEncoded`; RequestError if the baseline does not fit the model. */
  async recognize(
    { name, isThere }: Sender,
    bytes: Uint8Array,
    { look, model, baseline }: { look: FaceSearch['look']; model: ModelUse; baseline?: Baseline | undefined },
  ): Promise<FrameEmotions> {
    const recognizer = this.#recognizers[model];
    checkBaseline(recognizer, baseline);
    return this.#queue.run(name, () => recognizer.recognizeEncoded(bytes, look, baseline), isThere);
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
  async recognizeStreamed(
    { name, isThere }: Sender,
    stream: EmotionStream,
    bytes: Uint8Array,
    at: number,
  ): Promise<StreamedFrame> {
    return this.#queue.run(name, () => stream.recognizeEncoded(bytes, at), isThere);
  }
}

function checkBaseline({ baselineLength }: EmotionRecognizer, baseline: Baseline | undefined): void {
  if (baseline === undefined) return;
  if (baseline.length === baselineLength && baseline.every(Number.isFinite)) return;
  throw new RequestError(400, 'BASELINE_UNFIT', texts.baselineUnfit(baselineLength));
}
