import { expect, test } from "vitest";
import { inOrder } from "./in-order.js";

async function* count(to: number, onRead: (i: number) => void = () => {}): AsyncGenerator<number, void, undefined> {
  for (let i = 0; i < to; i++) {
    onRead(i);
    yield i;
  }
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

const turns = async (number: number): Promise<void> => {
  for (let i = 0; i < number; i++) await Promise.resolve();
};

test.each([1, 3, 100])("results come in the order of the blocks, with at most %i under way", async (atOnce) => {
  let open = 0;
  let most = 0;
  const results: number[] = [];
  const slowFirst = async (i: number): Promise<number> => {
    most = Math.max(most, ++open);
    await turns(40 - 3 * i);
    open--;
    return i * i;
  };
  for await (const result of inOrder(count(10), atOnce, slowFirst)) results.push(result);
  expect(results).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
  expect(most).toBe(Math.min(atOnce, most));
  expect(most).toBeGreaterThan(atOnce === 1 ? 0 : 1);
});

test("no block is read while so many results wait", async () => {
  let read = 0;
  const results = inOrder(
    count(100, () => read++),
    3,
    async (i) => i,
  );
  await results.next();
  await turns(100);
  expect(read).toBeLessThanOrEqual(3);
  for (let i = 0; i < 5; i++) await results.next();
  await turns(100);
  expect(read).toBeLessThanOrEqual(8);
});

test("a result is given out while the next block has not come yet", async () => {
  const second = deferred<number>();
  async function* slow(): AsyncGenerator<number, void, undefined> {
    yield 1;
    yield await second.promise;
  }
  const results = inOrder(slow(), 8, async (i) => i);
  expect(await results.next()).toEqual({ done: false, value: 1 });
  second.resolve(2);
  expect(await results.next()).toEqual({ done: false, value: 2 });
  expect(await results.next()).toEqual({ done: true, value: undefined });
});

test("an error of the blocks comes after the results before it", async () => {
  async function* failing(): AsyncGenerator<number, void, undefined> {
    yield* count(3);
    throw new Error("no more");
  }
  const slow = deferred<void>();
  const results = inOrder(failing(), 8, async (i) => {
    await slow.promise;
    return i;
  });
  const first = results.next();
  await turns(50);
  slow.resolve();
  expect(await first).toEqual({ done: false, value: 0 });
  expect((await results.next()).value).toBe(1);
  expect((await results.next()).value).toBe(2);
  await expect(results.next()).rejects.toThrow("no more");
});

test("an error of a block comes in its place, and closes the blocks", async () => {
  let closed = 0;
  async function* closing(): AsyncGenerator<number, void, undefined> {
    try {
      yield* count(50);
    } finally {
      closed++;
    }
  }
  const results = inOrder(closing(), 4, async (i) => {
    if (i === 2) throw new Error("two");
    return i;
  });
  expect((await results.next()).value).toBe(0);
  expect((await results.next()).value).toBe(1);
  await expect(results.next()).rejects.toThrow("two");
  expect(closed).toBe(1);
});

test("a reader that leaves closes the blocks, and what fails later ends nothing", async () => {
  const late = deferred<number>();
  let closed = 0;
  async function* stuck(): AsyncGenerator<number, void, undefined> {
    try {
      yield 0;
      yield 1;
      await late.promise;
    } finally {
      closed++;
    }
  }
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", note);
  const results = inOrder(stuck(), 4, async (i) => {
    // the input waits for its third block by then
    await turns(100);
    if (i === 1) throw new Error("after the reader has left");
    return i;
  });
  await results.next();
  // not held up by the input that waits
  await results.return();
  expect(closed).toBe(0);
  late.reject(new Error("the input fails"));
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(closed).toBe(1);
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});
