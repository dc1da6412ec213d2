/** @typedef {import('./translator.js').Message} Message */

/** What is said of photos and clips by file. @satisfies {Record<string, Message>} */
export const stillMessages = {
  looking: { es: 'Mirando la foto…', en: 'Looking at the photo…' },
  noFace: {
    es: 'En esta foto no se ve ningún rostro. Prueba con otra donde la cara esté de frente y con luz.',
    en: 'No face is to be seen in this photo. Try another one with the face to the front and in the light.',
  },
  notReadable: {
    es: 'Este navegador no puede abrir ese archivo. Prueba con una foto JPEG, PNG o WebP, o con un vídeo MP4 o WebM.',
    en: 'This browser cannot open that file. Try a JPEG, PNG or WebP photo, or an MP4 or WebM video.',
  },
  unreachable: {
    es: 'No hay respuesta del servidor de EmoChat. Comprueba que siga en marcha y elige el archivo otra vez.',
    en: 'The EmoChat server does not answer. Check that it is running and choose the file again.',
  },
  cancelled: { es: 'Vídeo cancelado.', en: 'Video cancelled.' },
  busy: {
    es: 'Termina o descarta primero la grabación.',
    en: 'End or discard the recording first.',
  },
};

/** Why nothing can be said of a face in a photo. @satisfies {Record<import('../live/faces.js').Fault, Message>} */
export const photoFaults = {
  occluded: { es: 'Algo tapa la cara', en: 'Something hides the face' },
  turned: { es: 'Mira a un lado', en: 'It looks aside' },
  blurred: { es: 'Se ve borroso', en: 'It is blurred' },
  small: { es: 'Es muy pequeño', en: 'It is very small' },
};

/**
 * @param {number} share 0 … 1
 * @returns {Message}
 */
export function clipProgress(share) {
  const percent = Math.floor(100 * share);
  return { es: `Leyendo el vídeo: ${percent} %`, en: `Reading the video: ${percent} %` };
}

/**
 * @param {number} count
 * @param {Message | null} emotion of the largest face, or why it has none; null if it is not sure
 * @returns {Message} what a photo shows
 */
export function photoResult(count, emotion) {
  const es = emotion === null ? 'no estoy seguro' : emotion.es.toLowerCase();
  const en = emotion === null ? 'not sure' : emotion.en.toLowerCase();
  if (count === 1) return { es: `Un rostro: ${es}.`, en: `One face: ${en}.` };
  return { es: `${count} rostros; el más grande: ${es}.`, en: `${count} faces; the largest: ${en}.` };
}

/**
 * @param {number} seconds that a longer clip is read
 * @returns {Message}
 */
export function onlyTheFirst(seconds) {
  return {
    es: `Se leyeron los primeros ${seconds} segundos.`,
    en: `The first ${seconds} seconds were read.`,
  };
}
