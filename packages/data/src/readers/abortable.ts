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
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new OneheadError("aborted", `${operation}: aborted`, { cause: signal.reason }));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  // a signal that fires while nobody waits is no unhandled rejection
  aborted.catch(() => {});
  try {
    while (true) {
      const { done, value } = await Promise.race([aborted, source.next()]);
      if (done === true) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // not awaited: after an abort its pending next() may never settle
    void source.return?.().catch(() => {});
  }
}
