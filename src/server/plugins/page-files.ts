import { extname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from '../app-type.js';

/** Kinds of files that the page is made of; whatever else lies beside them, as `tsconfig.json`, is nobody's business. */
const pageFiles = new Set(
  '.html .js .css .svg .png .jpg .webp .avif .ico .woff2 .webmanifest .txt'.split(' '),
);
/** Pictures and fonts change seldom, and look old at worst; code and text are asked for anew each time (ETag). */
const longLived = new Set('.svg .png .jpg .webp .avif .ico .woff2'.split(' '));

/** Serves the files of `publicDir`, `index.html` at `/`, and nothing else. */
export async function addPageFiles(app: App, publicDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: publicDir,
    dotfiles: 'ignore',
    allowedPath: (path) => path.endsWith('/') || pageFiles.has(extname(path)),
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader(
        'cache-control',
        longLived.has(extname(path)) ? 'public, max-age=86400' : 'no-cache',
      );
    },
  });
}
