import { Store } from './store.js';

/** @typedef {import('../text/translator.js').Message} Message */
/** @typedef {import('../text/translator.js').Language} Language */
/** @typedef {import('../live/faces.js').LiveFace} LiveFace */
/** @typedef {import('../live/mood.js').Mood} Mood */
/** @typedef {import('../session/cells.js').Cell} Cell */
/** @typedef {import('../session/recorder.js').Sample} Sample */
/** @typedef {import('../keep/history.js').KeptSession} KeptSession */

/**
 * The life of the page: `idle` (camera off) → `live` (camera on) → `counting` (3-2-1) → `recording` → `read` (a session and
 * its reading are on the screen).
 *
 * @typedef {'idle' | 'live' | 'counting' | 'recording' | 'read'} Phase
 */

/**
 * @typedef {object} CameraState
 * @property {'off' | 'starting' | 'on'} status
 * @property {Message | null} trouble why there is no camera, or no picture from it, and what to do
 * @property {boolean} mirrored whether the picture is shown as in a mirror
 * @property {readonly { id: string, label: string }[]} devices cameras to choose from
 * @property {string | null} chosen the device that is used
 */

/**
 * The last answer about a frame.
 *
 * @typedef {object} LiveState
 * @property {number} width pixels of the frame that the faces' boxes and landmarks refer to
 * @property {number} height
 * @property {readonly LiveFace[]} faces largest first
 * @property {number | null} heldId the face that is read
 * @property {Mood} mood what the last second and a half say
 * @property {number} perSecond answers a second, lately
 * @property {Message | null} trouble why no answers come
 */

/**
 * @typedef {object} RecordingState
 * @property {number} length seconds asked for
 * @property {number} elapsed seconds so far, with their fraction; 0 while the countdown runs
 * @property {number} countdown 3, 2, 1; 0 once it records
 * @property {readonly Cell[]} cells one a second begun
 */

/**
 * A finished session: half a minute before the camera, or a clip.
 *
 * @typedef {object} Session
 * @property {string} id
 * @property {number} startedAt milliseconds since 1970
 * @property {'camera' | 'clip'} source
 * @property {string} context what the visitor said they would talk about
 * @property {number} length seconds asked for
 * @property {readonly string[]} labels the emotions that the model tells apart
 * @property {readonly Cell[]} cells one a second
 * @property {readonly Sample[]} samples one a frame
 */

/**
 * Gemini's reading of `session`. `absent`: there is no key, or too little was read.
 *
 * @typedef {object} ReadingState
 * @property {'none' | 'absent' | 'waiting' | 'writing' | 'done' | 'failed' | 'cancelled'} status
 * @property {string} text Markdown, as far as it has come
 * @property {Language} language of the text
 * @property {Message | null} note what to say beside it: why it failed, broke off or is absent
 * @property {boolean} silent nothing has come for five seconds
 */

/**
 * The visitor's own calm face: `looking` while it is looked at, `known` with the means of its scores.
 *
 * @typedef {object} CalmState
 * @property {'none' | 'looking' | 'known' | 'failed'} status
 * @property {readonly number[] | null} scores
 */

/**
 * A photo or a clip by file.
 *
 * @typedef {object} StillState
 * @property {import('../still/photo.js').ReadPhoto | null} photo
 * @property {number | null} progress of a clip, 0 … 1
 * @property {Message | null} message
 */

/**
 * @typedef {object} ModelState
 * @property {readonly string[]} labels
 * @property {boolean} baseline whether it can be told a person's calm face
 * @property {boolean} gemini whether the server has a key for Gemini
 */

/**
 * @typedef {object} PageState
 * @property {Phase} phase
 * @property {CameraState} camera
 * @property {LiveState} live
 * @property {RecordingState | null} recording
 * @property {number} length seconds that the next recording shall take
 * @property {Message | null} notice what the form says: how the last recording ended, or why none was begun
 * @property {Session | null} session the last one, which stays until another has been read
 * @property {ReadingState} reading
 * @property {CalmState} calm
 * @property {StillState} still
 * @property {boolean} keeping whether sessions are kept in this browser
 * @property {readonly KeptSession[]} history those that are kept, the newest first
 * @property {Message | null} keepNotice how copying or keeping went
 * @property {ModelState | null} model null until the server has said
 * @property {Message | null} modelTrouble why it has not
 */

/** @type {CameraState} */
export const cameraOff = { status: 'off', trouble: null, mirrored: true, devices: [], chosen: null };

/** @type {LiveState} */
export const nothingSeen = {
  width: 0,
  height: 0,
  faces: [],
  heldId: null,
  mood: { kind: 'waiting', probabilities: {} },
  perSecond: 0,
  trouble: null,
};

/** @type {ReadingState} */
export const noReading = { status: 'none', text: '', language: 'es', note: null, silent: false };

/** Lengths of a recording to choose from, in seconds. */
export const lengths = /** @type {const} */ ([15, 30, 60, 120]);

/** @returns {Store<PageState>} */
export function createStore() {
  return new Store({
    phase: 'idle',
    camera: cameraOff,
    live: nothingSeen,
    recording: null,
    length: 30,
    notice: null,
    session: null,
    reading: noReading,
    calm: { status: 'none', scores: null },
    still: { photo: null, progress: null, message: null },
    keeping: false,
    history: [],
    keepNotice: null,
    model: null,
    modelTrouble: null,
  });
}

/** @type {Readonly<Record<Phase, readonly Phase[]>>} */
const followers = {
  idle: ['live', 'read'],
  live: ['idle', 'counting', 'read'],
  counting: ['idle', 'live', 'recording'],
  recording: ['idle', 'live', 'read'],
  read: ['idle', 'live', 'read'],
};

/**
 * Goes on to another phase, together with what else changes at that moment.
 *
 * @param {Store<PageState>} store
 * @param {Phase} phase
 * @param {Partial<PageState>} [change]
 * @throws {Error} if that phase does not follow the present one
 */
export function enter(store, phase, change = {}) {
  const from = store.state.phase;
  if (!followers[from].includes(phase)) throw new Error(`${phase} does not follow ${from}`);
  store.update({ ...change, phase });
}
