import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyServerOptions } from 'fastify';
import type { App } from '../app-type.js';
import { LogLines } from './log-lines.js';

export interface LogOptions {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where the lines go, one JSON object each; stderr by default. */
  stream?: { write(line: string): void };
}

/** Pino's settings: neither addresses nor headers of a request get into a line by default. */
export function loggerOptions({
  level,
  stream = new LogLines(2),
}: LogOptions): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    stream,
    serializers: {
      req: ({ method }) => ({ method }),
      res: ({ statusCode }) => ({ statusCode }),
    },
  };
}

/** A proxy's own number of a request, if it is one that a log can hold; else a number of ours. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/**
 * One line an answer, with the number that the answer has in `X-Request-Id`: method, route, status, duration. Never the query, the headers or the body; the client's address
 * only at `debug`.
 */
export function addRequestLog(app: App): void {
  app.addHook('onRequest', (request, reply, next) => {
    void reply.header('x-request-id', request.id);
    request.log.debug({ client: request.ip }, 'request');
    next();
  });

  app.addHook('onResponse', (request, reply, next) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        statusCode: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    );
    next();
  });
}
