import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { geminiAnswers, startGeminiServer, type GeminiServer } from '../support/gemini-server.js';
import { jsonOf, serverNeeds, startServer, type RunningServer } from '../support/server.js';
import { describeWith } from '../support/requirements.js';

interface ServerEvent {
  name: string;
  data: Record<string, string>;
}

async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      yield { name, data: JSON.parse(data) as Record<string, string> };
    }
  }
}

describeWith('POST /analyze_session as a stream', serverNeeds, () => {
  let gemini: GeminiServer;
  let server: RunningServer;
  beforeAll(async () => {
    gemini = await startGeminiServer();
    // Room for two tries again, whose pauses are drawn.
    const options = { apiKey: 'a-key-that-nobody-may-see', baseUrl: gemini.url, timeout: 8000 };
    server = await startServer({ analysesPerMinute: 1000, gemini: options });
  });
  afterEach(() => {
    gemini.requests.length = 0;
  });
  afterAll(async () => {
    await server.close();
    await gemini.close();
  });

  const ask = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${server.url}analyze_session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'accept-language': 'en' },
      body: JSON.stringify({ context: 'Mi secreto', timeline: [{ state: 'read', emotion: 'Alegría' }] }),
      ...(signal && { signal }),
    });
  const all = async (response: Response): Promise<ServerEvent[]> => {
    const events: ServerEvent[] = [];
    for await (const event of eventsOf(response)) events.push(event);
    return events;
  };
  const texts = (...pieces: string[]): ServerEvent[] =>
    pieces.map((text) => ({ name: 'text', data: { text } }));

  test('passes the pieces on as they come, line breaks and all, then how it ended', async () => {
    gemini.respondWith(geminiAnswers.stream(['\n Qué ', 'valiente.\n\n', 'Sigue «así».'], { pause: 300 }));
    const response = await ask();
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('content-encoding')).toBeNull();
    const events = eventsOf(response);
    expect((await events.next()).value).toEqual(texts('Qué ')[0]);
    const rest: ServerEvent[] = [];
    for await (const event of events) rest.push(event);
    expect(rest).toEqual([
      ...texts('valiente.\n\n', 'Sigue «así».'),
      { name: 'end', data: { finish: 'STOP' } },
    ]);
    expect(gemini.requests).toMatchObject([{ streamed: true }]);
  });

  test.each(['SAFETY', 'MAX_TOKENS', 'RECITATION'])('says that Gemini ended it with %s', async (finish) => {
    gemini.respondWith(geminiAnswers.stream(['Siento mucho que'], { finish }));
    expect(await all(await ask())).toEqual([...texts('Siento mucho que'), { name: 'end', data: { finish } }]);
  });

  test.each([
    ['the connection is lost', 'disconnect', 'GEMINI_BROKEN_OFF', /not complete/],
    ['the text ends without a reason', 'stop', 'GEMINI_BROKEN_OFF', /not complete/],
    ['Gemini fails', 'error', 'GEMINI_UNAVAILABLE', /overloaded/],
    ['Gemini falls silent', 'silence', 'GEMINI_TIMEOUT', /too long/],
  ] as const)('says so when %s half-way, and does not begin again', async (_what, then, code, text) => {
    gemini.respondWith(geminiAnswers.stream(['Siento mucho que'], { then }));
    const [first, last, ...more] = await all(await ask());
    expect(first).toEqual(texts('Siento mucho que')[0]);
    expect(last).toMatchObject({ name: 'error', data: { code } });
    expect(last?.data['error']).toMatch(text);
    expect(more).toEqual([]);
    expect(gemini.requests).toHaveLength(1);
  });

  test('tries again before there is text', async () => {
    gemini.respondWith(
      geminiAnswers.overloaded(),
      geminiAnswers.stream([], { then: 'disconnect' }),
      geminiAnswers.stream(['Aquí estoy.']),
    );
    expect(await all(await ask())).toEqual([
      ...texts('Aquí estoy.'),
      { name: 'end', data: { finish: 'STOP' } },
    ]);
    expect(gemini.requests).toHaveLength(3);
  });

  test.each([
    ['a rejected key', geminiAnswers.invalidKey(), 502, /GEMINI_API_KEY/],
    ['a blocked prompt', geminiAnswers.blockedPrompt(), 502, /other words/],
    ['no text at all', geminiAnswers.stream([]), 502, /empty/],
    ['a blocked answer', geminiAnswers.stream([], { finish: 'SAFETY' }), 502, /other words/],
    ['silence', geminiAnswers.silence(), 504, /too long/],
  ])('answers %s like any request, with a status', async (_what, answer, status, text) => {
    gemini.respondWith(answer);
    const refused = await jsonOf(await ask());
    expect(refused.status).toBe(status);
    expect(refused.body['error']).toMatch(text);
  });

  test('lets go of Gemini when the client hangs up half-way', async () => {
    gemini.respondWith(geminiAnswers.stream(['Qué ', 'valiente'], { then: 'silence' }));
    const client = new AbortController();
    const response = await ask(client.signal);
    await eventsOf(response).next();
    client.abort();
    await expect.poll(() => gemini.requests[0]?.aborted).toBe(true);
  });

  test('a client that takes nothing keeps Gemini no longer than the longest time', async () => {
    const piece = 'x'.repeat(100_000);
    gemini.respondWith(geminiAnswers.stream(Array<string>(400).fill(piece), { then: 'silence' }));
    const body = '{"context":"Hola"}';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.pause();
    socket.write(
      'POST /analyze_session HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n' +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => gemini.requests[0]?.aborted).toBe(true);
    socket.destroy();
  });

  test('writes no word of it to the log', () => {
    for (const word of ['secreto', 'Siento', 'valiente', 'nobody-may-see']) {
      expect(server.log.text).not.toContain(word);
    }
  });
});
