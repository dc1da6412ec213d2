/** @typedef {import('./translator.js').Message} Message */

/** What the page says while it is used. The texts that never change stand in index.html. @satisfies {Record<string, Message>} */
export const messages = {
  starting: { es: 'Iniciando cámara...', en: 'Starting camera...' },
  analyzing: { es: 'Analizando...', en: 'Analysing...' },
  noFace: {
    es: 'No se detecta ningún rostro. Acércate o busca más luz.',
    en: 'No face to be seen. Come closer or find more light.',
  },
  unreadable: { es: 'No veo bien tu cara', en: 'I cannot see your face well' },
  occluded: { es: 'Algo te tapa la cara', en: 'Something hides your face' },
  turned: { es: 'Mira hacia la cámara', en: 'Turn to the camera' },
  blurred: {
    es: 'La imagen está borrosa: busca más luz o limpia la cámara',
    en: 'The picture is blurred: find more light or wipe the camera',
  },
  small: { es: 'Estás muy lejos: acércate', en: 'You are far away: come closer' },
  lost: {
    es: 'Ya no veo a la persona de esta grabación. Vuelve a tu sitio, o toca tu cara.',
    en: 'I have lost the person of this recording. Come back to your place, or tap your face.',
  },
  notSure: { es: 'No estoy seguro', en: 'Not sure' },
  serverUnreachable: {
    es: 'No hay respuesta del servidor de EmoChat. Comprueba que siga en marcha: lo intentamos de nuevo solos.',
    en: 'The EmoChat server does not answer. Check that it is running: we keep trying by ourselves.',
  },
  modelUnknown: {
    es: 'No hay respuesta del servidor de EmoChat: no se sabe qué emociones reconoce. Lo intentamos de nuevo solos.',
    en: 'The EmoChat server does not answer: which emotions it recognises is not known. We keep trying by ourselves.',
  },
  soon: { es: 'Próximamente', en: 'Coming soon' },
  ownFault: {
    es: 'Algo falló en esta página. Vuelve a cargarla, por favor.',
    en: 'Something in this page went wrong. Please load it again.',
  },
  fullscreen: { es: 'Pantalla completa', en: 'Full screen' },
  leaveFullscreen: { es: 'Salir de pantalla completa', en: 'Leave full screen' },
};

/**
 * @param {string} text a text that came in the page's language already, e.g. from the server
 * @returns {Message}
 */
export function asItIs(text) {
  return { es: text, en: text };
}

/**
 * @param {number} perSecond
 * @returns {Message}
 */
export function pictureRate(perSecond) {
  const rate = Math.round(perSecond);
  if (rate < 2) return { es: 'Cada imagen se lee y se olvida', en: 'Each picture is read and forgotten' };
  return {
    es: `${rate} imágenes por segundo: se leen y se olvidan`,
    en: `${rate} pictures a second: read and forgotten`,
  };
}

/**
 * @param {number} number from 1
 * @returns {Message} the name of one of several people in the picture
 */
export function personName(number) {
  return { es: `Persona ${number}`, en: `Person ${number}` };
}

/**
 * @param {number} number from 1
 * @returns {Message}
 */
export function readPerson(number) {
  return { es: `Leer a la persona ${number}`, en: `Read person ${number}` };
}
