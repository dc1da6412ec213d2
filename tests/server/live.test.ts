import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { slowPhoto } from '../support/encoded-photos.js';
import { describeWith } from '../support/requirements.js';
import { largePng } from '../support/pictures.js';
import { facePhoto, seriousPhoto } from '../support/sample-photos.js';
import { spoiltPhoto } from '../support/spoilt-photos.js';
import { expressiveFile, jsonOf, serverNeeds, startServer, type RunningServer } from '../support/server.js';

interface Answer {
  width: number;
  height: number;
  faces: Record<string, unknown>[];
  look: string;
  error?: string;
  code?: string;
  retryAfter?: number;
}

/** A client of `/live` that keeps what it is told. */
class LiveClient {
  readonly socket: WebSocket;
  readonly answers: Answer[] = [];
  readonly closed: Promise<number>;

  constructor(server: RunningServer, query = '', headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${server.url.replace('http', 'ws')}live${query}`, { headers });
    this.socket.on('message', (data: Buffer) => this.answers.push(JSON.parse(data.toString()) as Answer));
    this.closed = once(this.socket, 'close').then(([code]) => code as number);
  }

  static async open(server: RunningServer, query = '', headers: Record<string, string> = {}) {
    const client = new LiveClient(server, query, headers);
    await once(client.socket, 'open');
    return client;
  }

  /** Sends a frame and waits for its answer. */
  async ask(bytes: Buffer | string): Promise<Answer> {
    const answered = once(this.socket, 'message');
    this.socket.send(bytes);
    const [data] = (await answered) as [Buffer];
    return JSON.parse(data.toString()) as Answer;
  }
}

describeWith('WebSocket /live', serverNeeds, () => {
  let server: RunningServer;
  let photo: Buffer;
  const clients: LiveClient[] = [];
  const connect = async (query = '', headers: Record<string, string> = {}): Promise<LiveClient> => {
    const client = await LiveClient.open(server, query, headers);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    server = await startServer({ maxBody: 3_000_000 });
    photo = await readFile(facePhoto);
  });
  afterEach(() => {
    for (const { socket } of clients.splice(0)) socket.terminate();
  });
  afterAll(() => server.close());

  test('answers a frame with size, look and the faces, as a still is answered', async () => {
    const client = await connect();
    const { faces, ...rest } = await client.ask(photo);
    const still = await server.recognizer.recognizeEncoded(photo);
    expect(rest).toEqual({ width: 224, height: 224, look: 'whole' });
    expect(faces).toHaveLength(still.faces.length);
    const { landmarks, ...face } = faces[0] ?? {};
    const { box, emotion, probabilities, sure, quality } = still.faces[0] ?? {};
    expect(face).toEqual({ id: 1, box, emotion, probabilities, sure, quality, readable: true });
    expect(landmarks).toHaveLength(68);
  });

  test('says why a face cannot be read, and reads it again only after a calm third of a second', async () => {
    const client = await connect();
    const [clear] = (await client.ask(photo)).faces;
    expect(clear).toMatchObject({ readable: true, sure: true });
    const [covered] = (await client.ask(await spoiltPhoto('smiling', 'occluded', 'sunglasses'))).faces;
    expect(covered).toMatchObject({ readable: false, sure: false, reason: 'occluded' });
    const [back] = (await client.ask(photo)).faces;
    expect(back).toMatchObject({ readable: false, sure: false, reason: 'occluded' });
    await expect
      .poll(async () => (await client.ask(photo)).faces[0])
      .toMatchObject({ readable: true, sure: true });
  });

  test('reads the stream of a person by their calm face, and refuses one that fits no model', async () => {
    const page = await startServer({ pageForest: expressiveFile });
    try {
      const first = await LiveClient.open(page);
      const droopy = await readFile(seriousPhoto);
      const [anybody] = (await first.ask(droopy)).faces;
      const scores = anybody?.['scores'] as number[];
      const own = await LiveClient.open(page, `?baseline=${scores.join(',')}`);
      const [calm] = (await own.ask(droopy)).faces;
      expect([anybody?.['emotion'], calm?.['emotion']]).toEqual(['SAD', 'NEUTRAL']);
      first.socket.terminate();
      own.socket.terminate();
      const unfit = new LiveClient(page, '?lang=en&baseline=1,2');
      expect(await unfit.closed).toBe(1008);
      expect(unfit.answers).toMatchObject([{ code: 'BASELINE_UNFIT' }]);
    } finally {
      await page.close();
    }
  });

  test('follows a face from frame to frame, without a search of the whole picture for each', async () => {
    const client = await connect();
    const frames = [];
    for (let i = 0; i < 3; i++) frames.push(await client.ask(photo));
    expect(frames.map(({ faces }) => faces[0]?.['id'])).toEqual([1, 1, 1]);
    expect(frames.map(({ look }) => look)).toEqual(['whole', 'near', 'near']);
  });

  test('says what is wrong with a frame, in the language asked for, and goes on', async () => {
    const english = await connect('?lang=en', { 'accept-language': 'es' });
    expect(await english.ask(Buffer.from('GIF89a'))).toEqual({
      error: 'This is not a JPEG, PNG or WebP image: use one of these formats.',
      code: 'IMAGE_UNKNOWN',
    });
    expect(await english.ask(photo.subarray(0, 5000))).toMatchObject({ code: 'IMAGE_TRUNCATED' });
    expect(await english.ask(largePng(30_000, 30_000))).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    expect((await english.ask(photo)).faces).toHaveLength(1);
    const header = await connect('', { 'accept-language': 'en' });
    expect((await header.ask(Buffer.alloc(0))).error).toBe('The image is empty: send a photo.');
    const none = await connect();
    expect((await none.ask(Buffer.alloc(0))).error).toBe('La imagen está vacía: envía una foto.');
  });

  test('closes for a client that breaks the rules, and says which', async () => {
    const text = await connect('?lang=en');
    expect(await text.ask('hello')).toMatchObject({ code: 'NOT_A_FRAME' });
    expect(await text.closed).toBe(1003);
    const hasty = await connect();
    hasty.socket.send(photo);
    hasty.socket.send(photo);
    expect(await hasty.closed).toBe(1008);
    expect(hasty.answers.map(({ code }) => code)).toContain('FRAME_UNDER_WAY');
    const huge = await connect();
    huge.socket.send(Buffer.alloc(3_000_001));
    expect(await huge.closed).toBe(1009);
  });

  test('refuses the WebSocket of a page of another site', async () => {
    const foreign = new WebSocket(`${server.url.replace('http', 'ws')}live`, {
      origin: 'http://elsewhere.example',
    });
    await expect(once(foreign, 'open')).rejects.toThrow('403');
    const own = await connect('', { origin: server.url.slice(0, -1) });
    expect((await own.ask(photo)).faces).toHaveLength(1);
  });

  test('writes neither frames nor what is seen into the log', async () => {
    const client = await connect('?lang=en');
    await client.ask(photo);
    expect(server.log.text).not.toMatch(/HAPPY|SAD|landmarks|lang=en/);
  });

  test('answers a request that is no WebSocket with 426, and one in another language with 400', async () => {
    const plain = await fetch(`${server.url}live`, { headers: { 'accept-language': 'en' } });
    expect(plain.headers.get('upgrade')).toBe('websocket');
    expect(await jsonOf(plain)).toEqual({
      status: 426,
      body: { error: 'This address takes WebSockets only.' },
    });
    expect((await fetch(`${server.url}live?lang=fr`)).status).toBe(400);
  });
});

describeWith('WebSocket /live at its limits', serverNeeds, () => {
  const running: RunningServer[] = [];
  const start = async (...options: Parameters<typeof startServer>): Promise<RunningServer> => {
    const server = await startServer(...options);
    running.push(server);
    return server;
  };
  afterEach(() => Promise.all(running.splice(0).map((server) => server.close())));

  test('tells a client that is too much when to come back', async () => {
    const server = await start({ live: { connections: 1 } });
    const first = await LiveClient.open(server);
    const second = new LiveClient(server, '?lang=en');
    expect(await second.closed).toBe(1013);
    expect(second.answers).toEqual([
      {
        error: 'Too many cameras are connected. Try again in a few seconds.',
        code: 'TOO_MANY_STREAMS',
        retryAfter: 5,
      },
    ]);
    first.socket.close();
    await first.closed;
    const third = await LiveClient.open(server);
    expect(await third.ask(Buffer.alloc(0))).toMatchObject({ code: 'IMAGE_EMPTY' });
  });

  test('tells a client to wait while the queue is full, and takes its next frame', async () => {
    const server = await start({ lanes: 1, queueLimit: 0 });
    const photo = await readFile(facePhoto);
    const slow = await LiveClient.open(server);
    const other = await LiveClient.open(server, '?lang=en');
    const slowAnswer = slow.ask(slowPhoto(4000));
    while ((await fetch(`${server.url}readyz`)).ok);
    expect(await other.ask(photo)).toMatchObject({ code: 'QUEUE_FULL', retryAfter: 1 });
    expect((await slowAnswer).look).toBe('whole');
    // A lane says a moment after its answer that it is free.
    let answer = await other.ask(photo);
    while (answer.code === 'QUEUE_FULL') answer = await other.ask(photo);
    expect(answer.faces).toHaveLength(1);
  });

  test('closes with 4408 when no frame comes, and drops a client that does not answer pings', async () => {
    const server = await start({ live: { ping: 20, idle: 100 } });
    const idle = await LiveClient.open(server);
    expect(await idle.closed).toBe(4408);
    const deaf = new WebSocket(`${server.url.replace('http', 'ws')}live`, { autoPong: false });
    expect((await once(deaf, 'close'))[0]).toBe(1006);
  });

  test('closes with 1001 when the server shuts down, even a client that does not answer', async () => {
    const server = await start();
    const client = await LiveClient.open(server);
    const deaf = await LiveClient.open(server);
    deaf.socket.pause();
    await server.app.close();
    expect(await client.closed).toBe(1001);
    deaf.socket.terminate();
  });
});
