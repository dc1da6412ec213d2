/** @typedef {import('./translator.js').Message} Message */

/** The camera could not be had; `text` says why and what to do. */
export class CameraError extends Error {
  /** @param {Message} text */
  constructor(text, options = {}) {
    super(text.en, options);
    this.text = text;
  }
}

/** By the `name` of what `getUserMedia` throws. */
const causes = {
  NotAllowedError: {
    es: 'El navegador no tiene permiso para usar la cámara. Concédelo en el icono junto a la dirección de la página y pulsa «Activar Cámara» otra vez.',
    en: 'The browser has no permission to use the camera. Grant it at the icon beside the page’s address and press “Turn on camera” again.',
  },
  NotReadableError: {
    es: 'Otro programa está usando la cámara. Ciérralo (una videollamada, quizá) y pulsa «Activar Cámara» otra vez.',
    en: 'Another program is using the camera. Close it (a video call, perhaps) and press “Turn on camera” again.',
  },
  NotFoundError: {
    es: 'No se encontró ninguna cámara. Conecta una y pulsa «Activar Cámara» otra vez.',
    en: 'No camera was found. Plug one in and press “Turn on camera” again.',
  },
  OverconstrainedError: {
    es: 'Esta cámara no ofrece la imagen que necesitamos. Prueba con otra cámara.',
    en: 'This camera does not give the picture we need. Try another one.',
  },
};

/** @type {Message} */
const unplugged = {
  es: 'La cámara se desconectó. Vuelve a conectarla y pulsa «Activar Cámara».',
  en: 'The camera was disconnected. Plug it in again and press “Turn on camera”.',
};

/** @type {MediaStreamConstraints} */
const constraints = {
  audio: false,
  video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } },
};

/** The visitor's camera, shown in a video element. One stream at a time. */
export class Camera {
  #video;
  #onLost;
  /** @type {MediaStream | null} */
  #stream = null;
  /** Counts openings and closings, so that a permission granted too late is noticed. */
  #turn = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {(text: Message) => void} onLost called when the camera goes away by itself, e.g. is unplugged
   */
  constructor(video, onLost) {
    this.#video = video;
    this.#onLost = onLost;
  }

  /** Whether a picture is coming in. */
  get on() {
    return this.#stream !== null;
  }

  /** Whether it looks at the visitor, so that a mirrored picture feels right. */
  get facesVisitor() {
    return this.#stream?.getVideoTracks()[0]?.getSettings().facingMode !== 'environment';
  }

  /**
   * Asks for the camera and shows it.
   *
   * @returns {Promise<boolean>} false if `close` was called while the visitor was being asked
   * @throws {CameraError}
   */
  async open() {
    this.close();
    const turn = this.#turn;
    const stream = await requestStream();
    if (turn !== this.#turn) {
      stopTracks(stream);
      return false;
    }
    // Chromium gives a stream that has ended already if the device fails while it starts.
    if (!stream.active) throw new CameraError(causes.NotReadableError);
    this.#stream = stream;
    this.#watch(stream);
    this.#video.srcObject = stream;
    await this.#play();
    return turn === this.#turn;
  }

  /** Turns the camera off; its light goes out. */
  close() {
    this.#turn += 1;
    if (this.#stream !== null) stopTracks(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }

  async #play() {
    try {
      await this.#video.play();
    } catch (error) {
      // Turned off again before the first picture came: not a failure.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw asCameraError(error);
    }
  }

  /** @param {MediaStream} stream */
  #watch(stream) {
    for (const track of stream.getVideoTracks()) {
      track.addEventListener('ended', () => {
        if (stream !== this.#stream) return;
        const everSeen = this.#video.videoWidth > 0;
        this.close();
        this.#onLost(everSeen ? unplugged : causes.NotReadableError);
      });
    }
  }
}

async function requestStream() {
  // Absent on pages that the browser does not trust, whatever the types say.
  const devices = /** @type {MediaDevices | undefined} */ (navigator.mediaDevices);
  if (devices === undefined) throw new CameraError(isSecureContext ? unsupported() : insecure());
  try {
    return await devices.getUserMedia(constraints);
  } catch (error) {
    throw asCameraError(error);
  }
}

/** @param {unknown} error */
function asCameraError(error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (isKnown(name)) return new CameraError(causes[name], { cause: error });
  const text = {
    es: `No se pudo iniciar la cámara (${name}: ${message}). Vuelve a conectarla o reinicia el navegador.`,
    en: `The camera could not be started (${name}: ${message}). Plug it in again or restart the browser.`,
  };
  return new CameraError(text, { cause: error });
}

/**
 * @param {string} name
 * @returns {name is keyof typeof causes}
 */
function isKnown(name) {
  return Object.hasOwn(causes, name);
}

/** @returns {Message} */
function insecure() {
  const address = `http://localhost:${location.port || '80'}`;
  return {
    es: `El navegador solo da la cámara a páginas seguras. En el equipo donde corre EmoChat abre ${address}; desde otro, usa una dirección https.`,
    en: `Browsers give the camera to safe pages only. On the machine that runs EmoChat open ${address}; from another, use an https address.`,
  };
}

/** @returns {Message} */
function unsupported() {
  return {
    es: 'Este navegador no puede usar la cámara. Prueba con una versión reciente de Chrome, Edge, Firefox o Safari.',
    en: 'This browser cannot use the camera. Try a recent Chrome, Edge, Firefox or Safari.',
  };
}

/** @param {MediaStream} stream */
function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
