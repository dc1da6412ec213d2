import type { Message } from '../common/user-error.js';

/** What vision tells people, in both languages: errors, notices, and the parts that they are put together from. */
export const texts = {
  // Model files at hand
  facemarkUnreadable: (file: string): Message => ({
    es: `No se puede leer ${file}. Para traer los modelos: npx emochat models fetch`,
    en: `${file} cannot be read. To fetch the model files: npx emochat models fetch`,
  }),
  nothingFetchedOffline: {
    es: 'Con --offline no se descarga nada.',
    en: 'With --offline nothing is fetched.',
  },
  notFetchedToday: {
    es: 'El publicado no se pudo descargar en las últimas 24 horas.',
    en: 'The published one could not be fetched within the last 24 hours.',
  },
  goesOnWithout: (name: string, reason: Message): Message => ({
    es: `Sin ${name} (${reason.es}) EmoChat sigue con sus propios puntos del rostro. Para traerlo: npx emochat models fetch`,
    en: `Without ${name} (${reason.en}) EmoChat goes on with its own landmarks. To fetch it later: npx emochat models fetch`,
  }),
  replacesUnknown: (path: string, name: string): Message => ({
    es: `${path} no es el archivo publicado; se descarga, y el tuyo se guarda como ${name}.unverified…`,
    en: `${path} is not the published file; fetching that, and keeping yours as ${name}.unverified…`,
  }),
  usedUnverified: (path: string, reason: Message, flag: string): Message => ({
    es:
      `AVISO: se usa ${path} SIN VERIFICAR. ${reason.es} Si es tuyo, indícalo con ${flag} ${path}; ` +
      'si no: npx emochat models fetch --force',
    en:
      `WARNING: ${path} is used UNVERIFIED. ${reason.en} If it is yours, name it with ${flag} ${path}; ` +
      'if not: npx emochat models fetch --force',
  }),

  // Mirrors
  mirrorHasAnother: (name: string): Message => ({
    es: `${name}: el espejo tiene otra versión. Para traerla: npx emochat models fetch`,
    en: `${name}: the mirror has another version. To fetch it: npx emochat models fetch`,
  }),
  mirrorUnusable: (mirror: string, problem: Message): Message => ({
    es: `El espejo ${mirror} no sirve: ${problem.es}`,
    en: `The mirror ${mirror} cannot be used: ${problem.en}`,
  }),
  sumsLackLine: (name: string): Message => ({
    es: `su SHA256SUMS no tiene una línea para ${name}.`,
    en: `its SHA256SUMS has no line for ${name}.`,
  }),
  modelsUrlInvalid: (example: string): Message => ({
    es: `EMOCHAT_MODELS_URL debe ser una dirección http, https o file sin contraseña, p. ej. ${example}`,
    en: `EMOCHAT_MODELS_URL must be an http, https or file address without a password, e.g. ${example}`,
  }),
  sumsUnreadable: (reason: string): Message => ({
    es: `no se pudo leer su SHA256SUMS (${reason}).`,
    en: `its SHA256SUMS could not be read (${reason}).`,
  }),

  // Fetching model files
  systemPackage: (install: string): Message => ({
    es: `Viene también en un paquete del sistema: ${install}`,
    en: `A package of the system has it, too: ${install}`,
  }),
  otherWays: (url: string, modelsDir: string): Message => ({
    es:
      `Comprueba la red, indica un espejo con EMOCHAT_MODELS_URL=https://…, o guarda tú ${url} ` +
      `en ${modelsDir}/ y vuelve a intentarlo.`,
    en:
      `Check the network, name a mirror with EMOCHAT_MODELS_URL=https://…, or put ${url} ` +
      `into ${modelsDir}/ yourself and try again.`,
  }),
  downloadFailed: (name: string, from: string, reason: string, ways: Message): Message => ({
    es: `No se pudo descargar ${name} de ${from} (${reason}). ${ways.es}`,
    en: `${name} could not be fetched from ${from} (${reason}). ${ways.en}`,
  }),
  missingOffline: (name: string, ways: Message): Message => ({
    es: `Falta ${name}, y con --offline no se descarga nada. ${ways.es}`,
    en: `${name} is missing, and with --offline nothing is fetched. ${ways.en}`,
  }),
  digestMismatch: (name: string, from: string, got: string, expected: string): Message => ({
    es:
      `${name} de ${from} no es el archivo esperado (huella ${got} en vez de ${expected}); no se ha guardado. ` +
      'Prueba con otro espejo (EMOCHAT_MODELS_URL).',
    en:
      `${name} from ${from} is not the file it should be (digest ${got}, not ${expected}); it was not kept. ` +
      'Try another mirror (EMOCHAT_MODELS_URL).',
  }),
  diskFull: (modelsDir: string, room: string, needed: string): Message => ({
    es:
      `No hay sitio en el disco de ${modelsDir}${room}: hacen falta ${needed}. ` +
      'Libera espacio o elige otra carpeta con EMOCHAT_MODELS_DIR.',
    en:
      `The disk of ${modelsDir} is full${room}: ${needed} are needed. ` +
      'Free some space or choose another folder with EMOCHAT_MODELS_DIR.',
  }),
  folderUnusable: (modelsDir: string, code: string): Message => ({
    es: `No se puede leer o escribir en ${modelsDir} (${code}). Da permiso o elige otra carpeta con EMOCHAT_MODELS_DIR.`,
    en: `${modelsDir} cannot be read or written (${code}). Give permission or choose another folder with EMOCHAT_MODELS_DIR.`,
  }),
  systemCopyUsed: (reason: Message, copy: string): Message => ({
    es: `${reason.es} Se usa la copia del sistema, ${copy}.`,
    en: `${reason.en} Using the system's copy, ${copy}.`,
  }),
  fetchedAgain: (name: string): Message => ({
    es: `${name} llegó con otra huella; se descarga de nuevo desde el principio…`,
    en: `${name} arrived with another digest; fetching it again from the start…`,
  }),
  transferInterrupted: (reason: string): Message => ({
    es: `Descarga interrumpida (${reason}); se intenta de nuevo…`,
    en: `Transfer interrupted (${reason}); trying again…`,
  }),

  // Opening
  coreNotLoaded: (reason: string): Message => ({
    es: `No se pudo cargar el núcleo nativo (${reason}). Ejecuta: npm run setup`,
    en: `The native core could not be loaded (${reason}). Run: npm run setup`,
  }),
  modelFileInvalid: (reason: string, command: string): Message => ({
    es: `Archivo de modelo inválido: ${reason}. Para traerlo de nuevo: ${command}`,
    en: `Invalid model file: ${reason}. To fetch it anew: ${command}`,
  }),
  lanesUnavailable: (reason: string): Message => ({
    es: `El sistema no permite tantos hilos (${reason}). Indica menos con EMOCHAT_LANES, o con --lanes.`,
    en: `The system does not allow as many threads (${reason}). Ask for fewer with EMOCHAT_LANES, or --lanes.`,
  }),

  // Frames
  imageEmpty: { es: 'La imagen está vacía: envía una foto.', en: 'The image is empty: send a photo.' },
  imageUnknown: {
    es: 'No es una imagen JPEG, PNG o WebP: usa uno de esos formatos.',
    en: 'This is not a JPEG, PNG or WebP image: use one of these formats.',
  },
  imageTruncated: {
    es: 'La imagen está cortada, faltan datos al final: envíala de nuevo, entera.',
    en: 'The image is cut off, data are missing at its end: send it again, whole.',
  },
  imageTooLarge: {
    es: 'La imagen tiene demasiados píxeles: redúcela.',
    en: 'The image has too many pixels: make it smaller.',
  },
  imageCorrupt: {
    es: 'La imagen está dañada y no se puede leer: usa otra copia.',
    en: 'The image is damaged and cannot be read: use another copy.',
  },
  queueFull: {
    es: 'Hay demasiadas imágenes en espera. Inténtalo de nuevo en unos segundos.',
    en: 'Too many images are waiting. Try again in a few seconds.',
  },
  closed: {
    es: 'EmoChat se está cerrando: inténtalo de nuevo cuando vuelva a estar en marcha.',
    en: 'EmoChat is shutting down: try again when it is running anew.',
  },
};
