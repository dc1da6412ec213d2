import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiError, GenerateContentResponse, GoogleGenAI } from '@google/genai';
import pRetry from 'p-retry';
import { errorForFault, geminiErrors, readProviderFault } from './gemini-errors.js';
import { RequestError } from './request-error.js';
import { sessionPrompt, type Session } from './session-prompt.js';

export interface GeminiOptions {
  /** Without one every analysis fails with `GEMINI_KEY_MISSING`. */
  apiKey?: string | undefined;
  /** Name of the model, e.g. `gemini-2.5-flash`. */
  model: string;
  /** Address of the API, without version and path. */
  baseUrl: string;
  /** Longest wait for an analysis in milliseconds, retries included. */
  timeout: number;
}

/** Statuses after which Google's documentation asks for another try; 429 has rules of its own. */
const passingStatuses = new Set([408, 500, 502, 503, 504]);
const backoff = { retries: 3, minTimeout: 500, factor: 2, randomize: true };

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
    if (this.#options.apiKey === undefined) throw geminiErrors.keyMissing();
    const deadline = performance.now() + this.#options.timeout;
    const signal = AbortSignal.any([clientGone, AbortSignal.timeout(this.#options.timeout)]);
    let lastFailure: Error | undefined;
    try {
      const response = await pRetry(() => this.#ask(session, signal), {
        ...backoff,
        signal,
        onFailedAttempt: async (error) => {
          if (!signal.aborted) lastFailure = error;
          await waitToRetry(error, deadline, signal);
        },
      });
      return textOf(response);
    } catch (error) {
      if (clientGone.aborted) throw geminiErrors.clientGone();
      if (!signal.aborted) throw explain(error);
      // Out of time between two tries: what went wrong says more than that it took long.
      throw lastFailure === undefined ? geminiErrors.timeout() : explain(lastFailure);
    }
  }

  async #ask(session: Session, signal: AbortSignal): Promise<GenerateContentResponse> {
    this.#client ??= connect(this.#options);
    const client = await this.#client;
    return client.models.generateContent({
      model: this.#options.model,
      contents: sessionPrompt(session),
      config: { abortSignal: signal },
    });
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
  if (isNetworkFailure(error)) return geminiErrors.unreachable(networkReason(error.cause));
  return geminiErrors.unreadable(error instanceof Error ? error.name : typeof error);
}

function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && error.name === 'ApiError' && 'status' in error;
}

/** Node's fetch reports every failure to connect, send or receive as a TypeError with its cause. */
function isNetworkFailure(error: unknown): error is TypeError & { cause: object } {
  return error instanceof TypeError && typeof error.cause === 'object';
}

function networkReason(cause: object): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'connection failed';
}

function textOf(response: GenerateContentResponse): string {
  const text = response.text?.trim();
  if (text) return text;
  const reason = response.promptFeedback?.blockReason ?? response.candidates?.[0]?.finishReason;
  throw reason === undefined || harmlessEnds.has(reason)
    ? geminiErrors.empty()
    : geminiErrors.blocked(reason);
}

/** Reasons to end that say nothing about what was asked. */
const harmlessEnds = new Set<string>(['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'OTHER']);
