import rateLimit, { type RateLimitOptions } from '@fastify/rate-limit';
import type { App } from '../app-type.js';
import { clientKey } from '../client-address.js';
import { RequestError } from '../request-error.js';
import { texts } from '../texts.js';

/** Makes `config.rateLimit` of a route count; routes without it are not limited. */
export async function addRateLimits(app: App): Promise<void> {
  await app.register(rateLimit, { global: false, keyGenerator: ({ ip }) => clientKey(ip) });
}

/** At most `max` valid requests a minute and client (an address, of IPv6 its /64). */
export function perMinute(max: number): RateLimitOptions {
  return {
    max,
    timeWindow: 60_000,
    hook: 'preHandler',
    // `Retry-After` is set by the plugin.
    errorResponseBuilder: () => new RequestError(429, 'TOO_MANY_ANALYSES', texts.tooManyRequests(max)),
  };
}
