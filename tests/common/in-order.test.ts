import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mapInOrder } from '../../src/common/in-order.js';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

test('results come in the order of the items though later ones finish first, never too many at once', async () => {
  let underWay = 0;
  let most = 0;
  const results = mapInOrder([...Array(40).keys()], 4, async (i) => {
    most = Math.max(most, ++underWay);
    await sleep(i % 4 === 0 ? 8 : 1);
    underWay--;
    return i;
  });
  expect(await collect(results)).toEqual([...Array(40).keys()]);
  expect(most).toBe(4);
});

test('a failure comes out at its place, and only after the work under way has settled', async () => {
  let settled = 0;
  const seen: number[] = [];
  const run = async (): Promise<void> => {
    const results = mapInOrder([0, 1, 2, 3], 4, async (i) => {
      await sleep(5 * (3 - i));
      settled++;
      if (i === 1) throw new Error('broken');
      return i;
    });
    for await (const i of results) seen.push(i);
  };
  await expect(run()).rejects.toThrow('broken');
  expect(seen).toEqual([0]);
  expect(settled).toBe(4);
});
