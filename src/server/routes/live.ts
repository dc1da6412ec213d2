import type { WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app-type.js';
import type { FrameGate } from '../frame-gate.js';
import { closeCodes, LiveConnection, type LiveTimes } from '../live-connection.js';
import { explainError } from '../plugins/errors.js';
import { languageOf } from '../plugins/languages.js';
import { closeSoon } from '../plugins/web-sockets.js';
import { RequestError } from '../request-error.js';
import { LiveQuery, type LiveError } from '../schemas/live.js';
import { baselineOf } from '../schemas/predict.js';
import { texts } from '../texts.js';

export interface LiveLimits extends LiveTimes {
  /** Connections at once. */
  connections: number;
}

export const liveLimits: LiveLimits = { connections: 200, ping: 20_000, idle: 120_000 };

/**
 * `WebSocket /live`: the frames of a camera in, their faces and emotions out.
 *
 * The client sends a frame as one binary message, the bytes of a JPEG (PNG and WebP do, too), and waits for the answer,
 * one JSON text message: a {@link LiveFrame} or a {@link LiveError}. After an error the stream goes on, unless the client has broken
 * these rules: a text message closes it with 1003, a second frame before the first is answered with 1008, one of more
 * bytes than a request may have with 1009, a baseline that does not fit the model with 1008. A server that has as many clients as it takes says so and closes with 1013;
 * one without frames for two minutes is closed with 4408, and a server that shuts down closes with 1001.
 *
 * Frames of 480 pixels across are enough; `npm run bench -- stream` measures what smaller and larger ones cost and change.
 */
export function addLiveRoute(app: App, gate: FrameGate, limits: LiveLimits): void {
  app.route<{ Querystring: LiveQuery }>({
    method: 'GET',
    url: '/live',
    schema: { querystring: LiveQuery },
    handler: (_request, reply) => {
      void reply.header('upgrade', 'websocket');
      throw new RequestError(426, 'UPGRADE_REQUIRED', texts.webSocketOnly);
    },
    wsHandler: (socket, request) => {
      const explain = (error: unknown): LiveError => liveError(error, request);
      if (app.websocketServer.clients.size > limits.connections) {
        turnAway(socket, explain);
        return;
      }
      try {
        const stream = gate.openStream(baselineOf(request.query.baseline));
        new LiveConnection(socket, gate, stream, limits, explain);
      } catch (error) {
        refuse(socket, explain(error), closeCodes.policyViolation);
      }
    },
  });
}

function liveError(error: unknown, request: FastifyRequest<{ Querystring: LiveQuery }>): LiveError {
  const { text, code, retryAfter } = explainError(error, request, request.query.lang ?? languageOf(request));
  return { error: text, code, ...(retryAfter !== undefined && { retryAfter }) };
}

function turnAway(socket: WebSocket, explain: (error: unknown) => LiveError): void {
  const error = new RequestError(503, 'TOO_MANY_STREAMS', texts.tooManyStreams, { retryAfter: 5 });
  refuse(socket, explain(error), closeCodes.tryAgainLater);
}

function refuse(socket: WebSocket, error: LiveError, code: number): void {
  socket.send(JSON.stringify(error));
  closeSoon(socket, code);
}
