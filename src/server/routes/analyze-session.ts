import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app-type.js';
import { explainError } from '../plugins/errors.js';
import { languageOf } from '../plugins/languages.js';
import { perMinute } from '../plugins/rate-limit.js';
import { schemaErrorsFor } from '../plugins/validation.js';
import { DayLimit } from '../reading/day-limit.js';
import { eventStream } from '../reading/reading-events.js';
import { RequestError } from '../request-error.js';
import { AnalyzeSessionAnswer, AnalyzeSessionBody, maxContextLength } from '../schemas/analyze-session.js';
import type { SessionAnalyst } from '../reading/session-analyst.js';
import type { Session } from '../reading/session-prompt.js';
import { texts } from '../texts.js';

/** Where sessions are read. */
export const analyzeSessionPath = '/analyze_session';

/** The longest valid body, every character of it escaped, has 500 kB. */
const bodyLimit = 512 * 1024;

/**
 * `POST /analyze_session`: half a minute of emotions and their context in, Gemini's words out: in one piece as JSON, or as it
 * writes them to a client that accepts `text/event-stream`.
 */
export function addAnalyzeSessionRoute(
  app: App,
  analyst: SessionAnalyst,
  limits: { analysesPerMinute: number; analysesPerDay: number },
): void {
  const day = new DayLimit(limits.analysesPerDay);
  app.post(analyzeSessionPath, {
    schema: { body: AnalyzeSessionBody, response: { 200: AnalyzeSessionAnswer } },
    schemaErrorFormatter: schemaErrorsFor('context', noContext),
    bodyLimit,
    config: { rateLimit: perMinute(limits.analysesPerMinute) },
    handler: async (request, reply) => {
      const session = { ...request.body, context: checkedContext(request.body.context) };
      // Gemini would make something up, and cost the owner's quota.
      if (session.timeline?.every(({ state }) => state !== 'read') === true) throw nothingRead();
      day.count();
      if (acceptsEvents(request)) return sendEvents(analyst, session, request, reply);
      return { analysis: await analyst.analyze(session, hangUpOf(reply)) };
    },
  });
}

function acceptsEvents({ headers }: FastifyRequest): boolean {
  return /\btext\/event-stream\b/i.test(headers.accept ?? '');
}

/** Errors before the first piece are thrown, and answered like those of any request. */
async function sendEvents(
  analyst: SessionAnalyst,
  session: Session,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const reading = await analyst.stream(session, hangUpOf(reply));
  const events = eventStream(reading, (error) => {
    const { text, code } = explainError(error, request, languageOf(request));
    return { error: text, code };
  });
  return (
    reply
      .type('text/event-stream; charset=utf-8')
      // Proxies that collect or compress an answer would hold the pieces back.
      .headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', vary: 'accept' })
      .send(events)
  );
}

function noContext(): RequestError {
  return new RequestError(400, 'CONTEXT_MISSING', texts.noContext);
}

function nothingRead(): RequestError {
  return new RequestError(400, 'NOTHING_READ', texts.nothingRead);
}

function checkedContext(text: string): string {
  const context = text.trim().normalize('NFC');
  if (context.length <= maxContextLength) return context;
  throw new RequestError(400, 'CONTEXT_TOO_LONG', texts.contextTooLong(maxContextLength));
}

/** Aborts when the client hangs up before it is answered. */
function hangUpOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) controller.abort();
  });
  return controller.signal;
}
