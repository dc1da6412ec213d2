import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, serverNeeds, startServer, type RunningServer } from '../support/server.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';

/** `fetch` would tidy the path up before it sends it. */
function statusOfRawPath(url: string, path: string): Promise<number> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

describeWith('The page and everything around it', serverNeeds, () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  test('serves index.html at / with its scripts and styles beside it', async () => {
    const page = await fetch(server.url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toBe(await readFile(join(projectRoot, 'public/index.html'), 'utf8'));
    const types = { 'main.js': /javascript/, 'styles/base.css': /text\/css/ };
    for (const [file, type] of Object.entries(types)) {
      const response = await fetch(server.url + file);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(type);
    }
  });

  test('lets a browser keep what has not changed', async () => {
    const first = await server.app.inject('/main.js');
    expect(first.headers['cache-control']).toBe('no-cache');
    const again = await server.app.inject({
      url: '/main.js',
      headers: { 'if-none-match': first.headers.etag },
    });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
  });

  test('allows the camera and the page’s own files, nothing from elsewhere, and works over plain http', async () => {
    const { headers } = await fetch(server.url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|upgrade-insecure-requests|https?:/);
    expect(headers.get('permissions-policy')).toContain('camera=(self)');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    '/package.json',
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/models/lbfmodel.yaml',
    '/src/server/app.ts',
    '/.env',
    '/.git/config',
    '/tsconfig.json',
    '//tsconfig.json',
    '/img/../tsconfig.json',
    '/main.js%00.html',
  ])('gives away nothing but the page: %s', async (path) => {
    expect(await statusOfRawPath(server.url, path)).toBeGreaterThanOrEqual(400);
  });

  test('answers an unknown address, a wrong method and a broken address with {"error": …}', async () => {
    expect(await jsonOf(await fetch(`${server.url}nothing`))).toEqual({
      status: 404,
      body: { error: 'Aquí no hay nada.' },
    });
    const wrong = await fetch(`${server.url}predict`, { headers: { 'accept-language': 'en' } });
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await jsonOf(wrong)).toEqual({ status: 405, body: { error: 'This address takes POST only.' } });
    expect((await jsonOf(await fetch(`${server.url}%`))).body['error']).toBeTypeOf('string');
  });

  test.each([
    [undefined, 'No image provided'],
    ['*', 'No image provided'],
    ['es-MX,es;q=0.9,en;q=0.5', 'Falta la imagen.'],
    ['en;q=0.4, es;q=0.8', 'Falta la imagen.'],
    ['en-US,en;q=0.9', 'No image provided'],
    ['fr', 'Falta la imagen.'],
  ])('answers errors in the language of the client: %s', async (language, expected) => {
    const headers: Record<string, string> = language === undefined ? {} : { 'accept-language': language };
    const response = await server.app.inject({ method: 'POST', url: '/predict', headers });
    expect(response.json()).toEqual({ error: expected });
  });

  test('says which emotions it tells apart, and that no reading will come', async () => {
    expect(await jsonOf(await fetch(`${server.url}model`))).toMatchObject({
      status: 200,
      body: { labels: ['HAPPY', 'SAD'], gemini: false },
    });
  });

  test('says that it is alive and ready', async () => {
    expect(await jsonOf(await fetch(`${server.url}healthz`))).toEqual({
      status: 200,
      body: { status: 'alive' },
    });
    expect(await jsonOf(await fetch(`${server.url}readyz`))).toEqual({
      status: 200,
      body: { status: 'ready' },
    });
  });
});
