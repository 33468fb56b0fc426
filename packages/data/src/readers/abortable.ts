import { OneheadError } from "@onehead/core";

/**
 * Passes chunks through until the signal fires, even while a chunk is being waited for (a pipe that nobody writes to).
 *
 * @throws OneheadError "aborted"
 */
export async function* abortable<T>(
  chunks: AsyncIterable<T>,
  signal: AbortSignal | undefined,
  operation: string,
): AsyncGenerator<T> {
  if (signal === undefined) {
    yield* chunks;
    return;
  }
  const source = chunks[Symbol.asyncIterator]();
  // of the chunk that is waited for: a race with one promise for all of them would hold every chunk that ever won it
  let stopWaiting: (error: OneheadError) => void = () => {};
  const onAbort = (): void =>
    stopWaiting(new OneheadError("aborted", `${operation}: aborted`, { cause: signal.reason }));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    while (true) {
      const { done, value } = await new Promise<IteratorResult<T>>((resolve, reject) => {
        stopWaiting = reject;
        if (signal.aborted) onAbort();
        else source.next().then(resolve, reject);
      });
      if (done === true) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // not awaited: after an abort its pending next() may never settle
    void source.return?.().catch(() => {});
  }
}
