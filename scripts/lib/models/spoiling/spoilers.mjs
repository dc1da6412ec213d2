import { cover, glasses, hand, mask, sunglasses, thing } from './covers.mjs';
import { GreyPicture } from './grey-picture.mjs';
import { leant, turned } from './turn.mjs';

/** @typedef {import('./covers.mjs').Cover} Cover */
/** @typedef {import('./covers.mjs').Place} Place */
/** @typedef {import('./face-frame.mjs').FaceFrame} FaceFrame */
/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {(picture: GreyPicture, face: FaceFrame, random: Random) => GreyPicture | Promise<GreyPicture>} Spoiler */

const degree = Math.PI / 180;

/**
 * What is done to photos of faces, by what is wrong with them then; what `good` does leaves a face readable.
 *
 * @type {Record<'good' | 'occluded' | 'turned' | 'blurred', Record<string, Spoiler>>}
 */
export const spoilers = {
  good: {
    asis: (picture) => picture,
    leaning: (picture, face, random) => leant(picture, face, random.sign() * random.between(3, 15) * degree),
    turning: (picture, face, random) => turned(picture, face, random.sign() * random.between(5, 20) * degree),
    soft: (picture, face, random) => blurred(picture, face.unit * random.between(0.01, 0.025)),
    glasses: covering(glasses),
  },
  occluded: {
    'hand-mouth': covering((...face) => hand(...face, 'mouth')),
    'hand-eyes': covering((...face) => hand(...face, 'eyes')),
    'hand-side': covering((...face) => hand(...face, 'side')),
    mask: covering(mask),
    sunglasses: covering(sunglasses),
    'thing-mouth': covering((...face) => thing(...face, 'mouth')),
    'thing-eyes': covering((...face) => thing(...face, 'eyes')),
    'thing-side': covering((...face) => thing(...face, 'side')),
  },
  turned: {
    side: (picture, face, random) => turned(picture, face, random.sign() * random.between(45, 75) * degree),
    lying: (picture, face, random) => leant(picture, face, random.sign() * random.between(45, 180) * degree),
  },
  blurred: {
    blurred: (picture, face, random) => blurred(picture, face.unit * random.between(0.07, 0.16)),
  },
};

/** @param {(picture: GreyPicture, face: FaceFrame, random: Random) => Cover} draw */
function covering(draw) {
  return async (
    /** @type {GreyPicture} */ picture,
    /** @type {FaceFrame} */ face,
    /** @type {Random} */ random,
  ) => cover(picture, face, draw(picture, face, random), random);
}

/**
 * @param {GreyPicture} picture
 * @param {number} sigma of a Gaussian, pixels; below 0.3 nothing is done
 */
async function blurred(picture, sigma) {
  return sigma < 0.3 ? picture : GreyPicture.from(picture.image.blur(sigma));
}
