import { remember, remembered } from '../state/remembered.js';
import { elementById } from './dom.js';

/** @typedef {import('../state/page-state.js').LiveState} LiveState */
/** @typedef {import('../live/faces.js').LiveFace} LiveFace */

/** Answers that come at least this often are shown on the very frame that they are about; rarer ones over the moving picture. */
const stepMs = 250;

const boxColour = '#ffd98a';
const quietColour = 'rgb(255 255 255 / 65%)';
const pointColour = '#fff3d6';

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
    for (const face of live.faces) this.#drawFace(context, face, face.id === live.heldId, 1 / scale);
  }

  /**
   * @param {CanvasRenderingContext2D} context in pixels of the frame
   * @param {LiveFace} face
   * @param {boolean} held
   * @param {number} pixel a CSS pixel in pixels of the frame
   */
  #drawFace(context, { box, landmarks, readable }, held, pixel) {
    context.lineWidth = (held ? 3 : 1.5) * pixel;
    context.strokeStyle = held ? boxColour : quietColour;
    context.setLineDash(readable ? [] : [8 * pixel, 8 * pixel]);
    context.beginPath();
    roundedBox(context, box, Math.min(16 * pixel, box[2] / 6));
    context.stroke();
    if (!this.#showPoints || !held || !readable) return;
    const radius = Math.min(3, Math.max(1.25, box[2] / pixel / 90)) * pixel;
    context.fillStyle = pointColour;
    context.shadowColor = 'rgb(0 0 0 / 60%)';
    context.shadowBlur = 2;
    context.beginPath();
    for (const [x, y] of landmarks) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.fill();
    context.shadowBlur = 0;
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

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import('../live/faces.js').Box} box
 * @param {number} radius
 */
function roundedBox(context, [x, y, width, height], radius) {
  context.moveTo(x + radius, y);
  context.arcTo(x + width, y, x + width, y + height, radius);
  context.arcTo(x + width, y + height, x, y + height, radius);
  context.arcTo(x, y + height, x, y, radius);
  context.arcTo(x, y, x + width, y, radius);
  context.closePath();
}
