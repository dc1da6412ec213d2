import { finished } from 'node:stream';
import type { App } from '../app-type.js';
import { RequestError } from '../request-error.js';
import { texts } from '../texts.js';

/**
 * What `app.close()` waits for: from then on new requests get a 503 (`/readyz`, too) and every answer asks its client to
 * hang up; once the requests under way are answered, on whichever address they came in, the server stops listening and
 * drops the connections that browsers keep open without using them.
 */
export function addDraining(app: App): void {
  let underWay = 0;
  let drained: (() => void) | undefined;

  app.addHook('onRequest', (_request, reply, next) => {
    underWay++;
    // Unlike `onResponse` this comes for clients that hang up unanswered, too.
    finished(reply.raw, () => {
      underWay--;
      if (underWay === 0) drained?.();
    });
    next(drained === undefined ? undefined : shuttingDown());
  });

  app.addHook('onSend', (_request, reply, _payload, next) => {
    if (drained !== undefined) void reply.header('connection', 'close');
    next();
  });

  app.addHook('preClose', async () => {
    await new Promise<void>((resolve) => {
      drained = resolve;
      if (underWay === 0) resolve();
    });
  });
}

function shuttingDown(): RequestError {
  return new RequestError(503, 'SHUTTING_DOWN', texts.shuttingDown, { retryAfter: 5 });
}
