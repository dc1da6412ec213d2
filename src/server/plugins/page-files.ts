import { basename, dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { App } from '../app-type.js';

/** Kinds of files that the page is made of; whatever else lies beside them is nobody's business. */
const pageFiles = new Set(
  '.html .js .mjs .css .svg .png .jpg .webp .avif .ico .woff2 .webmanifest .txt'.split(' '),
);
/** Data of the page; other JSON, as `tsconfig.json`, belongs to those who work on it. */
const pageData = '/help-lines.json';
/** Pictures and fonts change seldom, and look old at worst; code and text are asked for anew each time (ETag). */
const longLived = new Set('.svg .png .jpg .webp .avif .ico .woff2'.split(' '));

/** The libraries that the page imports, each one module without imports of its own. */
const libraries = ['marked', 'dompurify', 'idb'];

/** Serves the files of `publicDir`, `index.html` at `/`, its libraries under `/vendor/`, and nothing else. */
export async function addPageFiles(app: App, publicDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: publicDir,
    dotfiles: 'ignore',
    allowedPath: (path) => path.endsWith('/') || path === pageData || pageFiles.has(extname(path)),
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader(
        'cache-control',
        longLived.has(extname(path)) ? 'public, max-age=86400' : 'no-cache',
      );
    },
  });
  for (const name of libraries) addLibrary(app, name);
}

function addLibrary(app: App, name: string): void {
  const file = fileURLToPath(import.meta.resolve(name));
  app.get(`/vendor/${name}.js`, (_request, reply) =>
    reply.type('text/javascript').sendFile(basename(file), dirname(file)),
  );
}
