import sharp from 'sharp';
import { GreyPicture } from './grey-picture.mjs';

/** @typedef {import('./face-frame.mjs').FaceFrame} FaceFrame */
/** @typedef {import('./random.mjs').Random} Random */

/**
 * Something before a face, as SVG: its outline in white and its looks in grey, both in pixels of the picture.
 *
 * @typedef {object} Cover
 * @property {string} outline
 * @property {string} looks
 * @property {number} [opacity] 1 by default
 */

/** Places that a cover hides, in the face's plane; see {@link FaceFrame}. */
const places = {
  mouth: [[0, 0.95]],
  eyes: [[0, 0]],
  side: [
    [-0.5, 0],
    [0.5, 0],
    [-0.35, 0.85],
    [0.35, 0.85],
  ],
};

/** @typedef {keyof typeof places} Place */

/**
 * Puts something before a face.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face
 * @param {Cover} cover
 * @param {Random} random
 * @returns {Promise<GreyPicture>}
 */
export async function cover(picture, face, { outline, looks, opacity = 1 }, random) {
  const { width, height } = picture;
  // As sharp as a picture of such a size is.
  const softness = Math.max(0.4, 0.015 * face.unit);
  const draw = (/** @type {string} */ shapes) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`;
    return GreyPicture.from(
      sharp(Buffer.from(svg)).flatten({ background: '#000' }).greyscale().blur(softness),
    );
  };
  const [where, what] = await Promise.all([draw(outline), draw(looks)]);
  const grain = random.between(0, 6);
  const grey = picture.grey.map((before, i) => {
    const share = ((where.grey[i] ?? 0) / 255) * opacity;
    const after = (what.grey[i] ?? 0) + grain * (random.next() + random.next() - 1);
    return Math.min(255, Math.max(0, before * (1 - share) + after * share));
  });
  return new GreyPicture(grey, width, height);
}

/**
 * A hand over the mouth, the eyes, or one eye or corner of the mouth; fingers closed or spread.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face
 * @param {Random} random
 * @param {Place} place
 * @returns {Cover}
 */
export function hand(picture, face, random, place) {
  const [right = 0, down = 0] = random.pick(places[place]);
  const [x, y] = face.at(right + random.between(-0.2, 0.2), down + random.between(-0.15, 0.15));
  const size = face.unit * random.between(0.75, 1.15);
  const spread = random.between(0.02, 0.16);
  const tone = skinTone(picture, face) * random.between(0.7, 1.25);
  const fingers = [-1.5, -0.5, 0.5, 1.5].map((place, i) => {
    const angle = place * spread + random.between(-0.03, 0.03);
    const length = ([0.95, 1.15, 1.2, 1.05][i] ?? 1) * random.between(0.9, 1.1);
    return {
      x1: place * 0.3,
      y1: -0.35,
      x2: place * 0.3 + Math.sin(angle) * length,
      y2: -0.35 - Math.cos(angle) * length,
    };
  });
  const thumb = {
    x1: -0.45,
    y1: 0.3,
    x2: -0.95 - random.between(0, 0.2),
    y2: -0.35 - random.between(0, 0.3),
  };
  // What lies at the place: the fingers, the palm, or in between.
  const shift = random.between(-0.1, 0.9);
  const turn = (random.sign() * random.between(0, 110) * Math.PI) / 180 + face.lean;
  const laid = `translate(${x} ${y}) rotate(${(turn * 180) / Math.PI}) scale(${size * random.sign()} ${size}) translate(0 ${shift})`;
  const bones = [...fingers, thumb];
  const line = (
    /** @type {typeof thumb} */ { x1, y1, x2, y2 },
    /** @type {number} */ width,
    /** @type {string} */ colour,
  ) =>
    `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"/>`;
  const palm = (/** @type {number} */ more, /** @type {string} */ colour) =>
    `<path d="M -0.6 -0.4 Q 0 -0.6 0.6 -0.4 L 0.5 0.55 L 0.42 2.5 L -0.42 2.5 L -0.5 0.55 Z" fill="${colour}" stroke="${colour}" stroke-width="${more}" stroke-linejoin="round"/>`;
  const outline = `<g transform="${laid}">${palm(0.1, '#fff')}${bones.map((bone) => line(bone, 0.29, '#fff')).join('')}</g>`;
  const edge = colourOf(tone * random.between(0.6, 0.97));
  const skin = `<g transform="${laid}">${palm(0.1, colourOf(tone))}${bones
    .map(
      (bone) =>
        line(bone, 0.29, edge) +
        line(bone, random.between(0.2, 0.27), colourOf(tone * random.between(0.95, 1.05))),
    )
    .join('')}</g>`;
  return { outline, looks: skin + shade(picture, random) };
}

