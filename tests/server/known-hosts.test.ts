import { request } from 'node:http';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostPattern } from '../../src/server/host-names.js';
import { serverNeeds, startServer, type RunningServer } from '../support/server.js';
import { describeWith } from '../support/requirements.js';

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
}

/** Fetch would not let a test choose `Host` and `Origin`. */
function ask(server: RunningServer, { method = 'POST', path = '/predict', headers = {} }: Asked) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sent = request(`${server.url}${path.slice(1)}`, { method, headers }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    sent.on('error', reject).end();
  });
}

/** Whether `/live` takes a web socket with these headers. */
function opensStream(server: RunningServer, headers: Record<string, string>): Promise<boolean> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}live`, { headers });
  const answered = new Promise<boolean>((resolve) => {
    socket.on('open', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
  return answered.finally(() => socket.terminate());
}

describeWith('a server on localhost', serverNeeds, () => {
  let server: RunningServer;
  let port: string;
  beforeAll(async () => {
    server = await startServer();
    port = new URL(server.url).port;
  });
  afterAll(() => server.close());

  test.each(['localhost', 'LocalHost.', 'emochat.localhost:80', '127.0.0.1', '[::1]:5000', '10.1.2.3:5000'])(
    'answers to %s',
    async (host) => {
      // No body at all: past the door it is a picture that lacks.
      expect((await ask(server, { headers: { host } })).body).toBe('{"error":"No image provided"}');
    },
  );

  test.each(['evil.example', 'evil.example:5000', 'localhost.evil.example', '127.0.0.1.nip.io', 'a b'])(
    'refuses the name «%s», whatever is asked for',
    async (host) => {
      for (const path of ['/predict', '/model', '/', '/nothing-here']) {
        const method = path === '/predict' ? 'POST' : 'GET';
        const headers = { host, 'accept-language': 'en', 'x-forwarded-host': 'localhost' };
        const { status, body } = await ask(server, { method, path, headers });
        expect(status).toBe(421);
        expect(body).toMatch(/--allow-host .*EMOCHAT_ALLOWED_HOSTS/);
      }
    },
  );

  test('probes may call it as they like', async () => {
    const probe = { method: 'GET', path: '/readyz', headers: { host: 'emochat-7f9c:5000' } };
    expect((await ask(server, probe)).status).toBe(200);
  });

  test('a program that speaks HTTP/1.0 needs no name', async () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /model HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200/);
  });

  test('refuses what other pages ask for, and web sockets of theirs', async () => {
    const foreign = ['http://evil.example', 'null', 'http://localhost:3000', 'chrome-extension://abc', ''];
    for (const origin of foreign) {
      const headers = { host: `localhost:${port}`, origin, 'accept-language': 'en' };
      const { status, body } = await ask(server, { headers });
      expect([origin, status]).toEqual([origin, 403]);
      expect(body).toMatch(/another site.*--allow-host/);
      expect(await opensStream(server, headers)).toBe(false);
    }
    const silent = { host: `localhost:${port}`, 'sec-fetch-site': 'cross-site' };
    expect((await ask(server, { headers: silent })).status).toBe(403);
  });

  test('answers its own page, and a link to it from elsewhere', async () => {
    const own = {
      host: `localhost:${port}`,
      origin: `http://localhost:${port}`,
      'sec-fetch-site': 'same-origin',
    };
    expect((await ask(server, { headers: own })).status).toBe(400);
    expect(await opensStream(server, own)).toBe(true);
    // A proxy that ends TLS: the port is the protocol's own on either side.
    expect((await ask(server, { headers: { host: '10.1.2.3', origin: 'https://10.1.2.3' } })).status).toBe(
      400,
    );
    const link = { host: `localhost:${port}`, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask(server, { method: 'GET', path: '/', headers: link })).status).toBe(200);
  });
});

describeWith('a server with names of its own', serverNeeds, () => {
  test('answers to what it listens on, to this machine’s name and to the names it is given', async () => {
    const server = await startServer({
      host: '0.0.0.0',
      allowedHosts: ['emochat.example.com', '*.example.org'],
    });
    const status = async (headers: Record<string, string>) => (await ask(server, { headers })).status;
    expect(await status({ host: hostname() })).toBe(400);
    expect(await status({ host: 'emochat.example.com:8443' })).toBe(400);
    expect(await status({ host: 'a.b.example.org' })).toBe(400);
    expect(await status({ host: 'example.org' })).toBe(421);
    // A proxy that asks for us under another name than the page has.
    expect(await status({ host: 'localhost:5000', origin: 'https://emochat.example.com:8443' })).toBe(400);
    expect(await status({ host: 'localhost:5000', origin: 'https://evil.example' })).toBe(403);
    await server.close();
  });
});

describe('a name to allow', () => {
  test.each([
    ['Emochat.Example.com.', 'emochat.example.com'],
    ['*.example.com', '*.example.com'],
    ['ñandú.example', 'xn--and-6ma2c.example'],
    ['192.168.1.5', '192.168.1.5'],
    ['::1', '::1'],
  ])('%s is taken', (name, pattern) => {
    expect(hostPattern(name)).toBe(pattern);
  });

  test.each(['https://emochat.example.com', 'emochat:5000', 'a/b', '*', 'a b'])('«%s» is none', (name) => {
    expect(hostPattern(name)).toBeUndefined();
  });
});
