import { Type } from 'typebox';
import { maxLabelLength } from '../../training/forest-file.js';

/** Longest context in characters, blanks at its ends not counted. */
export const maxContextLength = 2000;

/** JSON body of `POST /analyze_session`. */
export const AnalyzeSessionBody = Type.Object({
  /** What the person talked about; something other than blanks. */
  context: Type.String({ pattern: '\\S' }),
  /** The emotion of each second, as the page names it. */
  emotions: Type.Array(Type.String({ maxLength: maxLabelLength }), { maxItems: 600, default: [] }),
  language: Type.Enum(['es', 'en'], { default: 'es' }),
});

export const AnalyzeSessionAnswer = Type.Object({ analysis: Type.String() });
