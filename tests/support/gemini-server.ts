import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request to the stand-in, as it came over the wire. */
export interface GeminiRequest {
  /** The model named in the address. */
  model: string;
  apiKey: string;
  /** All text of the prompt. */
  prompt: string;
  /** The text of `systemInstruction`, which stands apart from it. */
  instructions: string;
  /** The most tokens that an answer may have. */
  maxOutputTokens: number | undefined;
  /** Whether the answer was asked for piece by piece (`:streamGenerateContent?alt=sse`). */
  streamed: boolean;
  /** True once the client has hung up before it was answered. */
  aborted: boolean;
  /** `performance.now()` at arrival. */
  at: number;
}

/** Writes one answer, well or badly. */
export type GeminiAnswer = (response: ServerResponse) => Promise<void> | void;

export interface GeminiServer {
  /** Base address to give as `GEMINI_BASE_URL`. */
  url: string;
  requests: GeminiRequest[];
  /** Answers for the coming requests, in order; the last one stays. */
  respondWith(...answers: GeminiAnswer[]): void;
  close(): Promise<void>;
}

/** The text that the stand-in answers with by default. */
export const defaultAnalysis =
  'Gracias por compartir este momento. Se nota cuánto te importa; estamos contigo.';

/** What Gemini is known to answer, in the format of its REST API. */
export const geminiAnswers = {
  text: (text: string): GeminiAnswer => json(200, candidate('STOP', text)),

  /** Pieces as server-sent events, then the reason to finish in an event of its own, or what happens in its place. */
  stream:
    (pieces: readonly string[], { pause = 0, finish = 'STOP', then = 'end' }: StreamEnd = {}): GeminiAnswer =>
    async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      for (const [i, text] of pieces.entries()) {
        if (i > 0) await sleep(pause);
        response.write(event({ candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0 }] }));
      }
      // A little later, so that what was sent has left the machine before the connection goes.
      if (then === 'disconnect') setTimeout(() => response.destroy(), 50);
      if (then === 'error') response.write(event(fault(503, 'UNAVAILABLE', 'The model is overloaded.')));
      if (then === 'end') response.write(event(candidate(finish, '')));
      if (then !== 'disconnect' && then !== 'silence') response.end();
    },

  /** `details` as Google writes them, e.g. its RetryInfo. */
  error: (code: number, status: string, message: string, details: object[] = []): GeminiAnswer =>
    json(code, fault(code, status, message, details)),

  quotaExceeded: (retryDelay?: string): GeminiAnswer =>
    geminiAnswers.error(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota.',
      retryDelay === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }],
    ),

  overloaded: (): GeminiAnswer => geminiAnswers.error(503, 'UNAVAILABLE', 'The model is overloaded.'),

  /** A refusal with a reason in its ErrorInfo. */
  because: (code: number, reason: string): GeminiAnswer =>
    geminiAnswers.error(code, code === 403 ? 'PERMISSION_DENIED' : 'INVALID_ARGUMENT', 'Refused.', [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' },
    ]),

  invalidKey: (): GeminiAnswer => geminiAnswers.because(400, 'API_KEY_INVALID'),

  blockedPrompt: (): GeminiAnswer => json(200, { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }),
  blockedAnswer: (): GeminiAnswer => json(200, candidate('SAFETY')),
  /** Text, but not all of it. */
  partial: (finishReason: string, text: string): GeminiAnswer => json(200, candidate(finishReason, text)),
  empty: (): GeminiAnswer => json(200, candidate('STOP', '')),
  garbage: (): GeminiAnswer => (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"candidates": [{"cont');
  },
  disconnect: (): GeminiAnswer => (response) => {
    response.destroy();
  },
  silence: (): GeminiAnswer => () => undefined,
  slow:
    (ms: number, answer: GeminiAnswer): GeminiAnswer =>
    async (response) => {
      await sleep(ms);
      if (!response.destroyed) await answer(response);
    },
};

/** How a streamed answer goes on and ends. */
export interface StreamEnd {
  /** Between two pieces, milliseconds. */
  pause?: number;
  finish?: string;
  /** `end`: with the reason to finish; `stop`: without; the others as they are called. */
  then?: 'end' | 'stop' | 'disconnect' | 'silence' | 'error';
}

function fault(code: number, status: string, message: string, details: object[] = []): object {
  return { error: { code, message, status, ...(details.length > 0 && { details }) } };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\r\n\r\n`;
}

function isStream(request: IncomingMessage): boolean {
  return (request.url ?? '').endsWith(':streamGenerateContent?alt=sse');
}

function candidate(finishReason: string, text?: string): object {
  const content = text === undefined ? {} : { content: { role: 'model', parts: [{ text }] } };
  return { candidates: [{ ...content, finishReason, index: 0 }], modelVersion: 'stand-in' };
}

function json(code: number, body: object): GeminiAnswer {
  return (response) => {
    const streamed = code === 200 && isStream(response.req);
    const type = streamed ? 'text/event-stream' : 'application/json; charset=UTF-8';
    response.writeHead(code, { 'content-type': type }).end(streamed ? event(body) : JSON.stringify(body));
  };
}

interface Content {
  parts: { text?: string }[];
}

function textOf(contents: readonly Content[]): string {
  return contents.flatMap(({ parts }) => parts.map(({ text }) => text ?? '')).join('\n');
}

async function readQuestion(
  request: IncomingMessage,
): Promise<Pick<GeminiRequest, 'prompt' | 'instructions' | 'maxOutputTokens'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as {
    contents: Content[];
    systemInstruction?: Content;
    generationConfig?: { maxOutputTokens?: number };
  };
  return {
    prompt: textOf(body.contents),
    instructions: textOf(body.systemInstruction ? [body.systemInstruction] : []),
    maxOutputTokens: body.generationConfig?.maxOutputTokens,
  };
}

/**
 * A local HTTP server that speaks the part of Gemini's REST protocol that EmoChat uses:
 * `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent?alt=sse` with an `x-goog-api-key`. Like the real one it refuses other
 * addresses (404) and requests without a key (403) in Google's error format.
 */
export async function startGeminiServer(): Promise<GeminiServer> {
  const requests: GeminiRequest[] = [];
  let answers: GeminiAnswer[] = [geminiAnswers.text(defaultAnalysis)];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const model = /^\/v1beta\/models\/([^/:]+):(?:generateContent|streamGenerateContent\?alt=sse)$/.exec(
      request.url ?? '',
    )?.[1];
    if (request.method !== 'POST' || model === undefined) {
      return geminiAnswers.error(404, 'NOT_FOUND', 'Requested entity was not found.')(response);
    }
    const apiKey = request.headers['x-goog-api-key'];
    if (typeof apiKey !== 'string') {
      return geminiAnswers.error(
        403,
        'PERMISSION_DENIED',
        'Method does not allow unregistered callers.',
      )(response);
    }
    const record = {
      model,
      apiKey,
      streamed: isStream(request),
      ...(await readQuestion(request)),
      aborted: false,
      at: performance.now(),
    };
    requests.push(record);
    response.once('close', () => (record.aborted = !response.writableEnded));
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? geminiAnswers.empty();
    await answer(response);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    respondWith: (...next) => {
      answers = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
