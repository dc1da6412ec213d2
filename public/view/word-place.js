import { elementById } from './dom.js';
import { placement } from './overlay.js';

/** @typedef {import('../state/page-state.js').LiveState} LiveState */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Rectangle CSS pixels */

/** Corners for the word, the best first; each is a class of it. */
const corners = ['low', 'low right', 'high', 'high right'];
/** The word changes its corner no more often than this. */
const calmMs = 1500;

/**
 * Keeps the word of the moment off the face that is read, its mouth and chin above all, off the tools and off people's names.
 *
 * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
 */
export function keepWordClear(store) {
  const word = elementById('word', HTMLElement);
  const stage = elementById('stage', HTMLElement);
  let movedMs = -Infinity;
  // Another size moves the tools, another phase brings or takes some.
  new ResizeObserver(() => (movedMs = -Infinity)).observe(stage);
  store.watch(
    ({ phase }) => phase,
    () => (movedMs = -Infinity),
  );
  store.watch(
    ({ live }) => live,
    (live) => {
      const nowMs = performance.now();
      if (nowMs - movedMs < calmMs || live.heldId === null) return;
      const face = faceOnStage(live, stage, store.state.camera.mirrored);
      if (face === null) return;
      movedMs = nowMs;
      const best = leastCovering(word, [...face, ...inTheWay(stage)], stage);
      word.className = `word ${best}`;
    },
  );
}

/**
 * @param {HTMLElement} word
 * @param {Rectangle[]} kept what shall be seen
 * @param {HTMLElement} stage
 */
function leastCovering(word, kept, stage) {
  let best = corners[0] ?? '';
  let least = Infinity;
  for (const corner of corners) {
    word.className = `word ${corner}`;
    const place = within(word, stage);
    const covered = kept.reduce((sum, rectangle) => sum + shared(place, rectangle), 0);
    if (covered >= least) continue;
    least = covered;
    best = corner;
  }
  return best;
}

/**
 * The face down to below the chin, and twice more its lower half, which counts three times.
 *
 * @param {LiveState} live
 * @param {HTMLElement} stage
 * @param {boolean} mirrored
 * @returns {Rectangle[] | null}
 */
function faceOnStage({ width, height, faces, heldId }, stage, mirrored) {
  const face = faces.find(({ id }) => id === heldId);
  if (face === undefined) return null;
  const { left, top, scale } = placement({ width, height }, stage.clientWidth, stage.clientHeight);
  const [x, y, w, h] = face.box;
  const from = left + (mirrored ? width - x - w : x) * scale;
  const whole = {
    left: from,
    top: top + y * scale,
    right: from + w * scale,
    bottom: top + (y + 1.2 * h) * scale,
  };
  const lower = { ...whole, top: (whole.top + whole.bottom) / 2 };
  return [whole, lower, lower];
}

/** @param {HTMLElement} stage */
function inTheWay(stage) {
  const names = stage.querySelectorAll('.person > span');
  const others = ['tools', 'ring'].map((id) => elementById(id, HTMLElement));
  return [...others, ...names].map((element) => within(element, stage));
}

/**
 * @param {Element} element
 * @param {HTMLElement} stage
 * @returns {Rectangle}
 */
function within(element, stage) {
  const outer = stage.getBoundingClientRect();
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return {
    left: left - outer.left,
    top: top - outer.top,
    right: right - outer.left,
    bottom: bottom - outer.top,
  };
}

/**
 * @param {Rectangle} a
 * @param {Rectangle} b
 * @returns {number} square pixels
 */
function shared(a, b) {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
