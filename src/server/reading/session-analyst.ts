import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiError, GenerateContentParameters, GoogleGenAI } from '@google/genai';
import pRetry from 'p-retry';
import { errorForFault, geminiErrors, readProviderFault } from './gemini-errors.js';
import { readingEvents, wholeReading, type ReadingEvent } from './gemini-reading.js';
import { RequestError } from '../request-error.js';
import { sessionPrompt, type Session } from './session-prompt.js';
import { TimeLimit } from './time-limit.js';

export interface GeminiOptions {
  /** Without one every analysis fails with `GEMINI_KEY_MISSING`. */
  apiKey?: string | undefined;
  /** Name of the model, e.g. `gemini-2.5-flash`. */
  model: string;
  /** Address of the API, without version and path. */
  baseUrl: string;
  /** Longest wait for an analysis, or for the first piece of one, in milliseconds, retries included. */
  timeout: number;
}

/** Statuses after which Google's documentation asks for another try; 429 has rules of its own. */
const passingStatuses = new Set([408, 500, 502, 503, 504]);
const backoff = { retries: 3, minTimeout: 500, factor: 2, randomize: true };

/** Of an answer, what Gemini thinks before it writes included: two paragraphs take a tenth of it. */
const mostTokens = 8192;

/** How long an analysis that is streamed may take, once it has begun, as multiples of `GeminiOptions.timeout`. */
const patience = { silence: 0.5, total: 2 };

/** The longest time that an analysis may be under way, milliseconds. */
export function longestAnalysis(timeout: number): number {
  return timeout * patience.total;
}

/** Asks Gemini for a warm reading of a session. */
export class SessionAnalyst {
  readonly #options: GeminiOptions;
  #client: Promise<GoogleGenAI> | undefined;

  constructor(options: GeminiOptions) {
    this.#options = options;
  }

