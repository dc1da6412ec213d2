import { finished } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Calls back once when a request is over: its answer is out, or its client is gone. Unlike `onResponse` that comes for clients
 * that hang up unanswered, too, and for an answer that waits behind others on the same connection: it has no connection yet, and
 * is never finished if that is lost.
 */
export function whenOver(request: FastifyRequest, reply: FastifyReply, callback: () => void): void {
  const { socket } = request.raw;
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    socket.off('close', end);
    callback();
  };
  finished(reply.raw, end);
  // Each request of a connection listens, however many there are.
  socket.setMaxListeners(0).once('close', end);
}
