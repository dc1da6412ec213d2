import type { Message } from '../common/user-error.js';
import type { HttpMessage } from './request-error.js';

/** What the server tells its clients and whoever starts it, in both languages. */
export const texts = {
  // What a request holds
  notBase64: {
    es: 'La imagen no está en base64. Envíala como «data:image/jpeg;base64,…».',
    en: 'The image is not base64. Send it as "data:image/jpeg;base64,…".',
  },
  tooManyParts: {
    es: 'El JSON tiene demasiadas partes. Envía una sola imagen en «image».',
    en: 'The JSON has too many parts. Send one picture in "image".',
  },
  bodyNotJson: {
    es: 'El cuerpo de la petición no es JSON válido.',
    en: 'The body of the request is not valid JSON.',
  },
  bodyTooLarge: {
    es: 'La petición es demasiado grande. Envía una imagen más pequeña o un texto más corto.',
    en: 'The request is too large. Send a smaller image or a shorter text.',
  },
  contentTypeUnsupported: {
    es: 'Tipo de contenido no admitido. Usa application/json; para una imagen, también image/jpeg, image/png o image/webp.',
    en: 'Content type not supported. Use application/json; for an image image/jpeg, image/png or image/webp, too.',
  },
  mustBeOfType: (type: string): Message => ({
    es: `debe ser de tipo ${type}`,
    en: `must be of type ${type}`,
  }),
  mustBeOneOf: (values: string): Message => ({
    es: `debe ser uno de: ${values}`,
    en: `must be one of: ${values}`,
  }),
  tooManyCharacters: (most: string): Message => ({
    es: `admite ${most} caracteres como máximo`,
    en: `takes ${most} characters at most`,
  }),
  tooManyItems: (most: string): Message => ({
    es: `admite ${most} elementos como máximo`,
    en: `takes ${most} items at most`,
  }),
  notValid: { es: 'no es válido', en: 'is not valid' },
  fieldInvalid: (name: string, fault: Message): Message => ({
    es: `El campo «${name}» ${fault.es}.`,
    en: `The field "${name}" ${fault.en}.`,
  }),
  noImage: {
    default: 'No image provided',
    es: 'Falta la imagen.',
    en: 'No image provided',
  },

  // Streams
  notAFrame: {
    es: 'Envía cada imagen como un mensaje binario: los bytes de un JPEG.',
    en: 'Send every frame as one binary message: the bytes of a JPEG.',
  },
  frameUnderWay: {
    es: 'Espera la respuesta a una imagen antes de enviar la siguiente.',
    en: 'Wait for the answer to a frame before you send the next one.',
  },
  webSocketOnly: {
    es: 'Esta dirección solo admite WebSocket.',
    en: 'This address takes WebSockets only.',
  },
  baselineUnfit: (length: number | undefined): Message =>
    length === undefined
      ? {
          es: 'El modelo que se pide no admite «baseline»: se le puede pedir a GET /model cuál lo admite.',
          en: 'The model that is asked for takes no "baseline": GET /model says which does.',
        }
      : {
          es: `«baseline» debe tener ${length} números: las medias de «scores» de una cara tranquila.`,
          en: `"baseline" must have ${length} numbers: the means of the "scores" of a calm face.`,
        },
  tooManyStreams: {
    es: 'Hay demasiadas cámaras conectadas. Inténtalo de nuevo en unos segundos.',
    en: 'Too many cameras are connected. Try again in a few seconds.',
  },

  // Every address
  tooManyBodies: {
    es: 'Se están recibiendo demasiadas imágenes. Inténtalo de nuevo en un momento.',
    en: 'Too many images are being received. Try again in a moment.',
  },
  shuttingDown: {
    es: 'EmoChat se está cerrando. Vuelve en un momento.',
    en: 'EmoChat is shutting down. Come back in a moment.',
  },
  headersTooLarge: {
    es: 'Las cabeceras de la petición son demasiado largas.',
    en: 'The headers of the request are too long.',
  },
  requestTooSlow: {
    es: 'La petición no terminó de llegar a tiempo.',
    en: 'The request did not arrive in time.',
  },
  badRequest: { es: 'Petición no válida.', en: 'Invalid request.' },
  notFound: { es: 'Aquí no hay nada.', en: 'There is nothing here.' },
  defect: {
    es: 'Algo falló en el servidor. Inténtalo de nuevo; si se repite, mira su registro.',
    en: 'Something failed in the server. Try again; if it happens again, look at its log.',
  },
  methodsAllowed: (allowed: readonly string[]): Message => ({
    es: `Esta dirección solo admite ${allowed.join(', ')}.`,
    en: `This address takes ${allowed.join(', ')} only.`,
  }),
  dayIsOver: {
    es: 'Este servidor ya hizo todas las lecturas de hoy. Vuelve mañana.',
    en: 'This server has made all of its readings for today. Come back tomorrow.',
  },
  tooManyRequests: (max: number): Message => ({
    es: `Vas muy deprisa: se admiten ${max} análisis por minuto. Espera un momento.`,
    en: `You are going too fast: ${max} analyses a minute are allowed. Wait a moment.`,
  }),

  // Hosts and other pages
  unknownHost: (name: Message, flag: string): Message => ({
    es: `Este EmoChat no responde al nombre ${name.es}. Si es suyo, ábrelo con ${flag}`,
    en: `This EmoChat does not answer to the name ${name.en}. If it is its own, start it with ${flag}`,
  }),
  otherPage: (name: Message, flag: string): Message => ({
    es: `Una página de otro sitio (${name.es}) no puede usar este EmoChat. Si es la suya, ábrelo con ${flag}`,
    en: `A page of another site (${name.en}) may not use this EmoChat. If it is its own, start it with ${flag}`,
  }),
  quoted: (name: string): Message => ({ es: `«${name}»`, en: `"${name}"` }),
  unknown: { es: 'desconocido', en: 'unknown' },

  // Readings
  noContext: {
    default: 'No context provided',
    es: 'Falta el contexto: cuenta de qué vas a hablar.',
    en: 'No context provided',
  },
  nothingRead: {
    es: 'En ninguno de esos segundos se leyó una emoción: no hay de qué hacer una lectura. Prueba otra vez con más luz y la cara a la vista.',
    en: 'In none of those seconds was an emotion read: there is nothing to make a reading of. Try again with more light and the face in sight.',
  },
  contextTooLong: (most: number): Message => ({
    es: `El contexto es demasiado largo: resúmelo en ${most} caracteres.`,
    en: `The context is too long: sum it up in ${most} characters.`,
  }),

  // Starting
  portInUse: (port: number, other: number): Message => ({
    es: `El puerto ${port} ya está en uso: quizá EmoChat ya está abierto. Elige otro: --port ${other}`,
    en: `Port ${port} is already in use: perhaps EmoChat is running already. Choose another: --port ${other}`,
  }),
  portForbidden: (port: number): Message => ({
    es: `No tienes permiso para usar el puerto ${port}. Elige uno desde 1024: --port 5000`,
    en: `You may not use port ${port}. Choose one from 1024 up: --port 5000`,
  }),
  hostUnknown: (host: string): Message => ({
    es: `«${host}» no es una dirección de esta máquina. Para usarlo solo aquí: --host localhost`,
    en: `"${host}" is no address of this machine. To use it here only: --host localhost`,
  }),
};

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