  /**
   * Gemini's words about a session. Failures that pass (429 with a bearable delay, 408, 5xx, broken connections) are
   * tried again while there is time.
   *
   * @param clientGone ends the work when nobody waits for it any more.
   * @throws RequestError `GEMINI_…`, see `gemini-errors.ts`.
   */
  async analyze(session: Session, clientGone: AbortSignal): Promise<string> {
    const limit = this.#begin(clientGone);
    try {
      return await this.#ask(limit, clientGone, async (client, signal) =>
        wholeReading(
          await limit.over(client.models.generateContent(this.#request(session, signal))),
          session,
        ),
      );
    } finally {
      limit.end();
    }
  }

  /**
   * The same, piece by piece as Gemini writes it. There are no more tries once there is text.
   *
   * @returns once the first piece is there: the pieces in order, then how it ended. After the first piece it throws what
   *   `analyze` throws, or `GEMINI_BROKEN_OFF`.
   * @throws RequestError as `analyze`, before there is text.
   */
  async stream(session: Session, clientGone: AbortSignal): Promise<AsyncGenerator<ReadingEvent, void>> {
    const limit = this.#begin(clientGone);
    const end = performance.now() + longestAnalysis(this.#options.timeout);
    try {
      const [first, rest] = await this.#ask(limit, clientGone, async (client, signal) => {
        const answers = await limit.over(client.models.generateContentStream(this.#request(session, signal)));
        const events = readingEvents(answers);
        return [await limit.over(events.next()), events] as const;
      });
      return this.#following(first, rest, { limit, end, clientGone });
    } catch (error) {
      limit.end();
      throw error;
    }
  }

  async *#following(
    first: IteratorResult<ReadingEvent, void>,
    rest: AsyncGenerator<ReadingEvent, void>,
    { limit, end, clientGone }: { limit: TimeLimit; end: number; clientGone: AbortSignal },
  ): AsyncGenerator<ReadingEvent, void> {
    const silence = this.#options.timeout * patience.silence;
    try {
      for (let next = first; next.done !== true; next = await limit.over(rest.next())) {
        // A client that reads slowly is not Gemini's silence.
        limit.restart(end - performance.now());
        yield next.value;
        limit.restart(Math.min(silence, end - performance.now()));
      }
    } catch (error) {
      if (clientGone.aborted) throw geminiErrors.clientGone();
      if (limit.signal.aborted) throw geminiErrors.timeout();
      throw isApiError(error) ? explain(error) : geminiErrors.brokenOff(reasonOf(error));
    } finally {
      limit.end();
    }
  }

  #begin(clientGone: AbortSignal): TimeLimit {
    if (this.#options.apiKey === undefined) throw geminiErrors.keyMissing();
    return new TimeLimit(this.#options.timeout, clientGone);
  }

  /** Asks, again after failures that pass, and says what went wrong in the end. */
  async #ask<T>(
    { signal }: TimeLimit,
    clientGone: AbortSignal,
    question: (client: GoogleGenAI, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = performance.now() + this.#options.timeout;
    let lastFailure: Error | undefined;
    try {
      this.#client ??= connect(this.#options);
      const client = await this.#client;
      return await pRetry(() => question(client, signal), {
        ...backoff,
        signal,
        onFailedAttempt: async (error) => {
          if (!signal.aborted) lastFailure = error;
          await waitToRetry(error, deadline, signal);
        },
      });
    } catch (error) {
      if (clientGone.aborted) throw geminiErrors.clientGone();
      if (!signal.aborted) throw explain(error);
      // Out of time between two tries: what went wrong says more than that it took long.
      throw lastFailure === undefined ? geminiErrors.timeout() : explain(lastFailure);
    }
  }

  #request(session: Session, signal: AbortSignal): GenerateContentParameters {
    const { instructions, data } = sessionPrompt(session);
    return {
      model: this.#options.model,
      contents: data,
      config: { systemInstruction: instructions, maxOutputTokens: mostTokens, abortSignal: signal },
    };
  }
}

async function connect({ apiKey, baseUrl }: GeminiOptions): Promise<GoogleGenAI> {
  // The package takes a quarter of a second to load; the page does not wait for it.
  const { GoogleGenAI } = await import('@google/genai');
  // `vertexai: false`: without it the package would look into the environment for another service.
  return new GoogleGenAI({ apiKey: apiKey ?? '', vertexai: false, httpOptions: { baseUrl } });
}

/** Waits as long as Gemini asks for; throws the error again if another try is useless or would come too late. */
async function waitToRetry(error: unknown, deadline: number, signal: AbortSignal): Promise<void> {
  if (!isApiError(error)) {
    if (isNetworkFailure(error)) return;
    throw error;
  }
  const { status, retryDelay = 0, dayIsOver } = readProviderFault(error.status, error.message);
  const mayPass = passingStatuses.has(status) || (status === 429 && !dayIsOver);
  if (!mayPass || performance.now() + retryDelay * 1000 >= deadline) throw error;
  await sleep(retryDelay * 1000, undefined, { signal });
}

function explain(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (isApiError(error)) return errorForFault(readProviderFault(error.status, error.message));
  if (isNetworkFailure(error)) return geminiErrors.unreachable(reasonOf(error));
  return geminiErrors.unreadable(reasonOf(error));
}

function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && error.name === 'ApiError' && 'status' in error;
}

/** Node's fetch reports every failure to connect, send or receive as a TypeError with its cause. */
function isNetworkFailure(error: unknown): error is TypeError & { cause: object } {
  return error instanceof TypeError && typeof error.cause === 'object';
}

/** For the log: a code or the kind of error, never its message, which may quote what Gemini wrote. */
function reasonOf(error: unknown): string {
  if (isNetworkFailure(error)) return 'code' in error.cause ? String(error.cause.code) : 'connection failed';
  if (error instanceof RequestError) return error.reason ?? error.code;
  return error instanceof Error ? error.name : typeof error;
}
