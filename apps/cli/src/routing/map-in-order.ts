import { setImmediate } from "node:timers/promises";

/**
 * Maps a stream with up to `limit` calls under way, results in the order of the items and as soon as they are there.
 *
 * A slow reader holds it back: no item is taken while `limit` results wait.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const iterator = items[Symbol.asyncIterator]();
  const pending: Promise<R>[] = [];
  let next: Promise<IteratorResult<T>> | null = handled(iterator.next());
  try {
    while (next !== null || pending.length > 0) {
      if (next === null || pending.length === limit || (await isFirst(pending[0], next))) {
        yield await pending[0];
        pending.shift();
        continue;
      }
      const { done, value }: IteratorResult<T> = await next;
      next = done ? null : handled(iterator.next());
      if (!done) pending.push(handled(map(value)));
    }
  } finally {
    const closed = iterator.return?.();
    closed?.catch(() => {});
    // a stream that waits for its peer would hold up whoever stops reading: it gets a turn of the event loop
    await (next === null ? closed : Promise.race([closed, setImmediate()]));
  }
}

/** Whether the oldest result is there before the next item. */
function isFirst(result: Promise<unknown> | undefined, item: Promise<unknown>): Promise<boolean> {
  const itemFirst = item.then(() => false);
  return result === undefined ? itemFirst : Promise.race([result.then(() => true), itemFirst]);
}

/** The same promise; what fails while nobody waits for it, or after the reader has left, must not end the process. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
