import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LogLines } from '../../src/server/plugins/log-lines.js';
import { emochatCli } from '../support/cli.js';
import { slowPhoto } from '../support/encoded-photos.js';
import { canMount, mountMemory, unmount } from '../support/mounts.js';
import { describeWith } from '../support/requirements.js';
import { facePhoto } from '../support/sample-photos.js';
import { EmochatProcess, forestFile, serverNeeds, startServer } from '../support/server.js';

const serve = ['serve', '--port', '0', '--model', forestFile];

/** A connection on which anything may be said. */
async function dial(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the server hangs up. */
async function heard(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

function postFrame(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const request = { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: bytes };
  return fetch(`${url}predict`, request).then(async (response) => {
    await response.arrayBuffer();
    return response.status;
  });
}

describe('The log', () => {
  test.runIf(canMount)(
    'on a full disk leaves lines out, and says how many when there is room again',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'emochat-'));
      mountMemory(folder, 64 * 1024);
      const descriptor = openSync(join(folder, 'log'), 'a');
      try {
        const log = new LogLines(descriptor);
        log.write('{"msg":"first"}\n');
        const filler = join(folder, 'filler');
        expect(() => writeFileSync(filler, Buffer.alloc(1 << 20))).toThrow('ENOSPC');
        for (let i = 0; i < 1000; i++) log.write(`${JSON.stringify({ msg: 'x'.repeat(100) })}\n`);
        rmSync(filler);
        log.write('{"msg":"last"}\n');
        const lines = readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n');
        expect(lines[0]).toBe('{"msg":"first"}');
        expect(lines.at(-1)).toBe('{"msg":"last"}');
        const told = lines.findIndex((line) => line.includes('log lines left out'));
        const { leftOut } = JSON.parse(lines[told] ?? '{}') as { leftOut: number };
        const whole = lines.filter((line) => line === JSON.stringify({ msg: 'x'.repeat(100) })).length;
        expect(leftOut + whole).toBe(1000);
        expect(leftOut).toBeGreaterThan(0);
      } finally {
        closeSync(descriptor);
        unmount(folder);
      }
    },
  );
});

