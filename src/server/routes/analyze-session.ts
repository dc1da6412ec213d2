import type { FastifyReply } from 'fastify';
import type { App } from '../app-type.js';
import { perMinute } from '../plugins/rate-limit.js';
import { schemaErrorsFor } from '../plugins/validation.js';
import { RequestError } from '../request-error.js';
import { AnalyzeSessionAnswer, AnalyzeSessionBody, maxContextLength } from '../schemas/analyze-session.js';
import type { SessionAnalyst } from '../session-analyst.js';

/** The longest valid body, every character escaped, has 170 kB. */
const bodyLimit = 256 * 1024;

/** `POST /analyze_session`: half a minute of emotions and their context in, Gemini's words out. */
export function addAnalyzeSessionRoute(app: App, analyst: SessionAnalyst, analysesPerMinute: number): void {
  app.post('/analyze_session', {
    schema: { body: AnalyzeSessionBody, response: { 200: AnalyzeSessionAnswer } },
    schemaErrorFormatter: schemaErrorsFor('context', noContext),
    bodyLimit,
    config: { rateLimit: perMinute(analysesPerMinute) },
    handler: async ({ body }, reply) => {
      const session = { ...body, context: checkedContext(body.context) };
      return { analysis: await analyst.analyze(session, hangUpOf(reply)) };
    },
  });
}

function noContext(): RequestError {
  return new RequestError(400, 'CONTEXT_MISSING', {
    default: 'No context provided',
    es: 'Falta el contexto: cuenta de qué vas a hablar.',
    en: 'No context provided',
  });
}

function checkedContext(text: string): string {
  const context = text.trim();
  if (context.length <= maxContextLength) return context;
  throw new RequestError(400, 'CONTEXT_TOO_LONG', {
    es: `El contexto es demasiado largo: resúmelo en ${maxContextLength} caracteres.`,
    en: `The context is too long: sum it up in ${maxContextLength} characters.`,
  });
}

/** Aborts when the client hangs up before it is answered. */
function hangUpOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) controller.abort();
  });
  return controller.signal;
}
