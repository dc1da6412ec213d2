/** @typedef {import('../live/faces.js').LiveFace} LiveFace */
/** @typedef {import('../live/faces.js').Box} Box */

const boxColour = '#ffd98a';
const quietColour = 'rgb(255 255 255 / 65%)';
const pointColour = '#fff3d6';

/**
 * A face's box, and its points if they lie like a face.
 *
 * @param {CanvasRenderingContext2D} context in pixels of the picture
 * @param {LiveFace} face
 * @param {{ held: boolean, points: boolean, pixel: number }} how `pixel`: what a CSS pixel is in pixels of the picture
 */
export function drawFace(context, { box, landmarks, readable }, { held, points, pixel }) {
  context.lineWidth = (held ? 3 : 1.5) * pixel;
  context.strokeStyle = held ? boxColour : quietColour;
  context.setLineDash(readable ? [] : [8 * pixel, 8 * pixel]);
  context.beginPath();
  roundedBox(context, box, Math.min(16 * pixel, box[2] / 6));
  context.stroke();
  if (points && readable)
    drawPoints(context, landmarks, Math.min(3, Math.max(1.25, box[2] / pixel / 90)) * pixel);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {LiveFace['landmarks']} landmarks
 * @param {number} radius
 */
function drawPoints(context, landmarks, radius) {
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
