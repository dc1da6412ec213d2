import { Type } from 'typebox';
import { maxLabelLength } from '../../emotion/forest-file.js';

/** Longest context in characters, blanks at its ends not counted. */
export const maxContextLength = 2000;
/** Longest session in seconds. */
const maxSeconds = 600;

const Emotion = Type.String({ maxLength: maxLabelLength });

/** JSON body of `POST /analyze_session`. */
export const AnalyzeSessionBody = Type.Object({
  /** What the person talked about; something other than blanks. */
  context: Type.String({ pattern: '\\S' }),
  /** The emotion of each second, as the page names it. */
  emotions: Type.Array(Emotion, { maxItems: maxSeconds, default: [] }),
  /** Every second of the session: read, not sure, nobody seen. Counts in place of `emotions`. */
  timeline: Type.Optional(
    Type.Array(
      Type.Union([
        Type.Object({ state: Type.Literal('read'), emotion: Emotion }),
        Type.Object({ state: Type.Literal('unsure') }),
        Type.Object({ state: Type.Literal('unseen') }),
      ]),
      { minItems: 1, maxItems: maxSeconds },
    ),
  ),
  language: Type.Enum(['es', 'en'], { default: 'es' }),
});

export const AnalyzeSessionAnswer = Type.Object({ analysis: Type.String() });
