import { join } from 'node:path';
import { root } from '../scripts/lib/run.mjs';
import { bytesOf } from './lib/pictures.mjs';
import { ms } from './lib/report.mjs';
import { median } from './lib/statistics.mjs';

const size = { width: 640, height: 480 };
/** How many of each kind are analysed. */
const perKind = 3;
const framesATurn = 6;

const compiled = (...path) => import(join(root, 'dist', ...path));

/**
 * What it costs that a model looks at the pictures of faces: processor time of whole frames by `expressive` and by `happy-sad`, in
 * turn, on one lane.
 */
export const picture = {
  name: 'picture',
  about: 'modelo que mira la foto · model that looks at the picture',
  programs: [],
  secondsPerRound: 2,

  async run({ pictures, models, rounds, report }) {
    const { Vision, ownRefinerFile } = await compiled('vision', 'vision.js');
    const vision = await Vision.open({
      cascadeFile: models.cascade,
      facemarkFile: models.facemark,
      refinerFile: ownRefinerFile,
      lanes: 1,
    });
    try {
      const recognizers = await Promise.all(['happy-sad', 'expressive'].map((name) => opened(name, vision)));
      const costs = [];
      for (const { bytes, faces } of await withFaces(pictures, vision)) {
        const [plain, looking] = await inTurn(recognizers, bytes, rounds);
        costs.push({ faces, plain, looking, perFace: (looking - plain) / faces });
      }
      const perFace = median(costs.map((cost) => cost.perFace));
      report.note(
        `${costs.length} fotos 640×480 · pictures: ${ms(median(costs.map(({ plain }) => plain)))} → ${ms(median(costs.map(({ looking }) => looking)))}`,
      );
      report.goal({
        what: 'Mirar la foto, por cara · Looking at the picture, a face',
        most: 1,
        unit: 'ms',
        reached: perFace,
        remark: `n = ${costs.length}`,
      });
      report.keep('picture', { costs, perFace });
    } finally {
      await vision.close();
    }
  },
};

async function opened(name, vision) {
  const { EmotionRecognizer } = await compiled('emotion', 'emotion-recognizer.js');
  const { EmotionForest } = await compiled('emotion', 'forest.js');
  return new EmotionRecognizer(vision, await EmotionForest.load(join(root, 'models', `${name}.json`)));
}

/** The pictures that show somebody. */
async function withFaces(pictures, vision) {
  const found = [];
  for (const picture of pictures.at(size, perKind)) {
    const bytes = bytesOf(picture);
    const { faces } = await vision.analyzeEncoded(bytes);
    if (faces.length > 0) found.push({ bytes, faces: faces.length });
  }
  return found;
}

/** Milliseconds of processor time a frame, medians, of each of the recognizers. */
async function inTurn(recognizers, bytes, rounds) {
  const samples = recognizers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, recognizer] of recognizers.entries()) {
      const { user, system } = process.cpuUsage();
      for (let frame = 0; frame < framesATurn; frame++) await recognizer.recognizeEncoded(bytes);
      const { user: userAfter, system: systemAfter } = process.cpuUsage();
      samples[i].push((userAfter + systemAfter - user - system) / 1000 / framesATurn);
    }
  }
  return samples.map(median);
}
