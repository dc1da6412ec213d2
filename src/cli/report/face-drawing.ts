import type { Message } from '../../common/user-error.js';
import { html, type Html } from './html.js';
import { texts } from '../texts/report.js';

/** A part of the face by its landmarks, in iBUG's order of 68 points. */
export interface FaceRegion {
  name: Message;
  /** First and last landmark. */
  from: number;
  to: number;
}

/** The parts of a 68-point face; right and left are the person's own. */
export const faceRegions: readonly FaceRegion[] = [
  { name: texts.jaw, from: 0, to: 16 },
  { name: texts.rightEyebrow, from: 17, to: 21 },
  { name: texts.leftEyebrow, from: 22, to: 26 },
  { name: texts.nose, from: 27, to: 35 },
  { name: texts.rightEye, from: 36, to: 41 },
  { name: texts.leftEye, from: 42, to: 47 },
  { name: texts.mouth, from: 48, to: 67 },
];

/** Landmarks joined by a line, and whether it returns to its start. */
const strokes: readonly [from: number, to: number, closed: boolean][] = [
  [0, 16, false],
  [17, 21, false],
  [22, 26, false],
  [27, 30, false],
  [31, 35, false],
  [36, 41, true],
  [42, 47, true],
  [48, 59, true],
  [60, 67, true],
];

/** Landmarks of a whole face in iBUG's order. */
export const faceLandmarks = 68;

export type Point = readonly [x: number, y: number];

/**
 * Fits landmarks into a square, centred, their proportions kept.
 *
 * @param outline x0, y0, x1, y1, …
 * @param size of the square; `margin` of it stays free on every side.
 */
export function fitPoints(outline: ArrayLike<number>, size: number, margin: number): Point[] {
  const points = Array.from({ length: Math.floor(outline.length / 2) }, (_, i): Point => [
    outline[2 * i] ?? 0,
    outline[2 * i + 1] ?? 0,
  ]);
  const [left, right] = range(points.map(([x]) => x));
  const [top, bottom] = range(points.map(([, y]) => y));
  const scale = (size - 2 * margin) / Math.max(right - left, bottom - top, Number.MIN_VALUE);
  const place = (value: number, low: number, high: number): number =>
    round(size / 2 + (value - (low + high) / 2) * scale);
  return points.map(([x, y]) => [place(x, left, right), place(y, top, bottom)]);
}

/** The lines of a face; none for landmarks in another order than iBUG's 68. */
export function faceLines(points: readonly Point[]): Html[] {
  if (points.length !== faceLandmarks) return [];
  return strokes.map(([from, to, closed]) => {
    const path = points.slice(from, to + 1).map(([x, y]) => `${x} ${y}`);
    return html`<path d="M${path.join('L')}${closed ? 'Z' : ''}" />`;
  });
}

/** A small drawing of one face by its landmarks. */
export function smallFace(outline: ArrayLike<number>, title: string): Html {
  const points = fitPoints(outline, 120, 8);
  const dots = points.map(([x, y]) => html`<circle cx="${x}" cy="${y}" r="1.3" />`);
  return html`<svg class="face" viewBox="0 0 120 120" role="img" aria-label="${title}">
    <g class="lines">${faceLines(points)}</g>
    <g class="dots">${dots}</g>
  </svg>`;
}

function range(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
