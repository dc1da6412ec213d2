import type { GenerateContentResponse } from '@google/genai';
import { geminiErrors } from './gemini-errors.js';
import { brokenOffNote } from '../texts.js';
import type { Session } from './session-prompt.js';

/** A piece of a reading, or how it ended: Gemini's `finishReason`; only after `STOP` is the text whole. */
export type ReadingEvent = { text: string } | { finish: string };

/** Reasons to end that say nothing about what was asked. */
const harmlessEnds = new Set<string>([
  'PROMPT_BLOCKED_REASON_UNSPECIFIED',
  'FINISH_REASON_UNSPECIFIED',
  'STOP',
  'MAX_TOKENS',
  'OTHER',
]);

/**
 * The text of an answer that came in one piece. A text that reached the longest length is followed by a sentence that says so.
 *
 * @throws RequestError `GEMINI_BLOCKED`, `GEMINI_EMPTY`; `GEMINI_BROKEN_OFF` for half a text that Gemini stopped for any other
 *   reason: half a sentence to somebody in distress is worse than none.
 */
export function wholeReading(response: GenerateContentResponse, { language }: Session): string {
  const text = response.text?.trim() ?? '';
  const finish = finishOf(response);
  if (text === '') throw noText(finish);
  if (finish === undefined || finish === 'STOP') return text;
  if (finish === 'MAX_TOKENS') return `${text}…\n\n${brokenOffNote[language]}`;
  throw geminiErrors.stopped(finish);
}

/**
 * The pieces of an answer as they come, then how it ended.
 * @throws RequestError `GEMINI_BLOCKED`, `GEMINI_EMPTY` if there is no text; `GEMINI_BROKEN_OFF` if it ends without a reason.
 */
export async function* readingEvents(
  responses: AsyncIterable<GenerateContentResponse>,
): AsyncGenerator<ReadingEvent, void> {
  let begun = false;
  let finish: string | undefined;
  for await (const response of responses) {
    finish = finishOf(response) ?? finish;
    const text = begun ? (response.text ?? '') : (response.text ?? '').trimStart();
    if (text === '') continue;
    begun = true;
    yield { text };
  }
  if (!begun) throw noText(finish);
  if (finish === undefined) throw geminiErrors.brokenOff('no finish reason');
  yield { finish };
}

function finishOf({ promptFeedback, candidates }: GenerateContentResponse): string | undefined {
  const blockReason = promptFeedback?.blockReason;
  // Both kinds of reason have an `OTHER`, and only the prompt's is a refusal.
  return blockReason === undefined ? candidates?.[0]?.finishReason : `PROMPT_${blockReason}`;
}

function noText(reason: string | undefined): Error {
  return reason === undefined || harmlessEnds.has(reason)
    ? geminiErrors.empty()
    : geminiErrors.blocked(reason);
}
