/** @typedef {import('./translator.js').Message} Message */

/** What is said of the visitor's own calm face. @satisfies {Record<string, Message>} */
export const calmMessages = {
  look: { es: 'Aprender mi cara tranquila', en: 'Learn my calm face' },
  forget: { es: 'Olvidar mi cara tranquila', en: 'Forget my calm face' },
  none: {
    es: 'Cada cara es distinta: con tres segundos de la tuya en calma, te leo mejor.',
    en: 'Every face differs: three seconds of yours at rest, and I read you better.',
  },
  looking: { es: 'Mírame con calma, sin gesto…', en: 'Look at me calmly, without expression…' },
  known: {
    es: 'Te leo a partir de tu cara tranquila. No sale de aquí más que con cada imagen.',
    en: 'I read you by your calm face. It leaves this page with each picture only.',
  },
  failed: {
    es: 'No te vi bien esos tres segundos. Mira a la cámara y prueba otra vez.',
    en: 'I did not see you well in those three seconds. Look at the camera and try again.',
  },
};
