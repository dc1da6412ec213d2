import { orderFaces, type FaceRule } from '../vision/face-order.js';
import type { DetectedFace } from '../vision/frame.js';
import type { FollowedFace, VisionStream } from '../vision/vision-stream.js';
import type { FaceEmotion } from './face-emotion.js';
import { Readability } from './readability.js';

/** A face of a stream. */
export interface StreamedFace extends FaceEmotion {
  /** The same from frame to frame while the face is followed; a whole number from 1 up. */
  id: number;
  /** Whether the face can be read, see `Readability`; if not, `reason` says why, and the emotion means nothing. */
  readable: boolean;
}

export interface StreamedFrame {
  /** Size in pixels of the upright picture. */
  width: number;
  height: number;
  /** The first is the one that counts, see `orderFaces`. */
  faces: StreamedFace[];
  /** Whether the whole picture was searched for faces, or only where they had just been. */
  look: 'whole' | 'near';
}

/** The frames of one camera or clip, in order, with faces that are followed from frame to frame. */
export class EmotionStream {
  readonly #stream: VisionStream;
  readonly #read: (faces: readonly DetectedFace[]) => FaceEmotion[];
  readonly #rule: FaceRule;
  /** Of the faces of the last frame, by their ids. */
  #readabilities = new Map<number, Readability>();

  /**
   * Made by `EmotionRecognizer.openStream`.
   * @param read gives faces their emotions; the one that counts is the first.
   * @param rule which face of several counts.
   */
  constructor(stream: VisionStream, read: (faces: readonly DetectedFace[]) => FaceEmotion[], rule: FaceRule) {
    this.#stream = stream;
    this.#read = read;
    this.#rule = rule;
  }

  /**
   * The faces and emotions in the next frame: JPEG, PNG or WebP.
   * @param at when it was taken, in milliseconds of any clock of the caller's.
   * @throws FrameError as `VisionStream.analyzeEncoded`; Error after `close`.
   */
  async recognizeEncoded(bytes: Uint8Array, at: number): Promise<StreamedFrame> {
    const { width, height, faces, look } = await this.#stream.analyzeEncoded(bytes, at);
    const known = this.#readabilities;
    this.#readabilities = new Map(faces.map(({ id }) => [id, known.get(id) ?? new Readability()]));
    const ordered = orderFaces(faces, { width, height }, this.#rule);
    const read = this.#read(ordered);
    return {
      width,
      height,
      faces: ordered.flatMap((face, i) =>
        read.slice(i, i + 1).map((emotion) => this.#streamed(face, emotion, at)),
      ),
      look,
    };
  }

  /** Refuses further frames. */
  close(): void {
    this.#stream.close();
  }

  #streamed(face: FollowedFace, { reason: fault, ...read }: FaceEmotion, at: number): StreamedFace {
    const reason = this.#readabilities.get(face.id)?.update({ spread: face.spread, reason: fault }, at);
    const readable = reason === undefined;
    return { ...read, sure: read.sure && readable, ...(reason && { reason }), id: face.id, readable };
  }
}
