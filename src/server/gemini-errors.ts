import type { HttpMessage } from './request-error.js';
import { RequestError } from './request-error.js';

/** The parts of an error of Google's APIs that say what to do next. */
export interface ProviderFault {
  /** HTTP status of the answer. */
  status: number;
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
  const details = faultDetails(body);
  const delay = details.map(({ retryDelay }) => seconds(retryDelay)).find((value) => value !== undefined);
  return {
    status,
    reason: details.map(({ reason }) => reason).find((value) => typeof value === 'string'),
    retryDelay: delay,
    dayIsOver: details.some(({ violations }) => JSON.stringify(violations ?? '').includes('PerDay')),
  };
}

function faultDetails(body: string): FaultDetail[] {
  try {
    const parsed = JSON.parse(body) as { error?: { details?: unknown } } | null;
    const details: unknown = parsed?.error?.details;
    return Array.isArray(details) ? details.filter(isDetail) : [];
  } catch {
    return []; // not Google's format: the status alone has to do
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
    return new RequestError(429, 'GEMINI_QUOTA', texts.quota, {
      reason,
      retryAfter: Math.ceil(fault.retryDelay ?? (fault.dayIsOver ? 3600 : 60)),
    });
  }
  if (fault.status === 401 || fault.status === 403 || fault.reason === 'API_KEY_INVALID') {
    return new RequestError(502, 'GEMINI_KEY_REJECTED', texts.keyRejected, { reason });
  }
  if (fault.status === 404)
    return new RequestError(502, 'GEMINI_MODEL_UNKNOWN', texts.modelUnknown, { reason });
  if (fault.status === 408 || fault.status >= 500) {
    return new RequestError(503, 'GEMINI_UNAVAILABLE', texts.unavailable, { reason, retryAfter: 30 });
  }
  return new RequestError(502, 'GEMINI_REFUSED', texts.refused, { reason });
}

export const geminiErrors = {
  keyMissing: () => new RequestError(500, 'GEMINI_KEY_MISSING', texts.keyMissing),
  timeout: () => new RequestError(504, 'GEMINI_TIMEOUT', texts.timeout),
  unreachable: (reason: string) => new RequestError(502, 'GEMINI_UNREACHABLE', texts.unreachable, { reason }),
  unreadable: (reason: string) => new RequestError(502, 'GEMINI_UNREADABLE', texts.unreadable, { reason }),
  blocked: (reason: string) => new RequestError(502, 'GEMINI_BLOCKED', texts.blocked, { reason }),
  empty: () => new RequestError(502, 'GEMINI_EMPTY', texts.unreadable, { reason: 'no text in the answer' }),
  /** Nobody is left to read it; 499 is what proxies log for a client that hung up. */
  clientGone: () => new RequestError(499, 'CLIENT_GONE', texts.clientGone),
};

const keyMissing =
  'Falta configurar tu GEMINI_API_KEY. Consigue una clave en https://aistudio.google.com/apikey, ponla en el archivo .env y reinicia EmoChat.';

const texts = {
  keyMissing: {
    default: keyMissing,
    es: keyMissing,
    en: 'Your GEMINI_API_KEY is not set. Get a key at https://aistudio.google.com/apikey, put it into the file .env and restart EmoChat.',
  },
  keyRejected: {
    es: 'Gemini no aceptó la clave de este servidor. Revisa GEMINI_API_KEY y reinicia EmoChat.',
    en: 'Gemini did not accept the key of this server. Check GEMINI_API_KEY and restart EmoChat.',
  },
  modelUnknown: {
    es: 'Gemini no conoce el modelo configurado. Revisa GEMINI_MODEL y reinicia EmoChat.',
    en: 'Gemini does not know the model that is set. Check GEMINI_MODEL and restart EmoChat.',
  },
  quota: {
    es: 'Se agotó por ahora el cupo de Gemini. Espera un poco y vuelve a intentarlo.',
    en: 'The Gemini quota is used up for now. Wait a little and try again.',
  },
  unavailable: {
    es: 'Gemini está saturado en este momento. Inténtalo de nuevo en un rato.',
    en: 'Gemini is overloaded right now. Try again in a while.',
  },
  unreachable: {
    es: 'No pudimos conectar con Gemini. Revisa la conexión a internet e inténtalo de nuevo.',
    en: 'We could not reach Gemini. Check the internet connection and try again.',
  },
  timeout: {
    es: 'Gemini tardó demasiado en responder. Inténtalo de nuevo.',
    en: 'Gemini took too long to answer. Try again.',
  },
  unreadable: {
    es: 'Gemini dio una respuesta vacía o ilegible. Inténtalo de nuevo.',
    en: 'Gemini gave an empty or unreadable answer. Try again.',
  },
  blocked: {
    es: 'Gemini prefirió no responder a este contexto. Prueba a contarlo con otras palabras. Si lo estás pasando mal, habla con alguien de confianza o con un servicio de emergencia.',
    en: 'Gemini preferred not to answer this context. Try to put it in other words. If you are struggling, talk to someone you trust or to an emergency service.',
  },
  refused: {
    es: 'Gemini rechazó la petición de este servidor. Revisa GEMINI_MODEL y la clave.',
    en: 'Gemini refused the request of this server. Check GEMINI_MODEL and the key.',
  },
  clientGone: { es: 'El cliente se fue.', en: 'The client has gone.' },
} satisfies Record<string, HttpMessage>;
