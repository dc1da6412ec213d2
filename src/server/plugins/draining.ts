import type { Socket } from 'node:net';
import type { App } from '../app-type.js';
import { RequestError } from '../request-error.js';
import { whenOver } from './request-over.js';
import { texts } from '../texts.js';

/** How long what is under way may take once the server is asked to stop; milliseconds. */
export interface DrainTimes {
  /** Everything but readings of Gemini. */
  usual: number;
  /** A reading. */
  reading: number;
}

/** A request that has come and is not answered. */
interface UnderWay {
  route: string;
  socket: Socket;
}

/**
 * What `app.close()` waits for: from then on new requests get a 503 (`/readyz`, too) and every answer asks its client to
 * hang up; once the requests under way are answered, on whichever address they came in, the server stops listening and
 * drops the connections that browsers keep open without using them. Who takes longer than the times allow is cut off, and
 * the log says who: by route, and how many.
 *
 * @param readingRoute the route that may take as long as a reading.
 */
export function addDraining(app: App, times: DrainTimes, readingRoute: string): void {
  const underWay = new Set<UnderWay>();
  let drained: (() => void) | undefined;

  app.addHook('onRequest', (request, reply, next) => {
    const entry = { route: request.routeOptions.url ?? 'none', socket: request.raw.socket };
    underWay.add(entry);
    whenOver(request, reply, () => {
      underWay.delete(entry);
      if (underWay.size === 0) drained?.();
    });
    next(drained === undefined ? undefined : shuttingDown());
  });

  app.addHook('onSend', (_request, reply, _payload, next) => {
    if (drained !== undefined) void reply.header('connection', 'close');
    next();
  });

  const cutOff = (which: (entry: UnderWay) => boolean): void => {
    const late = [...underWay].filter(which);
    if (late.length === 0) return;
    const routes: Record<string, number> = {};
    for (const { route } of late) routes[route] = (routes[route] ?? 0) + 1;
    app.log.warn({ routes }, 'cut off');
    for (const { socket } of late) socket.destroy();
  };

  app.addHook('preClose', async () => {
    const timers = [
      setTimeout(() => cutOff(({ route }) => route !== readingRoute), times.usual),
      setTimeout(() => cutOff(() => true), times.reading),
    ];
    await new Promise<void>((resolve) => {
      drained = resolve;
      if (underWay.size === 0) resolve();
    });
    for (const timer of timers) clearTimeout(timer);
  });
}

function shuttingDown(): RequestError {
  return new RequestError(503, 'SHUTTING_DOWN', texts.shuttingDown, { retryAfter: 5 });
}
