import { expect, test } from 'vitest';
import { normalizedFeatures } from '../../src/vision/features.js';

test('every axis is scaled to [0, 1] by its own extent', () => {
  const features = normalizedFeatures(Float32Array.of(10, 100, 20, 300, 15, 150));
  expect([...features]).toEqual([0, 0, 1, 1, 0.5, 0.25]);
});

test('an axis without extent counts as one pixel long, so that nothing is divided by zero', () => {
  expect([...normalizedFeatures(Float32Array.of(5, 1, 5, 3))]).toEqual([0, 0, 0, 1]);
});
