import { expect, test } from 'vitest';
import { calibrationOf } from '../../../src/training/growing/calibrate-model.js';
import { countTrees } from '../../../src/training/growing/count-trees.js';
import { measureSplit } from '../../../src/training/growing/cross-validate.js';
import { datasetOf, type Dataset } from '../../../src/training/dataset/dataset.js';
import { planSplits } from '../../../src/training/dataset/folds.js';
import {
  defaultForestOptions,
  type ForestTrainer,
} from '../../../src/training/growing/engines/forest-trainer.js';
import type { Recipe } from '../../../src/training/growing/model-grower.js';
import { trainer } from '../../../src/training/growing/engines/native-forest-trainer.js';
import { randomStream } from '../../../src/common/random.js';
import { addon } from '../../support/addon.js';
import { describeWith } from '../../support/requirements.js';

const photosEach = 6;

/** Photos of people, first who it is, then six numbers that hardly differ between photos of one person; classes at random. */
function photosOf(first: number, people: number): { rows: Dataset; groups: string[] } {
  const stream = randomStream(first + 1);
  const random = () => stream(2 ** 30) / 2 ** 30;
  const features: number[][] = [];
  const classes: number[] = [];
  const groups: string[] = [];
  for (let person = first; person < first + people; person++) {
    const face = Array.from({ length: 6 }, random);
    for (let photo = 0; photo < photosEach; photo++) {
      features.push([person, ...face.map((value) => value + 0.001 * random())]);
      classes.push(Math.floor(face[0] === undefined ? 0 : face[0] * 1e6) % 2);
      groups.push(`p${person}`);
    }
  }
  return { rows: datasetOf(features, classes), groups };
}

function recipeOf(more: Partial<Recipe['options']> = {}, by: ForestTrainer = trainer): Recipe {
  const options = { ...defaultForestOptions, trees: 30, threads: 2, ...more };
  return { trainer: by, options, labels: ['HAPPY', 'SAD'] };
}

/** Grows as the native trainer does, and keeps whom each forest has learnt from. */
function recordingTrainer(): { recording: ForestTrainer; learnt: Set<string>[] } {
  const learnt: Set<string>[] = [];
  const recording: ForestTrainer = {
    ...trainer,
    train: (rows, ...rest) => {
      const people = Array.from(
        { length: rows.rows },
        (_, row) => `p${rows.features[row * rows.columns] ?? NaN}`,
      );
      learnt.push(new Set(people));
      return trainer.train(rows, ...rest);
    },
  };
  return { recording, learnt };
}

describeWith('Calibration', [addon], () => {
  test('of photos that tell who it is, and no emotion, claims certainty only if people are not kept apart', async () => {
    const { rows, groups } = photosOf(0, 60);
    const apart = await calibrationOf(rows, recipeOf(), groups, countTrees({}));
    const mixed = await calibrationOf(rows, recipeOf(), undefined, countTrees({}));
    expect(mixed.slope).toBeGreaterThan(1);
    expect(apart.slope).toBeLessThan(0.5);
  });

  test('and measuring keep people apart, those without an emotion, too', async () => {
    const { rows, groups } = photosOf(0, 40);
    // Of these, thirty are also among the others.
    const { rows: neither, groups: neitherGroups } = photosOf(10, 50);
    const { recording, learnt } = recordingTrainer();
    const recipe = recipeOf({ neither, neitherGroups }, recording);
    const [split = { train: [], test: [] }] = planSplits(rows.classes, {
      ...{ folds: 4, repeats: 1, testSize: 0, groups, seed: 1 },
    });
    await measureSplit(rows, split, recipe, countTrees({}), { groups, calibrated: true });
    const measured = new Set(split.test.map((row) => groups[row] ?? ''));
    expect(learnt).toHaveLength(6);
    for (const people of learnt) expect([...people].filter((name) => measured.has(name))).toEqual([]);
    // The calibration's models learn from four fifths of the people each, and from all of them in turn.
    const [whole = new Set<string>(), ...parts] = learnt;
    expect(new Set(parts.flatMap((people) => [...people]))).toEqual(whole);
    for (const people of parts) expect(people.size).toBeLessThan(0.9 * whole.size);
  });
});
