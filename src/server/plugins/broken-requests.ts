import type { Socket } from 'node:net';
import { texts } from '../texts.js';

/** What is wrong with a request that is no HTTP, by Node's codes. */
const answers: Record<string, { status: string; text: { es: string; en: string } }> = {
  HPE_HEADER_OVERFLOW: { status: '431 Request Header Fields Too Large', text: texts.headersTooLarge },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', text: texts.requestTooSlow },
};
const notHttp = { status: '400 Bad Request', text: texts.badRequest };

/**
 * Answers what never becomes a request: broken HTTP, headers that are too large or do not end. In the shape of every other error;
 * in both languages, since nobody knows what its client prefers.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  // A client that is gone cannot be told.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error);
  const { status, text } = answers[error.code ?? ''] ?? notHttp;
  const body = JSON.stringify({ error: `${text.es} · ${text.en}` });
  const headers = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
