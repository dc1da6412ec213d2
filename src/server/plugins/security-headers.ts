import helmet from '@fastify/helmet';
import type { App } from '../app-type.js';

const self = "'self'";
const none = "'none'";

/**
 * The page consists of its own files and of pictures and clips that it makes itself; nothing comes from other hosts, nothing
 * may frame it. No forced https: the page is meant to work on http://localhost, which browsers trust.
 */
export async function addSecurityHeaders(app: App): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [none],
        scriptSrc: [self],
        styleSrc: [self],
        fontSrc: [self],
        imgSrc: [self, 'data:', 'blob:'],
        mediaSrc: [self, 'data:', 'blob:'],
        connectSrc: [self],
        workerSrc: [self],
        manifestSrc: [self],
        baseUri: [none],
        formAction: [self],
        frameAncestors: [none],
      },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });

  app.addHook('onSend', (_request, reply, _payload, next) => {
    void reply.header('permissions-policy', 'camera=(self), microphone=(), geolocation=()');
    next();
  });
}
