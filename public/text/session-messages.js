/** @typedef {import('./translator.js').Message} Message */

/** What the form and the reading say. @satisfies {Record<string, Message>} */
export const sessionMessages = {
  nothingYet: {
    es: 'Aquí verás tu grabación, segundo a segundo',
    en: 'Your recording will show here, second by second',
  },
  unsure: { es: '«no estoy seguro»', en: '“not sure”' },
  unseen: { es: 'sin rostro o señal', en: 'no face or signal' },
  turnOn: { es: 'Activar cámara y grabar', en: 'Turn on camera and record' },
  record: { es: 'Grabar', en: 'Record' },
  again: { es: 'Grabar otra vez', en: 'Record again' },
  cancelCountdown: { es: 'Cancelar', en: 'Cancel' },
  finish: { es: 'Terminar y leer', en: 'End and read' },
  contextMissing: {
    es: 'Escribe primero de qué vas a hablar: así la lectura tendrá sentido.',
    en: 'Write first what you are going to talk about, so that the reading makes sense.',
  },
  recording: { es: 'Grabando: habla con tranquilidad.', en: 'Recording: take your time.' },
  discarded: {
    es: 'Grabación descartada. No se envió nada.',
    en: 'Recording discarded. Nothing was sent.',
  },
  cameraLost: {
    es: 'La cámara se apagó y la grabación terminó antes de los diez segundos. No se envió nada.',
    en: 'The camera went off and the recording ended before ten seconds. Nothing was sent.',
  },
  tooLittle: {
    es: 'Se leyeron menos de diez segundos: es muy poco para una lectura, así que no se envió nada a Gemini. Busca más luz, mira a la cámara y graba otra vez.',
    en: 'Less than ten seconds were read: too little for a reading, so nothing was sent to Gemini. Find more light, look at the camera and record again.',
  },
  noKeyForThis: {
    es: 'No hay lectura escrita, porque este EmoChat no tiene clave de Gemini. Lo que se vio está en el resumen.',
    en: 'There is no written reading, since this EmoChat has no Gemini key. What was seen is in the summary.',
  },
  noKey: {
    es: 'Este EmoChat no tiene clave de Gemini: verás el resumen de tu cara, pero no una lectura escrita.',
    en: 'This EmoChat has no Gemini key: you will see the summary of your face, but no written reading.',
  },
  willBeSent: {
    es: 'Al terminar, tu contexto y las emociones se envían a Gemini; tu imagen, nunca.',
    en: 'At the end your context and the emotions go to Gemini; your picture never does.',
  },
  waiting: { es: 'Gemini está leyendo tus emociones…', en: 'Gemini is reading your emotions…' },
  stillWaiting: {
    es: 'Gemini se toma su tiempo. Puedes esperar o cancelar.',
    en: 'Gemini is taking its time. You may wait or cancel.',
  },
  writing: { es: 'escribiendo…', en: 'writing…' },
  cancelled: { es: 'Lectura cancelada.', en: 'Reading cancelled.' },
  unreachable: {
    es: 'No hay respuesta del servidor de EmoChat. Comprueba que siga en marcha y pulsa «Intentar de nuevo»: tu grabación sigue aquí.',
    en: 'The EmoChat server does not answer. Check that it is running and press “Try again”: your recording is still here.',
  },
  silent: { es: 'Gemini no escribió nada.', en: 'Gemini wrote nothing.' },
  brokenSafety: {
    es: 'Gemini interrumpió este texto por sus filtros de seguridad: no está completo.',
    en: 'Gemini broke this text off because of its safety filters: it is not complete.',
  },
  brokenLength: {
    es: 'Gemini llegó a su límite de palabras: el texto no está completo.',
    en: 'Gemini reached its limit of words: the text is not complete.',
  },
  inOtherLanguage: { es: 'Leer en español', en: 'Read in English' },
  ask: { es: 'Pedir la lectura', en: 'Ask for the reading' },
  retry: { es: 'Intentar de nuevo', en: 'Try again' },
};

/**
 * @param {string} finish Gemini's reason, e.g. `RECITATION`
 * @returns {Message | null} null if the text is complete
 */
export function brokenOff(finish) {
  if (finish === 'STOP') return null;
  if (finish === 'SAFETY') return sessionMessages.brokenSafety;
  if (finish === 'MAX_TOKENS') return sessionMessages.brokenLength;
  return {
    es: `Gemini interrumpió este texto (${finish}): no está completo.`,
    en: `Gemini broke this text off (${finish}): it is not complete.`,
  };
}

/**
 * @param {{ read: number, unsure: number, unseen: number }} count seconds of each kind
 * @returns {Message} e.g. `Leídos 19 de 22 s · 1 sin rostro · 2 «no estoy seguro»`
 */
export function secondsRead({ read, unsure, unseen }) {
  const total = read + unsure + unseen;
  const es = [`Leídos ${read} de ${total} s`];
  const en = [`Read ${read} of ${total} s`];
  if (unseen > 0) {
    es.push(`${unseen} sin rostro o sin señal`);
    en.push(`${unseen} without a face or a signal`);
  }
  if (unsure > 0) {
    es.push(`${unsure} «no estoy seguro»`);
    en.push(`${unsure} “not sure”`);
  }
  return { es: es.join(' · '), en: en.join(' · ') };
}

/**
 * @param {number} seconds still to go until a recording may be ended
 * @returns {Message}
 */
export function finishIn(seconds) {
  return { es: `Terminar (en ${seconds} s)`, en: `End (in ${seconds} s)` };
}
