import type { App } from '../app-type.js';
import { RequestError } from '../request-error.js';
import { whenOver } from './request-over.js';
import { texts } from '../texts.js';

/**
 * Bounds the memory of bodies that are on their way: each counts as long as it says that it is, from its first byte until its
 * answer is out, since a client that stalls keeps what it has sent.
 *
 * @param largest what one body may have, bytes; one that does not say how long it is counts as much.
 * @param together what all may have together, bytes. Past it a request is refused before its body is read.
 */
export function addBodyBudget(app: App, largest: number, together: number): void {
  let underWay = 0;
  app.addHook('onRequest', (request, reply, next) => {
    const size = Math.min(largest, announcedSize(request.headers, largest));
    if (size === 0) {
      next();
      return;
    }
    if (underWay > 0 && underWay + size > together) {
      next(tooManyBodies());
      return;
    }
    underWay += size;
    whenOver(request, reply, () => (underWay -= size));
    next();
  });
}

function announcedSize(headers: Record<string, unknown>, unknown: number): number {
  if (headers['transfer-encoding'] !== undefined) return unknown;
  const length = Number(headers['content-length'] ?? 0);
  return Number.isFinite(length) && length > 0 ? length : 0;
}

function tooManyBodies(): RequestError {
  return new RequestError(503, 'BODIES_UNDER_WAY', texts.tooManyBodies, { retryAfter: 1 });
}
