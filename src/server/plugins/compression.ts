import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { App } from '../app-type.js';

/** Compresses answers of text from a kilobyte on, where the client takes that; event streams go out as they are written. */
export async function addCompression(app: App): Promise<void> {
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    // Higher ones take ten times as long for a few percent.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } },
  });
}
