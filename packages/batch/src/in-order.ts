/**
 * Maps blocks with up to `atOnce` of them under way, results in the order of the blocks and as soon as they are there.
 *
 * A slow reader holds it back: no block is read while `atOnce` results wait. An error of the blocks comes after the results before
 * it. Whatever ends it closes the blocks.
 */
export async function* inOrder<T, R>(
  blocks: AsyncGenerator<T, void, undefined>,
  atOnce: number,
  map: (block: T) => Promise<R>,
): AsyncGenerator<R, void> {
  const pending: Promise<R>[] = [];
  let next: Promise<IteratorResult<T, void>> | null = null;
  let isOver = false;
  try {
    while (true) {
      if (next === null && !isOver && pending.length < atOnce) next = handled(blocks.next());
      if (next === null || (await isFirst(pending[0], next))) {
        if (pending.length === 0) return;
        yield await pending[0];
        pending.shift();
        continue;
      }
      const { done, value }: IteratorResult<T, void> = await next;
      next = null;
      if (done) isOver = true;
      else pending.push(handled(map(value)));
    }
  } finally {
    const closed = handled(blocks.return());
    // not awaited while a block is read: an input that waits for its peer would hold up whoever stops reading
    if (next === null) await closed;
  }
}

/** Whether the oldest result is there before the next block; an error of the blocks waits for all results. */
async function isFirst(result: Promise<unknown> | undefined, block: Promise<unknown>): Promise<boolean> {
  if (result === undefined) return false;
  const done = result.then(() => true);
  const read = block.then(
    () => false,
    () => done,
  );
  return Promise.race([done, read]);
}

/** The same promise; what fails while nobody waits for it, or after the reader has left, must not end the process. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
