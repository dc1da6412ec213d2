/** @typedef {import('./report.js').Report} Report */

const width = 1200;
const margin = 72;
const inner = width - 2 * margin;
const family = "ui-rounded, Nunito, 'Segoe UI', system-ui, sans-serif";
const colours = { ground: '#fff8f2', text: '#33212f', quiet: '#6a5263', accent: '#b4235a' };

/** A paragraph of the card. @typedef {{ text: string, size: number, weight: number, colour: string, after: number }} Block */

/**
 * A session as a picture: title, strip, what was seen, and the reading.
 *
 * @param {Report} report
 * @param {string} reading plain text; may be empty
 * @returns {Promise<Blob>} PNG, 1200 pixels wide and as high as its texts
 */
export function reportPicture(report, reading) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2d context for the card');
  canvas.height = Math.ceil(layOut(context, report, reading, false));
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, canvas.height);
  layOut(context, report, reading, true);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no PNG of the card')) : resolve(blob)));
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Report} report
 * @param {string} reading
 * @param {boolean} draw false only measures
 * @returns {number} the height, pixels
 */
function layOut(context, report, reading, draw) {
  const { title, date, read, sentence, numbers, readingTitle, made } = report;
  let top = margin;
  const write = (/** @type {Block[]} */ blocks) => {
    for (const block of blocks) top = paragraph(context, block, top, draw);
  };
  write([
    { text: title, size: 40, weight: 800, colour: colours.text, after: 4 },
    { text: date, size: 26, weight: 400, colour: colours.quiet, after: 28 },
  ]);
  if (draw) strip(context, report, top);
  top += 64 + 24;
  write([{ text: read, size: 24, weight: 400, colour: colours.quiet, after: 8 }]);
  top = legend(context, report, top, draw);
  write([
    { text: sentence, size: 52, weight: 800, colour: colours.text, after: 20 },
    { text: numbers, size: 26, weight: 400, colour: colours.quiet, after: 36 },
  ]);
  if (reading !== '') {
    write([{ text: readingTitle, size: 28, weight: 800, colour: colours.accent, after: 12 }]);
    write(
      reading.split(/\n+/).map((text) => ({ text, size: 28, weight: 400, colour: colours.text, after: 16 })),
    );
  }
  write([{ text: made, size: 22, weight: 400, colour: colours.quiet, after: 0 }]);
  return top + margin;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Block} block
 * @param {number} top
 * @param {boolean} draw
 * @returns {number} where the next one begins
 */
function paragraph(context, { text, size, weight, colour, after }, top, draw) {
  context.font = `${weight} ${size}px ${family}`;
  context.fillStyle = colour;
  context.textBaseline = 'top';
  let at = top;
  for (const line of lines(context, text)) {
    if (draw) context.fillText(line, margin, at);
    at += size * 1.35;
  }
  return at + after;
}

/**
 * The emotions of the strip with their colours, in one line; those that find no room there are left out.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Report} report
 * @param {number} top
 * @param {boolean} draw
 * @returns {number} where the next part begins
 */
function legend(context, { cells }, top, draw) {
  const names = new Map(cells.filter(({ name }) => name !== '').map(({ name, fill }) => [name, fill]));
  context.font = `400 24px ${family}`;
  context.textBaseline = 'top';
  let left = margin;
  for (const [name, fill] of names) {
    const end = left + 36 + context.measureText(name).width;
    if (end > width - margin) break;
    if (draw) {
      context.fillStyle = fill;
      context.fillRect(left, top, 24, 24);
      context.fillStyle = colours.text;
      context.fillText(name, left + 36, top);
    }
    left = end + 32;
  }
  return top + 64;
}

/**
 * @param {CanvasRenderingContext2D} context with the font set
 * @param {string} text
 * @returns {string[]}
 */
function lines(context, text) {
  /** @type {string[]} */
  const broken = [];
  for (const word of text.split(/\s+/)) {
    const longer = broken.length === 0 ? word : `${broken.at(-1)} ${word}`;
    if (broken.length === 0 || context.measureText(longer).width > inner) broken.push(word);
    else broken[broken.length - 1] = longer;
  }
  return broken;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Report} report
 * @param {number} top
 */
function strip(context, { cells }, top) {
  const step = inner / cells.length;
  const gap = Math.min(6, step / 5);
  cells.forEach(({ state, fill }, i) => {
    const left = margin + i * step;
    context.fillStyle = fill;
    context.fillRect(left, top, step - gap, 64);
    if (state === 'unsure') hatch(context, left, top, step - gap);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} left
 * @param {number} top
 * @param {number} cellWidth
 */
function hatch(context, left, top, cellWidth) {
  context.save();
  context.beginPath();
  context.rect(left, top, cellWidth, 64);
  context.clip();
  context.strokeStyle = colours.ground;
  context.lineWidth = 4;
  context.beginPath();
  for (let x = left - 64; x < left + cellWidth; x += 12) {
    context.moveTo(x, top + 64);
    context.lineTo(x + 64, top);
  }
  context.stroke();
  context.restore();
}
