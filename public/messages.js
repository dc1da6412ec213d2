/** @typedef {import('./translator.js').Message} Message */

/** What the page says while it is used. The texts that never change stand in index.html. */
export const messages = {
  /** @type {Message} */
  cameraOff: { es: 'La cámara está apagada.', en: 'The camera is off.' },
  /** @type {Message} */
  starting: { es: 'Iniciando cámara...', en: 'Starting camera...' },
  /** @type {Message} */
  analyzing: { es: 'Analizando...', en: 'Analysing...' },
  /** @type {Message} */
  paused: {
    es: 'En pausa: la cámara está apagada. Sigue cuando quieras con «Activar Cámara».',
    en: 'Paused: the camera is off. Go on when you like with “Turn on camera”.',
  },
  /** @type {Message} */
  noFace: {
    es: 'No se detecta ningún rostro. Acércate o busca más luz.',
    en: 'No face to be seen. Come closer or find more light.',
  },
  /** @type {Message} */
  notSure: { es: 'No estoy seguro', en: 'Not sure' },
  /** @type {Message} */
  serverUnreachable: {
    es: 'No hay respuesta del servidor de EmoChat. Comprueba que siga en marcha: lo intentamos de nuevo solos.',
    en: 'The EmoChat server does not answer. Check that it is running: we keep trying by ourselves.',
  },
  /** @type {Message} */
  analysisUnreachable: {
    es: 'No hay respuesta del servidor de EmoChat. Comprueba que siga en marcha y pulsa «Intentar de nuevo»: tu grabación sigue aquí.',
    en: 'The EmoChat server does not answer. Check that it is running and press “Try again”: your recording is still here.',
  },
  /** @type {Message} */
  ownFault: {
    es: 'Algo falló en esta página. Vuelve a cargarla, por favor.',
    en: 'Something in this page went wrong. Please load it again.',
  },
  /** @type {Message} */
  fullscreen: { es: 'Pantalla completa', en: 'Full screen' },
  /** @type {Message} */
  leaveFullscreen: { es: 'Salir de pantalla completa', en: 'Leave full screen' },

  /** @type {Message} */
  record: { es: 'Grabar Análisis (30s)', en: 'Record analysis (30s)' },
  /** @type {Message} */
  stopRecording: { es: 'Detener y descartar', en: 'Stop and discard' },
  /** @type {Message} */
  recording: {
    es: 'Grabando: habla con tranquilidad. Si te detienes o pausas la cámara antes del final, se descarta.',
    en: 'Recording: take your time. If you stop or pause the camera before the end, it is discarded.',
  },
  /** @type {Message} */
  contextMissing: {
    es: 'Escribe primero de qué vas a hablar: así el análisis tendrá sentido.',
    en: 'Write first what you are going to talk about, so that the analysis makes sense.',
  },
  /** @type {Message} */
  cameraNeeded: {
    es: 'Activa primero la cámara con «Activar Cámara».',
    en: 'Turn on the camera first with “Turn on camera”.',
  },
  /** @type {Message} */
  recordingStopped: {
    es: 'Grabación descartada: terminó antes de los 30 segundos. No se envió nada.',
    en: 'Recording discarded: it ended before the 30 seconds. Nothing was sent.',
  },
  /** @type {Message} */
  nothingDetected: {
    es: 'No se detectó ninguna emoción en los 30 segundos, así que no se envió nada. Busca más luz, mira a la cámara e inténtalo de nuevo.',
    en: 'No emotion was detected in the 30 seconds, so nothing was sent. Find more light, look at the camera and try again.',
  },
  /** @type {Message} */
  recordingDone: { es: 'Grabación completa.', en: 'Recording complete.' },
  /** @type {Message} */
  thinking: {
    es: 'Gemini AI está leyendo tus emociones…',
    en: 'Gemini AI is reading your emotions…',
  },
};

/**
 * @param {string} label the forest's label, e.g. `HAPPY`; shown as it is, in both languages
 * @returns {Message}
 */
export function emotionDetected(label) {
  return { es: `Emoción detectada: ${label}`, en: `Emotion detected: ${label}` };
}

/**
 * @param {string} text a text that came in the page's language already, e.g. from the server
 * @returns {Message}
 */
export function asItIs(text) {
  return { es: text, en: text };
}
