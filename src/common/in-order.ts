/**
 * Does `work` for each item, several at once, and yields the results in the order of the items.
 * No more than `atOnce` items are under way or finished and not yet taken, so memory stays flat.
 *
 * @throws what `work` throws, after the work under way has settled.
 */
export async function* mapInOrder<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const underWay: Promise<Result>[] = [];
  try {
    for (const item of items) {
      underWay.push(started(work, item));
      const first = underWay.length >= atOnce ? underWay.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) yield await next;
  } finally {
    await Promise.allSettled(underWay);
  }
}

function started<Item, Result>(work: (item: Item) => Promise<Result>, item: Item): Promise<Result> {
  const result = work(item);
  // It may fail while an earlier one is still awaited; the failure is seen when its turn comes.
  result.catch(() => undefined);
  return result;
}
