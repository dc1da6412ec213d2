import { expect, test } from 'vitest';
import { orderFaces } from '../../src/vision/face-order.js';
import type { Box } from '../../src/vision/frame.js';

const picture = { width: 640, height: 480 };
const boxes = (...list: Box[]) => list.map((box) => ({ box }));

test('the largest face counts, wherever it is and whichever the detector names first', () => {
  const faces = boxes([290, 210, 60, 60], [0, 0, 200, 200]);
  expect(orderFaces(faces, picture)).toEqual(boxes([0, 0, 200, 200], [290, 210, 60, 60]));
});

test('of faces that are about as large the one nearest to the middle counts; the others follow by size', () => {
  const faces = boxes([0, 0, 110, 110], [10, 300, 40, 40], [270, 190, 100, 100]);
  expect(orderFaces(faces, picture)).toEqual(
    boxes([270, 190, 100, 100], [0, 0, 110, 110], [10, 300, 40, 40]),
  );
});

test('a face in the middle that is clearly smaller than another does not count', () => {
  const faces = boxes([275, 195, 89, 89], [0, 0, 100, 100]);
  expect(orderFaces(faces, picture)[0]?.box).toEqual([0, 0, 100, 100]);
});

test('faces alike in size and distance come in one order, however they are listed', () => {
  const faces = boxes([0, 0, 100, 100], [540, 0, 100, 100], [0, 380, 100, 100], [540, 380, 100, 100]);
  const expected = [...faces];
  expect(orderFaces(faces, picture)).toEqual(expected);
  expect(orderFaces([...faces].reverse(), picture)).toEqual(expected);
});

test('by the rule `first` the detector decides', () => {
  const faces = boxes([0, 0, 20, 20], [200, 200, 200, 200]);
  expect(orderFaces(faces, picture, 'first')).toEqual(faces);
});
