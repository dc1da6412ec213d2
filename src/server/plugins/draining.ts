import type { App } from '../app-type.js';
import { RequestError } from '../request-error.js';

/**
 * From `app.close()` on: requests under way are answered, new ones on open connections get a 503, and every answer asks its
 * client to hang up, so that closing does not wait for idle connections.
 */
export function addDraining(app: App): void {
  let draining = false;

  app.addHook('preClose', async () => {
    draining = true;
    return Promise.resolve();
  });

  app.addHook('onRequest', (_request, _reply, next) => {
    next(draining ? shuttingDown() : undefined);
  });

  app.addHook('onSend', (_request, reply, _payload, next) => {
    if (draining) void reply.header('connection', 'close');
    next();
  });
}

function shuttingDown(): RequestError {
  return new RequestError(
    503,
    'SHUTTING_DOWN',
    {
      es: 'EmoChat se está cerrando. Vuelve en un momento.',
      en: 'EmoChat is shutting down. Come back in a moment.',
    },
    { retryAfter: 5 },
  );
}
