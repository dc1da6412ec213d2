import websocket, { type WebSocket } from '@fastify/websocket';
import type { App } from '../app-type.js';

/** How long a client may take to answer that it has closed; milliseconds. */
const farewell = 1000;

/**
 * Makes `wsHandler` of a route take WebSockets. When the server closes, every socket is closed with 1001 (going away).
 * To be added before `addDraining`, which waits until they are gone.
 *
 * @param maxMessage largest message in bytes; a socket that gets a larger one is closed with 1009.
 */
export async function addWebSockets(app: App, maxMessage: number): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: maxMessage, perMessageDeflate: false },
    // A client that breaks the protocol or the connection; its socket is closed by then.
    errorHandler: (error, socket, request) => {
      request.log.debug({ code: 'code' in error ? error.code : error.name }, 'socket failed');
      socket.terminate();
    },
    preClose: (done) => {
      for (const socket of app.websocketServer.clients) closeSoon(socket, 1001);
      app.websocketServer.close();
      done();
    },
  });
}

/** Closes a socket, at once if its client does not answer. */
export function closeSoon(socket: WebSocket, code: number): void {
  socket.close(code);
  const timer = setTimeout(() => socket.terminate(), farewell);
  socket.once('close', () => clearTimeout(timer));
}