describeWith('A server that is abused', [...serverNeeds, emochatCli], () => {
  const started: EmochatProcess[] = [];
  let photo: Uint8Array<ArrayBuffer>;
  let slow: Uint8Array<ArrayBuffer>;

  beforeAll(async () => {
    photo = new Uint8Array(await readFile(facePhoto));
    slow = new Uint8Array(slowPhoto());
  });
  afterEach(() => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
  });

  async function run(args: readonly string[], stderr?: number): Promise<[EmochatProcess, string]> {
    const emochat = await EmochatProcess.run(args, {}, undefined, stderr);
    started.push(emochat);
    return [emochat, await emochat.address()];
  }

  test('goes on when its log takes nothing', async () => {
    const full = openSync('/dev/full', 'w');
    const [emochat, url] = await run([...serve, '--log-level', 'debug'], full);
    closeSync(full);
    for (let i = 0; i < 5; i++) expect(await postFrame(url, photo)).toBe(200);
    emochat.child.kill('SIGTERM');
    expect(await emochat.ended()).toBe(0);
  });

  test('stops with 0 after a client that asked for much at once and hung up', async () => {
    const [emochat, url] = await run(serve);
    const socket = await dial(url);
    socket.write('GET /model HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(400));
    await once(socket, 'data');
    socket.destroy();
    await expect.poll(async () => (await fetch(`${url}healthz`)).status).toBe(200);
    emochat.child.kill('SIGTERM');
    expect(await emochat.ended()).toBe(0);
    // Nobody was waited for until the time was over.
    expect(emochat.stderr).not.toContain('"msg":"cut off"');
  });

  test(
    'stops with 0 though a client never reads its answer, and says whom it cut off',
    { timeout: 30_000 },
    async () => {
      const [emochat, url] = await run(serve);
      const socket = await dial(url);
      socket.pause();
      socket.write('GET /main.js HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3000));
      // So long that the system keeps no more for a client that does not read.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      emochat.child.kill('SIGTERM');
      expect(await emochat.ended()).toBe(0);
      expect(emochat.stderr).toContain('"msg":"cut off"');
      socket.destroy();
    },
  );

  test(
    'gives a polite client its turn beside one that sends two hundred frames at once',
    { timeout: 60_000 },
    async () => {
      const server = await startServer({ lanes: 1, queueLimit: 64, trustedProxies: 1 });
      const from = (client: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> =>
        fetch(`${server.url}predict`, {
          method: 'POST',
          headers: { 'content-type': 'image/jpeg', 'x-forwarded-for': client },
          body: bytes,
        }).then(async (response) => {
          await response.arrayBuffer();
          return response.status;
        });
      let stop = false;
      const greedy = Array.from({ length: 200 }, async () => {
        while (!stop) await from('203.0.113.1', photo);
      });
      const polite: number[] = [];
      for (let i = 0; i < 15; i++) {
        polite.push(await from('203.0.113.2', photo));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      stop = true;
      await Promise.all(greedy);
      await server.close();
      expect(polite).toEqual(polite.map(() => 200));
    },
  );

  test('does not work on frames of clients that are gone', async () => {
    const server = await startServer({ lanes: 1, queueLimit: 64 });
    const gone = new AbortController();
    const crowd = Array.from({ length: 40 }, () =>
      fetch(`${server.url}predict`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: slow,
        signal: gone.signal,
      }).catch(() => undefined),
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    gone.abort();
    await Promise.all(crowd);
    const asked = performance.now();
    expect(await postFrame(server.url, photo)).toBe(200);
    const waited = performance.now() - asked;
    const alone = performance.now();
    expect(await postFrame(server.url, slow)).toBe(200);
    // Not after all forty.
    expect(waited).toBeLessThan(10 * (performance.now() - alone));
    await server.close();
  });

  test('refuses bodies before it reads them when too many are on their way, and takes them when they are gone', async () => {
    const largest = 16 << 20;
    const server = await startServer({ maxBody: largest });
    const head = `POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: ${largest}\r\n\r\n`;
    const stalled = await Promise.all(Array.from({ length: 8 }, () => dial(server.url)));
    for (const socket of stalled) socket.write(`${head}\xff\xd8`, 'latin1');
    await expect.poll(() => postFrame(server.url, photo)).toBe(503);
    const refused = await fetch(`${server.url}predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', 'accept-language': 'en' },
      body: photo,
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({
      error: 'Too many images are being received. Try again in a moment.',
    });
    expect((await fetch(`${server.url}healthz`)).status).toBe(200);
    for (const socket of stalled) socket.destroy();
    await expect.poll(() => postFrame(server.url, photo)).toBe(200);
    await server.close();
  });

  test('refuses a JSON of many parts or great depth at once, at any length', async () => {
    const server = await startServer();
    const send = (body: string): Promise<number> =>
      fetch(`${server.url}predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).then(({ status }) => status);
    const mib = 1 << 20;
    for (const body of [
      '['.repeat(mib),
      '{"a":'.repeat(mib / 5),
      `[${'{},'.repeat(mib / 3)}1]`,
      JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, 1]))),
      '['.repeat(15 * mib),
    ]) {
      expect(await send(body)).toBe(413);
    }
    const session = {
      context: 'x',
      timeline: Array.from({ length: 600 }, () => ({ state: 'read', emotion: 'A' })),
    };
    // Without a key there is no reading; what was sent was understood.
    const answer = await fetch(`${server.url}analyze_session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(session),
    });
    expect(answer.status).not.toBe(413);
    await server.close();
  });

  test('answers what is no HTTP, and headers that are too long, like every other error', async () => {
    const server = await startServer();
    const broken = await dial(server.url);
    broken.write('HELLO\r\n\r\n');
    const answer = await heard(broken);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('Content-Type: application/json');
    expect(answer).toContain('{"error":"Petición no válida. · Invalid request."}');
    const long = await dial(server.url);
    long.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await heard(long)).toMatch(/^HTTP\/1\.1 431 [\s\S]*\{"error":"Las cabeceras/);
    expect(await postFrame(server.url, photo)).toBe(200);
    await server.close();
  });

  test('gives every answer the number of its log lines, a proxy’s own if a log can hold it', async () => {
    const server = await startServer();
    const ask = (id: string) => fetch(`${server.url}version`, { headers: { 'x-request-id': id } });
    const named = await ask('proxy-4711');
    expect(named.headers.get('x-request-id')).toBe('proxy-4711');
    expect(await named.json()).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string });
    const forged = (await ask('x'.repeat(65))).headers.get('x-request-id') ?? '';
    expect(forged).toMatch(/^[\da-f-]{36}$/);
    for (const id of ['proxy-4711', forged]) expect(server.log.text).toContain(`"reqId":"${id}"`);
    await server.close();
  });
});
