import { geminiTexts as texts } from '../texts.js';
import { RequestError, type HttpMessage } from '../request-error.js';

/** The parts of an error of Google's APIs that say what to do next. */
export interface ProviderFault {
  /** HTTP status of the answer. */
  status: number;
  /** What its message says about the cause, for faults that Google gives no reason of their own. */
  about: 'region' | 'billing' | 'expired' | undefined;
  /** `reason` of its ErrorInfo, e.g. `API_KEY_INVALID`. */
  reason: string | undefined;
  /** Seconds to wait, from its RetryInfo. */
  retryDelay: number | undefined;
  /** A quota of the whole day is used up: waiting seconds does not help. */
  dayIsOver: boolean;
}

interface FaultDetail {
  reason?: unknown;
  retryDelay?: unknown;
  violations?: unknown;
}

/**
 * Reads an error answer of Gemini.
 * @param body the answer's body, JSON in Google's format or anything else.
 */
export function readProviderFault(status: number, body: string): ProviderFault {
  const { details, message } = faultOf(body);
  const delay = details.map(({ retryDelay }) => seconds(retryDelay)).find((value) => value !== undefined);
  return {
    status,
    about: subjects.find(([pattern]) => pattern.test(message))?.[1],
    reason: details.map(({ reason }) => reason).find((value) => typeof value === 'string'),
    retryDelay: delay,
    dayIsOver: details.some(({ violations }) => JSON.stringify(violations ?? '').includes('PerDay')),
  };
}

const subjects: readonly [RegExp, ProviderFault['about']][] = [
  [/location is not supported|not available in your (country|region)/i, 'region'],
  [/\bbilling\b/i, 'billing'],
  [/key.{0,20}expired/i, 'expired'],
];

function faultOf(body: string): { details: FaultDetail[]; message: string } {
  try {
    const parsed = JSON.parse(body) as { error?: { details?: unknown; message?: unknown } } | null;
    const { details, message } = parsed?.error ?? {};
    return {
      details: Array.isArray(details) ? details.filter(isDetail) : [],
      message: typeof message === 'string' ? message : '',
    };
  } catch {
    return { details: [], message: '' }; // not Google's format: the status alone has to do
  }
}

function isDetail(value: unknown): value is FaultDetail {
  return typeof value === 'object' && value !== null;
}

/** Protobuf's JSON form of a duration, e.g. `"3.5s"`. */
function seconds(duration: unknown): number | undefined {
  if (typeof duration !== 'string' || !/^\d+(\.\d+)?s$/.test(duration)) return undefined;
  return Number(duration.slice(0, -1));
}

/** The error that a client of ours gets for an error answer of Gemini. */
export function errorForFault(fault: ProviderFault): RequestError {
  const reason = `Gemini answered ${fault.status}${fault.reason === undefined ? '' : ` ${fault.reason}`}`;
  if (fault.status === 429) {
    return new RequestError(429, 'GEMINI_QUOTA', fault.dayIsOver ? texts.quotaOfTheDay : texts.quota, {
      reason,
      retryAfter: Math.ceil(fault.retryDelay ?? (fault.dayIsOver ? 3600 : 60)),
    });
  }
  if (fault.status === 408 || fault.status >= 500) {
    return new RequestError(503, 'GEMINI_UNAVAILABLE', texts.unavailable, { reason, retryAfter: 30 });
  }
  const [code, text] = refusalFor(fault);
  return new RequestError(502, code, text, { reason });
}

/** Codes and texts for what only the operator of this server can mend. */
function refusalFor({ status, reason = '', about }: ProviderFault): [code: string, text: HttpMessage] {
  if (about === 'region') return ['GEMINI_REGION', texts.region];
  if (about === 'billing' || reason === 'BILLING_DISABLED') return ['GEMINI_BILLING', texts.billing];
  if (reason === 'SERVICE_DISABLED') return ['GEMINI_SERVICE_DISABLED', texts.serviceDisabled];
  if (/^API_KEY_.*_BLOCKED$/.test(reason)) return ['GEMINI_KEY_RESTRICTED', texts.keyRestricted];
  if (about === 'expired' || reason === 'API_KEY_EXPIRED') return ['GEMINI_KEY_EXPIRED', texts.keyExpired];
  if (status === 401 || status === 403 || reason === 'API_KEY_INVALID') {
    return ['GEMINI_KEY_REJECTED', texts.keyRejected];
  }
  return status === 404 ? ['GEMINI_MODEL_UNKNOWN', texts.modelUnknown] : ['GEMINI_REFUSED', texts.refused];
}

export const geminiErrors = {
  keyMissing: () => new RequestError(500, 'GEMINI_KEY_MISSING', texts.keyMissing),
  timeout: () => new RequestError(504, 'GEMINI_TIMEOUT', texts.timeout),
  unreachable: (reason: string) => new RequestError(502, 'GEMINI_UNREACHABLE', texts.unreachable, { reason }),
  unreadable: (reason: string) => new RequestError(502, 'GEMINI_UNREADABLE', texts.unreadable, { reason }),
  blocked: (reason: string) => new RequestError(502, 'GEMINI_BLOCKED', texts.blocked, { reason }),
  /** Gemini itself stopped half-way. */
  stopped: (reason: string) => new RequestError(502, 'GEMINI_BROKEN_OFF', texts.stopped, { reason }),
  /** The connection ended half-way. */
  brokenOff: (reason: string) => new RequestError(502, 'GEMINI_BROKEN_OFF', texts.brokenOff, { reason }),
  empty: () => new RequestError(502, 'GEMINI_EMPTY', texts.unreadable, { reason: 'no text in the answer' }),
  /** Nobody is left to read it; 499 is what proxies log for a client that hung up. */
  clientGone: () => new RequestError(499, 'CLIENT_GONE', texts.clientGone),
};
