import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { UserError } from '../../common/user-error.js';
import { FrameError, type FrameErrorCode } from '../../vision/vision.js';
import type { App } from '../app-type.js';
import { RequestError, type HttpMessage } from '../request-error.js';
import { languageOf } from './languages.js';
import { texts } from '../texts.js';

const frameStatuses: Record<FrameErrorCode, number> = {
  IMAGE_EMPTY: 400,
  IMAGE_UNKNOWN: 400,
  IMAGE_TRUNCATED: 400,
  IMAGE_CORRUPT: 400,
  IMAGE_TOO_LARGE: 413,
  QUEUE_FULL: 503,
  CLOSED: 503,
};

/** Texts for what Fastify itself refuses, by its error codes. */
const frameworkTexts: Record<string, HttpMessage> = {
  FST_ERR_CTP_INVALID_JSON_BODY: texts.bodyNotJson,
  FST_ERR_CTP_BODY_TOO_LARGE: texts.bodyTooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: texts.contentTypeUnsupported,
};

/** Everything that is thrown below, and every address that does not exist, becomes `{"error": …}` here. */
export function addErrorHandler(app: App): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    const [path = '/'] = request.url.split('?');
    const allowed = ['GET', 'POST'].filter((method) => app.hasRoute({ method, url: path }));
    if (allowed.length === 0) throw new RequestError(404, 'NOT_FOUND', texts.notFound);
    void reply.header('allow', allowed.join(', '));
    throw new RequestError(405, 'METHOD_NOT_ALLOWED', texts.methodsAllowed(allowed));
  });
}

/** Answers any error, in the client's language. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { text, statusCode, retryAfter } = explainError(error, request, languageOf(request));
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  return reply
    .code(statusCode)
    .headers({ vary: 'accept-language', 'cache-control': 'no-store' })
    .send({ error: text });
}

/** What a client is told of an error. */
export interface Explanation extends Pick<RequestError, 'statusCode' | 'code' | 'retryAfter'> {
  text: string;
}

/** Logs any error and explains it in a language, or in the contract's words if the client names none. */
export function explainError(
  error: unknown,
  request: FastifyRequest,
  language: 'es' | 'en' | undefined,
): Explanation {
  const known = asRequestError(error);
  logError(known, error, request);
  const { default: literal, ...pair } = known.text;
  const text = language === undefined ? (literal ?? pair.es) : pair[language];
  return { text, statusCode: known.statusCode, code: known.code, retryAfter: known.retryAfter };
}

function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof FrameError) return frameRefused(error);
  if (isFrameworkError(error)) {
    return new RequestError(error.statusCode, error.code, frameworkTexts[error.code] ?? texts.badRequest);
  }
  return new RequestError(500, error instanceof UserError ? error.code : 'DEFECT', texts.defect);
}

function frameRefused({ code, text }: FrameError): RequestError {
  const statusCode = frameStatuses[code];
  return new RequestError(statusCode, code, text, statusCode === 503 ? { retryAfter: 1 } : {});
}

/** An error of Fastify or a plugin of it that blames the client. */
function isFrameworkError(error: unknown): error is FastifyError & { statusCode: number } {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
}

/** Messages of known errors may quote the request, so only their codes are logged; of a defect everything. */
function logError(known: RequestError, error: unknown, { log }: FastifyRequest): void {
  const { statusCode, code, reason } = known;
  if (code === 'DEFECT' || (statusCode === 500 && !(error instanceof RequestError))) {
    log.error({ err: error }, 'defect');
  } else if (reason !== undefined) {
    log.warn({ code, reason }, 'provider failed');
  } else {
    log.debug({ code, statusCode }, 'refused');
  }
}
