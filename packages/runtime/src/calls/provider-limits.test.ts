import { describe, expect, test, vi } from "vitest";
import { ProviderLimits } from "./provider-limits.js";
import { Stop } from "./stop.js";

// nobody stops these calls
const signal = new Stop();

test("a provider without a limit has always a place", () => {
  const limits = new ProviderLimits({ other: { concurrency: 1 } });
  for (let i = 0; i < 100; i++) expect(limits.enter("p", signal)).toBeTypeOf("function");
  // names of what every object has are names of providers too
  expect(limits.enter("constructor", signal)).toBeTypeOf("function");
});

describe("calls at once", () => {
  test("are never more than the limit, and those that wait come in the order of arrival", async () => {
    const limits = new ProviderLimits({ p: { concurrency: 2 } }, 10_000);
    let open = 0;
    let most = 0;
    const order: number[] = [];
    const call = async (i: number): Promise<void> => {
      const release = await limits.enter("p", signal);
      order.push(i);
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      release?.();
    };
    await Promise.all(Array.from({ length: 20 }, (_, i) => call(i)));
    expect(most).toBe(2);
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("a place is given back once, however often it is said", async () => {
    const limits = new ProviderLimits({ p: { concurrency: 1 } }, 0);
    const first = await limits.enter("p", signal);
    first?.();
    first?.();
    expect(limits.enter("p", signal)).toBeTypeOf("function");
    expect(limits.enter("p", signal)).toBeNull();
  });

  test("who waits too long, or is aborted, has no place and holds up nobody", async () => {
    vi.useFakeTimers();
    try {
      const limits = new ProviderLimits({ p: { concurrency: 1 } }, 100);
      const first = await limits.enter("p", signal);
      const controller = new AbortController();
      const aborted = limits.enter("p", controller.signal);
      const late = limits.enter("p", signal);
      controller.abort();
      expect(await aborted).toBeNull();
      await vi.advanceTimersByTimeAsync(101);
      expect(await late).toBeNull();
      const next = limits.enter("p", signal);
      first?.();
      expect(await next).toBeTypeOf("function");
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("calls per minute", () => {
  test("are spread over it, but for a burst of a tenth", async () => {
    vi.useFakeTimers();
    try {
      const limits = new ProviderLimits({ p: { requestsPerMinute: 60 } }, 120_000);
      let entered = 0;
      for (let i = 0; i < 30; i++) void Promise.resolve(limits.enter("p", signal)).then(() => void entered++);
      await vi.advanceTimersByTimeAsync(0);
      expect(entered).toBe(6);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(entered).toBe(16);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(entered).toBe(30);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

test.each([
  [{ p: { concurrency: 0 } }, "limits: p: concurrency: 0"],
  [{ p: { concurrency: 1.5 } }, "limits: p: concurrency: 1.5"],
  [{ p: { requestsPerMinute: Number.NaN } }, "limits: p: requestsPerMinute: NaN"],
])("a limit that is none is named: %j", (limits, message) => {
  expect(() => new ProviderLimits(limits)).toThrow(message);
});
