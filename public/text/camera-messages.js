/** @typedef {import('./translator.js').Message} Message */

/** Why there is no camera, or no picture from it, and what to do. @satisfies {Record<string, Message>} */
export const cameraMessages = {
  denied: {
    es: 'El navegador no tiene permiso para usar la cámara. Concédelo en el icono junto a la dirección de la página y pulsa «Activar cámara» otra vez.',
    en: 'The browser has no permission to use the camera. Grant it at the icon beside the page’s address and press “Turn on camera” again.',
  },
  deniedBySystem: {
    es: 'El sistema operativo no deja que el navegador use la cámara. Permítelo en los ajustes de privacidad del sistema, apartado «Cámara», y pulsa «Activar cámara» otra vez.',
    en: 'The operating system keeps the camera from the browser. Allow it in the system’s privacy settings, under “Camera”, and press “Turn on camera” again.',
  },
  inUse: {
    es: 'Otro programa está usando la cámara. Ciérralo (una videollamada, quizá) y pulsa «Activar cámara» otra vez.',
    en: 'Another program is using the camera. Close it (a video call, perhaps) and press “Turn on camera” again.',
  },
  notFound: {
    es: 'No se encontró ninguna cámara. Conecta una y pulsa «Activar cámara» otra vez.',
    en: 'No camera was found. Plug one in and press “Turn on camera” again.',
  },
  unfit: {
    es: 'Esta cámara no ofrece la imagen que necesitamos. Prueba con otra cámara.',
    en: 'This camera does not give the picture we need. Try another one.',
  },
  unplugged: {
    es: 'La cámara se desconectó. Vuelve a conectarla y pulsa «Activar cámara».',
    en: 'The camera was disconnected. Plug it in again and press “Turn on camera”.',
  },
  unsupported: {
    es: 'Este navegador no puede usar la cámara. Prueba con una versión reciente de Chrome, Edge, Firefox o Safari.',
    en: 'This browser cannot use the camera. Try a recent Chrome, Edge, Firefox or Safari.',
  },
  muted: {
    es: 'La cámara está silenciada: el sistema o el navegador la tiene en pausa. Mira si el equipo tiene un interruptor o una tecla de cámara, o si otra aplicación la tomó.',
    en: 'The camera is muted: the system or the browser holds it back. Look for a camera switch or key on your machine, or for another app that has taken it.',
  },
  dark: {
    es: 'La imagen está negra. ¿Está tapada la cámara? Abre su tapa o enciende una luz.',
    en: 'The picture is black. Is the camera covered? Open its shutter or turn on a light.',
  },
  frozen: {
    es: 'La imagen está congelada: la cámara repite siempre la misma. Apágala y enciéndela, o desconéctala y vuelve a conectarla.',
    en: 'The picture is frozen: the camera repeats the same one. Turn it off and on, or unplug it and plug it in again.',
  },
  canvasBlocked: {
    es: 'El navegador protege los lienzos (canvas) contra el rastreo y no deja leer la imagen de la cámara. Permite a esta página «extraer datos del canvas» en el icono junto a la dirección, y vuelve a cargarla.',
    en: 'The browser guards canvases against tracking and does not let the picture of the camera be read. Allow this page to “extract canvas data” at the icon beside the address, and load it again.',
  },
};

/**
 * @param {string} address the same page on an address that browsers trust
 * @returns {Message}
 */
export function insecurePage(address) {
  return {
    es: `El navegador solo da la cámara a páginas seguras. En el equipo donde corre EmoChat abre ${address}; desde otro, usa una dirección https.`,
    en: `Browsers give the camera to safe pages only. On the machine that runs EmoChat open ${address}; from another, use an https address.`,
  };
}

/**
 * @param {Error} error what the browser threw
 * @returns {Message}
 */
export function cameraFailed({ name, message }) {
  return {
    es: `No se pudo iniciar la cámara (${name}: ${message}). Vuelve a conectarla o reinicia el navegador.`,
    en: `The camera could not be started (${name}: ${message}). Plug it in again or restart the browser.`,
  };
}

/**
 * @param {number} number from 1
 * @returns {Message} a name for a camera that has none
 */
export function cameraName(number) {
  return { es: `Cámara ${number}`, en: `Camera ${number}` };
}
