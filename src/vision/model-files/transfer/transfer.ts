import { setTimeout as sleep } from 'node:timers/promises';
import pRetry, { type FailedAttemptError } from 'p-retry';
import { errorCode } from '../../../common/error-code.js';
import type { Message } from '../../../common/user-error.js';
import { routeThrough, type FetchedResponse, type Proxies } from './proxy.js';
import { TransferError } from './transfer-error.js';
import { texts } from '../../texts.js';

/** How patient a transfer is; milliseconds. */
export interface TransferTiming {
  /** Tries after the first that may fail in a row. */
  readonly retries: number;
  /** Wait before the second try; doubled each time, with jitter. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Longest silence: until the answer begins, and between two pieces of it. */
  readonly stallMs: number;
}

export const defaultTiming: TransferTiming = {
  retries: 5,
  firstDelayMs: 500,
  maxDelayMs: 20_000,
  stallMs: 20_000,
};

/** Nobody there, as opposed to a connection that broke: a few quick tries are enough. */
const triesIfUnreachable = 3;

export interface TransferOptions {
  readonly timing: TransferTiming;
  readonly signal?: AbortSignal | undefined;
  readonly proxies?: Proxies | undefined;
  /** A try has failed and another follows. */
  readonly onRetry?: ((text: Message) => void) | undefined;
}

/**
 * Runs tries until one succeeds, with exponential back-off and jitter, and at least the wait that the server asks for.
 * @throws what the last try threw.
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: TransferOptions): Promise<T> {
  const { timing, signal } = options;
  return pRetry(attempt, {
    retries: timing.retries,
    minTimeout: timing.firstDelayMs,
    maxTimeout: timing.maxDelayMs,
    randomize: true,
    ...(signal && { signal }),
    shouldRetry: (error) => worthRetrying(error, timing),
    onFailedAttempt: async (error) => {
      if (error.retriesLeft === 0 || !worthRetrying(error, timing)) return;
      options.onRetry?.(texts.transferInterrupted(error.message));
      if (error instanceof TransferError) await sleep(error.retryAfterMs, undefined, { signal });
    },
  });
}

function worthRetrying(error: FailedAttemptError, timing: TransferTiming): boolean {
  if (!(error instanceof TransferError) || error.retry === 'never') return false;
  if (error.retryAfterMs > timing.maxDelayMs) return false;
  return error.retry === 'patiently' || error.attemptNumber < triesIfUnreachable;
}

/** An answer whose body is still to be read, piece by piece, within the limit of silence. */
export interface OpenResponse {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  chunks(): AsyncGenerator<Uint8Array>;
  /** Gives the connection back; to be called in `finally`. */
  close(): void;
}

/**
 * Sends a GET request and waits for the head of the answer.
 * @throws TransferError, or the reason of `signal`.
 */
export async function openResponse(
  url: URL,
  headers: Record<string, string>,
  options: TransferOptions,
): Promise<OpenResponse> {
  const route = await routeThrough(options.proxies);
  const watch = new SilenceWatch(options);
  const close = (): void => {
    watch.end();
    route.close();
  };
  try {
    // Compressed answers cannot be resumed by byte range.
    const request = { headers: { 'accept-encoding': 'identity', ...headers }, signal: watch.signal };
    const response = await watch.over(route.fetch(url, request));
    return {
      status: response.status,
      headers: response.headers,
      chunks: () => piecesOf(response, watch),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function* piecesOf(response: FetchedResponse, watch: SilenceWatch): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (;;) {
    const piece = reader && (await watch.over(reader.read()));
    if (!piece || piece.done) return;
    yield piece.value;
  }
}

/** Breaks a transfer off when nothing comes for too long, or when the caller says so. */
class SilenceWatch {
  readonly signal: AbortSignal;
  readonly #options: TransferOptions;
  readonly #silence = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(options: TransferOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => this.#silence.abort(), options.timing.stallMs);
    const stop = options.signal ? [options.signal] : [];
    this.signal = AbortSignal.any([this.#silence.signal, ...stop]);
  }

  /** Waits for a step of the transfer; the time of silence starts anew. */
  async over<T>(step: Promise<T>): Promise<T> {
    this.#timer.refresh();
    try {
      return await step;
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (!this.#silence.signal.aborted) throw asTransferError(error);
      throw new TransferError(`${this.#options.timing.stallMs / 1000} s without data`, 'patiently');
    }
  }

  /** Gives the timer and the connection back. */
  end(): void {
    clearTimeout(this.#timer);
    this.#silence.abort();
  }
}

/** What an answer that is no success means for the next try. */
export function statusError(response: OpenResponse): TransferError {
  const { status } = response;
  const mayPass = status >= 500 || status === 408 || status === 429;
  const retryAfterMs = retryAfter(response.headers);
  const wait = retryAfterMs === undefined ? '' : `, Retry-After ${Math.ceil(retryAfterMs / 1000)} s`;
  return new TransferError(`HTTP ${status}${wait}`, mayPass ? 'patiently' : 'never', { retryAfterMs });
}

function retryAfter(headers: OpenResponse['headers']): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

const brokenConnections = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

function asTransferError(error: unknown): TransferError {
  const cause = rootCause(error);
  const code = errorCode(cause) ?? errorCode(error);
  const detail =
    cause instanceof Error && cause.message ? cause.message : error instanceof Error ? error.message : '';
  const message = code === undefined || detail.includes(code) ? detail : `${code}: ${detail}`;
  if (code !== undefined && /CERT|TLS|SSL|UNABLE_TO/.test(code))
    return new TransferError(message, 'never', { cause });
  const broken = code !== undefined && brokenConnections.has(code);
  return new TransferError(message, broken ? 'patiently' : 'briefly', { cause });
}

/** What `fetch` failed of, which a proxy's client wraps twice. */
function rootCause(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? (rootCause(cause) ?? cause) : undefined;
}
