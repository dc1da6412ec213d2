import type { HttpMessage } from '../request-error.js';

const keyMissing =
  'Falta configurar tu GEMINI_API_KEY. Consigue una clave en https://aistudio.google.com/apikey, ponla en el archivo .env y reinicia EmoChat.';

/** What people read when Gemini gives no reading, or half of one. */
export const geminiTexts = {
  keyMissing: {
    default: keyMissing,
    es: keyMissing,
    en: 'Your GEMINI_API_KEY is not set. Get a key at https://aistudio.google.com/apikey, put it into the file .env and restart EmoChat.',
  },
  keyRejected: {
    es: 'Gemini no aceptó la clave de este servidor. Revisa GEMINI_API_KEY y reinicia EmoChat.',
    en: 'Gemini did not accept the key of this server. Check GEMINI_API_KEY and restart EmoChat.',
  },
  keyExpired: {
    es: 'La clave de Gemini de este servidor ha caducado. Consigue otra en https://aistudio.google.com/apikey, ponla en GEMINI_API_KEY y reinicia EmoChat.',
    en: 'The Gemini key of this server has expired. Get another at https://aistudio.google.com/apikey, put it into GEMINI_API_KEY and restart EmoChat.',
  },
  keyRestricted: {
    es: 'La clave de Gemini de este servidor no vale desde aquí: tiene restricciones de dirección, de página o de API. Revísalas en https://console.cloud.google.com/apis/credentials.',
    en: 'The Gemini key of this server is not valid from here: it is restricted to addresses, pages or APIs. Check that at https://console.cloud.google.com/apis/credentials.',
  },
  serviceDisabled: {
    es: 'El proyecto de Google de la clave no tiene activada la API «Generative Language». Actívala en https://console.cloud.google.com/apis/library, o usa una clave de https://aistudio.google.com/apikey.',
    en: 'The Google project of the key has not enabled the "Generative Language" API. Enable it at https://console.cloud.google.com/apis/library, or use a key from https://aistudio.google.com/apikey.',
  },
  billing: {
    es: 'Google pide activar la facturación del proyecto de la clave: https://aistudio.google.com/usage.',
    en: 'Google asks for billing to be enabled in the project of the key: https://aistudio.google.com/usage.',
  },
  region: {
    es: 'Gemini no da servicio en la región donde está este servidor. Regiones: https://ai.google.dev/gemini-api/docs/available-regions. Lo demás de EmoChat funciona.',
    en: 'Gemini is not available in the region where this server is. Regions: https://ai.google.dev/gemini-api/docs/available-regions. The rest of EmoChat works.',
  },
  modelUnknown: {
    es: 'Gemini no conoce el modelo configurado. Revisa GEMINI_MODEL y reinicia EmoChat.',
    en: 'Gemini does not know the model that is set. Check GEMINI_MODEL and restart EmoChat.',
  },
  quota: {
    es: 'Se agotó por ahora el cupo de Gemini. Espera un poco y vuelve a intentarlo.',
    en: 'The Gemini quota is used up for now. Wait a little and try again.',
  },
  quotaOfTheDay: {
    es: 'Se agotó el cupo de Gemini por hoy. Vuelve mañana, o activa la facturación de la clave.',
    en: 'The Gemini quota is used up for today. Come back tomorrow, or enable billing for the key.',
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
  stopped: {
    es: 'Gemini se interrumpió a mitad del texto, y medio texto no dice lo que quería decir. Prueba a contarlo con otras palabras. Si lo estás pasando mal, habla con alguien de confianza o con un servicio de emergencia: la página tiene líneas de ayuda.',
    en: 'Gemini broke off in the middle of the text, and half a text does not say what it meant to. Try to put it in other words. If you are struggling, talk to someone you trust or to an emergency service: the page lists help lines.',
  },
  brokenOff: {
    es: 'La conexión con Gemini se cortó a mitad del texto: no está completo. Inténtalo de nuevo.',
    en: 'The connection to Gemini broke in the middle of the text: it is not complete. Try again.',
  },
  refused: {
    es: 'Gemini rechazó la petición de este servidor. Revisa GEMINI_MODEL y la clave.',
    en: 'Gemini refused the request of this server. Check GEMINI_MODEL and the key.',
  },
  clientGone: { es: 'El cliente se fue.', en: 'The client has gone.' },
} satisfies Record<string, HttpMessage>;

/** Stands below a text that reached the longest length that Gemini writes. */
export const brokenOffNote = {
  es: '(Gemini se interrumpió aquí: el texto no está completo.)',
  en: '(Gemini broke off here: the text is not complete.)',
};
