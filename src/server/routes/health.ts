import { createRequire } from 'node:module';
import { Type } from 'typebox';
import type { App } from '../app-type.js';
import { FrameError } from '../../vision/vision.js';
import type { FrameGate } from '../frame-gate.js';

const Health = Type.Object({ status: Type.String() });

const Version = Type.Object({ version: Type.String() });

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

/**
 * `GET /healthz`: the process is alive. `GET /readyz`: it takes frames; otherwise 503 with the reason. `GET /version`: which EmoChat
 * this is.
 */
export function addHealthRoutes(app: App, gate: FrameGate): void {
  app.get(
    '/healthz',
    { schema: { response: { 200: Health } }, config: { anyHost: true } },
    (_request, reply) => {
      void reply.header('cache-control', 'no-store').send({ status: 'alive' });
    },
  );

  app.get(
    '/readyz',
    { schema: { response: { 200: Health } }, config: { anyHost: true } },
    (_request, reply) => {
      if (gate.isFull) throw new FrameError('QUEUE_FULL');
      void reply.header('cache-control', 'no-store').send({ status: 'ready' });
    },
  );

  app.get('/version', { schema: { response: { 200: Version } } }, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send({ version });
  });
}
