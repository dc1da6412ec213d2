import { Type, type Static } from 'typebox';
import { BaselineText, type Face } from './predict.js';

/** What may be said in the address of `/live`. */
export const LiveQuery = Type.Object({
  /** The language of errors; a browser's page cannot set the headers of a WebSocket. */
  lang: Type.Optional(Type.Enum(['es', 'en'])),
  /** Of the person who counts. */
  baseline: Type.Optional(BaselineText),
});
export type LiveQuery = Static<typeof LiveQuery>;

/** The answer to a frame. */
export interface LiveFrame {
  /** Size in pixels of the upright picture. */
  width: number;
  height: number;
  /** The largest first. */
  faces: LiveFace[];
  /** Whether the whole picture was searched, or only where faces had just been. */
  look: 'whole' | 'near';
}

export interface LiveFace extends Face {
  landmarks: number[][];
  /** The same while the face is followed. */
  id: number;
  /** If not, `reason` says why, and the emotion is not to be read. */
  readable: boolean;
}

/** The answer to a frame that was not analysed. */
export interface LiveError {
  error: string;
  code: string;
  /** Whole seconds after which another try makes sense. */
  retryAfter?: number;
}
