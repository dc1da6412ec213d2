import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EmotionForest } from '../../src/emotion/forest.js';
import { landmarkMismatch } from '../../src/emotion/landmark-match.js';
import { landmarkKinds, type Landmarks } from '../../src/vision/frame.js';
import { projectRoot } from '../support/checkout.js';

test.each(['happy-sad', 'expressive'])(
  'The shipped forest %s takes the landmarks there are',
  async (name) => {
    const { header } = await EmotionForest.load(join(projectRoot, `models/${name}.json`));
    for (const given of landmarkKinds) expect(landmarkMismatch(header.training ?? {}, given)).toBeUndefined();
  },
);

test('A forest that learnt from other landmarks than it is given is told of, and both are named', () => {
  expect(landmarkMismatch({ landmarks: 'refined' }, 'refined')).toBeUndefined();
  const notice = landmarkMismatch({ landmarks: 'refined' }, 'plain');
  expect(notice?.en).toMatch(/refined\), and is given .*plain/);
  expect(notice?.es).toMatch(/refined\), y recibe .*plain/);
});

test('A forest that learnt from several kinds takes each of them, and all are named to another', () => {
  const training = { landmarks: ['plain', 'refined'] as Landmarks[] };
  expect(landmarkMismatch(training, 'plain')).toBeUndefined();
  expect(landmarkMismatch(training, 'refined')).toBeUndefined();
  expect(landmarkMismatch(training, 'alone')?.en).toMatch(/plain\) and .*refined\), and is given .*alone/);
});

test('A forest that does not say learnt from plain landmarks, as all did before', () => {
  expect(landmarkMismatch({}, 'plain')).toBeUndefined();
  expect(landmarkMismatch({}, 'refined')?.en).toContain('plain');
});
