import { expect, test } from "vitest";
import { mapInOrder } from "./map-in-order.js";

async function* count(to: number): AsyncGenerator<number> {
  for (let i = 0; i < to; i++) yield i;
}

/** A promise with its ends. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

test.each([1, 3, 100])("results come in the order of the items, with at most %i calls under way", async (limit) => {
  let open = 0;
  let most = 0;
  const results: number[] = [];
  const slowFirst = async (i: number): Promise<number> => {
    most = Math.max(most, ++open);
    for (let turns = 20 - i; turns > 0; turns--) await Promise.resolve();
    open--;
    return i * i;
  };
  for await (const result of mapInOrder(count(10), limit, slowFirst)) results.push(result);
  expect(results).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
  expect(most).toBeLessThanOrEqual(limit);
});

test("a result is given out while the next item has not come yet", async () => {
  const second = deferred<number>();
  async function* slow(): AsyncGenerator<number> {
    yield 1;
    yield await second.promise;
  }
  const results = mapInOrder(slow(), 8, async (i) => i);
  expect(await results.next()).toEqual({ done: false, value: 1 });
  second.resolve(2);
  expect(await results.next()).toEqual({ done: false, value: 2 });
  expect(await results.next()).toEqual({ done: true, value: undefined });
});

test("an error of the stream or of a call comes out, and a reader that leaves closes the stream", async () => {
  const failing = mapInOrder(count(3), 2, async (i) => {
    if (i === 1) throw new Error("one");
    return i;
  });
  expect((await failing.next()).value).toBe(0);
  await expect(failing.next()).rejects.toThrow("one");
  let closed = false;
  async function* closing(): AsyncGenerator<number> {
    try {
      yield* count(5);
    } finally {
      closed = true;
    }
  }
  for await (const _ of mapInOrder(closing(), 2, async (i) => i)) break;
  expect(closed).toBe(true);
});

test("a stream that fails while nobody reads is no unhandled error, and its error comes in its place", async () => {
  const fails = deferred<number>();
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    await fails.promise;
  }
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", note);
  const results = mapInOrder(failing(), 1, async (i) => i);
  expect((await results.next()).value).toBe(1);
  fails.reject(new Error("the disk is gone"));
  await new Promise((resolve) => setTimeout(resolve, 10));
  await expect(results.next()).rejects.toThrow("the disk is gone");
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

test("a reader that leaves is not held up by a stream that waits", async () => {
  async function* stuck(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => {});
  }
  const results = mapInOrder(stuck(), 4, async (i) => i);
  expect((await results.next()).value).toBe(1);
  expect(await results.return(undefined)).toEqual({ done: true, value: undefined });
});
