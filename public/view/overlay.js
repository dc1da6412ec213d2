import { remember, remembered } from '../state/remembered.js';
import { elementById } from './dom.js';
import { drawFace } from './face-drawing.js';

/** @typedef {import('../state/page-state.js').LiveState} LiveState */

/** Answers that come at least this often are shown on the very frame that they are about; rarer ones over the moving picture. */
const stepMs = 250;

/** Where the picture lies on the stage, in CSS pixels. @typedef {{ left: number, top: number, scale: number }} Placement */

/** Boxes and points over the picture, drawn together with the frame that they belong to. */
export class OverlayView {
  #picture = elementById('picture', HTMLElement);
  #frame = elementById('frame', HTMLCanvasElement);
  #overlay = elementById('overlay', HTMLCanvasElement);
  #points = elementById('points', HTMLButtonElement);
  #source;
  #showPoints = remembered('landmarks') !== 'no';
  #drawnMs = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {LiveState | null} */
  #live = null;

  /**
   * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
   * @param {() => HTMLCanvasElement} source the frame that `state.live` is about
   */
  constructor(store, source) {
    this.#source = source;
    this.#points.setAttribute('aria-pressed', String(this.#showPoints));
    this.#points.addEventListener('click', () => this.#togglePoints());
    new ResizeObserver(() => this.#draw()).observe(this.#picture);
    store.watch(
      ({ live }) => live,
      (live) => this.#show(live),
    );
  }

  /** @param {LiveState} live */
  #show(live) {
    this.#live = live;
    const nowMs = performance.now();
    const inStep = live.width > 0 && nowMs - this.#drawnMs < stepMs;
    this.#drawnMs = nowMs;
    if (inStep) copy(this.#source(), this.#frame);
    this.#frame.classList.toggle('visible', inStep);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#frame.classList.remove('visible'), 2 * stepMs);
    this.#draw();
  }

  #togglePoints() {
    this.#showPoints = !this.#showPoints;
    remember('landmarks', this.#showPoints ? 'yes' : 'no');
    this.#points.setAttribute('aria-pressed', String(this.#showPoints));
    this.#draw();
  }

  #draw() {
    const { clientWidth, clientHeight } = this.#overlay;
    const dots = window.devicePixelRatio;
    this.#overlay.width = Math.round(clientWidth * dots);
    this.#overlay.height = Math.round(clientHeight * dots);
    const context = this.#overlay.getContext('2d');
    const live = this.#live;
    if (context === null || live === null || live.width === 0) return;
    const { left, top, scale } = placement(live, clientWidth, clientHeight);
    context.setTransform(dots * scale, 0, 0, dots * scale, dots * left, dots * top);
    for (const face of live.faces) {
      const held = face.id === live.heldId;
      drawFace(context, face, { held, points: held && this.#showPoints, pixel: 1 / scale });
    }
  }
}

/**
 * The picture as large as it fits, in the middle; as `object-fit: contain` lays it.
 *
 * @param {{ width: number, height: number }} picture
 * @param {number} width of the stage, CSS pixels
 * @param {number} height
 * @returns {Placement}
 */
export function placement(picture, width, height) {
  const scale = Math.min(width / picture.width, height / picture.height);
  return {
    left: (width - picture.width * scale) / 2,
    top: (height - picture.height * scale) / 2,
    scale,
  };
}

/**
 * @param {HTMLCanvasElement} from
 * @param {HTMLCanvasElement} to
 */
function copy(from, to) {
  if (to.width !== from.width) to.width = from.width;
  if (to.height !== from.height) to.height = from.height;
  to.getContext('2d', { alpha: false })?.drawImage(from, 0, 0);
}