/**
 * A mask or a scarf over nose and mouth.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face
 * @param {Random} random
 * @returns {Cover}
 */
export function mask(picture, face, random) {
  const top = random.between(0.2, 0.55);
  const first = random.pick([1, 2, 3]);
  const jaw = Array.from({ length: 17 - 2 * first }, (_, i) => face.landmark(first + i));
  const [chinX, chinY] = face.at(0, 0);
  const wider = jaw.map(([x, y]) => [chinX + (x - chinX) * 1.06, chinY + (y - chinY) * 1.06]);
  const points = [...wider, face.at(0.25, top), face.at(0, top - 0.06), face.at(-0.25, top)];
  const shape = (/** @type {string} */ colour) =>
    `<polygon points="${points.map((point) => point.join(',')).join(' ')}" fill="${colour}" stroke="${colour}" stroke-width="${0.05 * face.unit}" stroke-linejoin="round"/>`;
  const tone = random.between(20, 245);
  const folds = Array.from({ length: Math.floor(random.between(0, 5)) }, (_, i) => {
    const down = top + 0.25 + i * random.between(0.15, 0.3);
    const [from, to] = [face.at(-0.9, down - 0.1), face.at(0.9, down - 0.1)];
    const [x, y] = face.at(0, down + 0.1);
    return `<path d="M ${from.join(' ')} Q ${x} ${y} ${to.join(' ')}" fill="none" stroke="${colourOf(tone * random.between(0.6, 0.9))}" stroke-width="${0.03 * face.unit}"/>`;
  });
  return { outline: shape('#fff'), looks: shape(colourOf(tone)) + folds.join('') + shade(picture, random) };
}

/**
 * Dark glasses.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face
 * @param {Random} random
 * @returns {Cover}
 */
export function sunglasses(picture, face, random) {
  const [wide, high] = [random.between(0.36, 0.47), random.between(0.24, 0.42)];
  const glass = { wide, high, down: random.between(0, 0.12), round: random.between(0.3, 1) };
  const bars = { ends: bridgeAndArms(0.2, 0.9), above: 0.1 };
  const shapes = (/** @type {string} */ colour) =>
    spectacles(
      face,
      glass,
      `fill="${colour}"`,
      bars,
      `stroke="${colour}" stroke-width="${0.07 * face.unit}"`,
    );
  const opacity = random.between(0.85, 1);
  return {
    outline: shapes('#fff'),
    looks: shapes(colourOf(random.between(5, 70))) + shade(picture, random),
    opacity,
  };
}

/**
 * Glasses that one sees through: they hide nothing.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face
 * @param {Random} random
 * @returns {Cover}
 */
export function glasses(picture, face, random) {
  const [wide, high] = [random.between(0.34, 0.45), random.between(0.22, 0.36)];
  const glass = { wide, high, down: random.between(0, 0.1), round: random.between(0.2, 1) };
  const thick = random.between(0.03, 0.09) * face.unit;
  const bars = { ends: bridgeAndArms(0.5 - wide, 0.5 + wide), above: 0.08 };
  const shapes = (/** @type {string} */ colour) => {
    const drawn = `stroke="${colour}" stroke-width="${thick}"`;
    return spectacles(face, glass, `fill="none" ${drawn}`, bars, drawn);
  };
  return {
    outline: shapes('#fff'),
    looks: shapes(colourOf(random.between(0, 120))),
    opacity: random.between(0.6, 1),
  };
}

/**
 * The ends of the bars of glasses, in distances of the eyes from the middle.
 *
 * @param {number} inner end of a glass
 * @param {number} outer end of a glass
 */
function bridgeAndArms(inner, outer) {
  return [
    [-inner, inner],
    [-outer, -1.15],
    [outer, 1.15],
  ];
}

