import { describe, expect, test } from 'vitest';
import { datasetOf } from '../../../src/training/dataset/dataset.js';
import { randomStream } from '../../../src/common/random.js';
import { relativeScores } from '../../../src/emotion/transforms/person-baseline.js';
import { learnBaseline } from '../../../src/training/growing/learning/learn-baseline.js';

const calm = 0;

/** Persons with a calm face (twice) and two others; each differs from the others by `own`, and every face by `noise` more. */
function scoresOf(persons: number, own: number, noise: number, inCalmAlone = false) {
  const random = randomStream(7);
  const around = (width: number): number => width * (random(2 ** 20) / 2 ** 19 - 1);
  const faces = Array.from({ length: persons }, (_, person) => {
    const self = [around(own), around(own)];
    return [0, 0, 1, 2].map((label) => ({
      label,
      group: `person-${person}`,
      scores: self.map(
        (value, i) => (label > 0 && inCalmAlone ? 0 : value) + label * (i + 1) + around(noise),
      ),
    }));
  }).flat();
  const dataset = {
    ...datasetOf(
      faces.map(({ scores }) => scores),
      faces.map(({ label }) => label),
    ),
    groups: faces.map(({ group }) => group),
  };
  return { dataset, scores: Float64Array.from(faces.flatMap((face) => face.scores)) };
}

describe("What a person's calm face says of their others", () => {
  test('is all where a person differs by the same in every face, and their faces are like others’ then', () => {
    const { dataset, scores } = scoresOf(30, 1, 0);
    const learnt = learnBaseline(dataset, scores, 2, calm);
    expect(learnt.weight).toBe(1);
    const [ownCalm, angry] = [scores.subarray(0, 2), scores.subarray(4, 6)];
    const [otherCalm, otherAngry] = [scores.subarray(8, 10), scores.subarray(12, 14)];
    const relative = [relativeScores(learnt, angry, ownCalm), relativeScores(learnt, otherAngry, otherCalm)];
    expect(relative[0]?.[0]).toBeCloseTo(relative[1]?.[0] ?? NaN, 10);
    expect(Math.abs((angry[0] ?? 0) - (otherAngry[0] ?? 0))).toBeGreaterThan(0.01);
  });

  test('is nothing where calm faces differ and others do not, and less than all where each face differs', () => {
    const apart = scoresOf(200, 1, 0, true);
    expect(learnBaseline(apart.dataset, apart.scores, 2, calm).weight).toBeLessThan(0.1);
    const noisy = scoresOf(200, 1, 1);
    const { weight } = learnBaseline(noisy.dataset, noisy.scores, 2, calm);
    expect(weight).toBeGreaterThan(0.4);
    expect(weight).toBeLessThan(0.9);
  });

  test('is not learnt of nine persons, nor of persons without another face', () => {
    const nine = scoresOf(9, 1, 0);
    const error = expect.objectContaining({ code: 'BASELINE_TOO_FEW' }) as Error;
    expect(() => learnBaseline(nine.dataset, nine.scores, 2, calm)).toThrow(error);
    const { dataset, scores } = scoresOf(30, 1, 0);
    const strangers = { ...dataset, groups: dataset.groups.map((group, i) => `${group}-${i}`) };
    expect(() => learnBaseline(strangers, scores, 2, calm)).toThrow(error);
    expect(learnBaseline(scoresOf(10, 1, 0).dataset, scoresOf(10, 1, 0).scores, 2, calm).weight).toBe(1);
  });

  test('a calm face like the mean one changes nothing', () => {
    const learnt = { scores: [1, 2], weight: 0.7 };
    expect([...relativeScores(learnt, [5, 6], [1, 2])]).toEqual([5, 6]);
    expect([...relativeScores(learnt, [5, 6], [2, 2])]).toEqual([4.3, 6]);
  });
});
