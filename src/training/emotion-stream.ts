import type { Box } from '../vision/vision.js';
import type { EmotionRecognizer, FaceEmotion } from './emotion-recognizer.js';

/** A face of a stream. */
export interface StreamedFace extends FaceEmotion {
  /** The same from frame to frame while the face is followed; a whole number from 1 up. */
  id: number;
  /** Whether the landmarks look like those of a face; if not, the emotion means nothing. */
  readable: boolean;
}

export interface StreamedFrame {
  /** Size in pixels of the upright picture. */
  width: number;
  height: number;
  /** The one that counts first, see `orderFaces`. */
  faces: StreamedFace[];
  /** Whether the whole picture was searched for faces, or only where they had just been. */
  look: 'whole' | 'near';
}

/** Boxes that share less than this part of what they cover together belong to two faces. */
const leastOverlap = 0.3;

/** The frames of one camera or clip, in order, with faces that are followed from frame to frame. */
export class EmotionStream {
  readonly #recognizer: EmotionRecognizer;
  #known: { id: number; box: Box }[] = [];
  #lastId = 0;

  constructor(recognizer: EmotionRecognizer) {
    this.#recognizer = recognizer;
  }

  /**
   * The faces and emotions in the next frame: JPEG, PNG or WebP.
   * @throws FrameError as `Vision.analyzeEncoded`.
   */
  async recognizeEncoded(bytes: Uint8Array): Promise<StreamedFrame> {
    const { width, height, faces } = await this.#recognizer.recognizeEncoded(bytes);
    const named = faces.map((face) => ({ ...face, id: this.#idOf(face.box), readable: true }));
    this.#known = named;
    return { width, height, faces: named, look: 'whole' };
  }

  /** Lets go of what is known of the faces. */
  close(): void {
    this.#known = [];
  }

  #idOf(box: Box): number {
    const [best] = this.#known.toSorted((a, b) => overlap(b.box, box) - overlap(a.box, box));
    if (best === undefined || overlap(best.box, box) < leastOverlap) return ++this.#lastId;
    this.#known = this.#known.filter((known) => known !== best);
    return best.id;
  }
}

/** Intersection over union of two boxes, in [0, 1]. */
function overlap([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
  const across = Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx));
  const down = Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));
  const both = across * down;
  return both / (aw * ah + bw * bh - both);
}