/**
 * Two glasses and the bars that hold them.
 *
 * @param {FaceFrame} face
 * @param {{ wide: number, high: number, down: number, round: number }} glass half its size, and how far below the eyes it is
 * @param {string} paint of the glasses
 * @param {{ ends: number[][], above: number }} bars how far above the glasses' middle
 * @param {string} barPaint
 */
function spectacles(face, { wide, high, down, round }, paint, { ends, above }, barPaint) {
  const size = /** @type {const} */ ([wide * face.unit, high * face.unit]);
  const glasses = [-0.5, 0.5].map((right) => plate(face.at(right, down), size, round, leanOf(face), paint));
  const bars = ends.map(([from = 0, to = 0]) => {
    const [[x1, y1], [x2, y2]] = [face.at(from, down - above), face.at(to, down - above)];
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${barPaint}/>`;
  });
  return [...glasses, ...bars].join('');
}

/**
 * A rectangle about a point.
 *
 * @param {readonly [x: number, y: number]} middle
 * @param {readonly [width: number, height: number]} half its size
 * @param {number} round 0: square corners, 1: an ellipse
 * @param {number} angle degrees
 * @param {string} paint
 */
function plate([x, y], [w, h], round, angle, paint) {
  return `<rect x="${x - w}" y="${y - h}" width="${2 * w}" height="${2 * h}" rx="${w * round}" ry="${h * round}" ${paint} transform="rotate(${angle} ${x} ${y})"/>`;
}

/** @param {FaceFrame} face */
function leanOf({ lean }) {
  return (lean * 180) / Math.PI;
}

/**
 * A thing held before the face: a cup, a telephone, a sheet; plain or patched, or as light as the skin.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face
 * @param {Random} random
 * @param {Place} place
 * @returns {Cover}
 */
export function thing(picture, face, random, place) {
  const [right = 0, down = 0] = random.pick(places[place]);
  const [x, y] = face.at(right + random.between(-0.1, 0.1), down + random.between(-0.1, 0.1));
  const w = face.unit * (place === 'eyes' ? random.between(0.8, 1.1) : random.between(0.45, 0.9));
  const h = face.unit * random.between(0.3, 0.8);
  const angle = leanOf(face) + random.between(-30, 30);
  const round = random.pick([0.05, 0.2, 1]);
  const shape = (/** @type {string} */ colour) => plate([x, y], [w, h], round, angle, `fill="${colour}"`);
  const plain = random.next() < 0.4;
  const tone =
    random.next() < 0.3 ? skinTone(picture, face) * random.between(0.8, 1.2) : random.between(5, 250);
  const patches = Array.from({ length: plain ? 0 : Math.floor(random.between(1, 9)) }, () => {
    const [px, py] = [x + random.between(-w, w), y + random.between(-h, h)];
    const [pw, ph] = [random.between(0.05, 0.8) * w, random.between(0.05, 0.4) * h];
    return `<rect x="${px}" y="${py}" width="${pw}" height="${ph}" fill="${colourOf(random.between(0, 255))}" transform="rotate(${angle} ${x} ${y})"/>`;
  });
  return { outline: shape('#fff'), looks: shape(colourOf(tone)) + patches.join('') + shade(picture, random) };
}

/**
 * Light that falls from a side.
 *
 * @param {GreyPicture} picture
 * @param {Random} random
 */
function shade({ width, height }, random) {
  const [x, y] = [random.next(), random.next()];
  return (
    `<defs><linearGradient id="light" x1="${x}" y1="${y}" x2="${1 - x}" y2="${1 - y}"><stop offset="0" stop-color="#000"/><stop offset="1" stop-color="#fff"/></linearGradient></defs>` +
    `<rect width="${width}" height="${height}" fill="url(#light)" opacity="${random.between(0, 0.25)}"/>`
  );
}

/**
 * The grey of the cheeks.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face
 */
function skinTone(picture, face) {
  return (
    (picture.tone(face.at(-0.5, 0.5), 0.12 * face.unit) + picture.tone(face.at(0.5, 0.5), 0.12 * face.unit)) /
    2
  );
}

/** @param {number} tone in [0, 255], what lies beyond cut off */
function colourOf(tone) {
  const level = Math.round(Math.min(255, Math.max(0, tone)));
  return `rgb(${level},${level},${level})`;
}
