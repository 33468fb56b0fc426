import {
  ProviderAbortedError,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  ProviderTimeoutError,
} from "@onehead/provider";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Call, type CallOptions, nameOf } from "./call.js";

const target = { provider: "openai", model: "m", host: "api.openai.com" };
const limits = { timeoutMs: 1000, idleTimeoutMs: 100 };
const callWith = (options: CallOptions = {}) => new Call(target, options, limits);
const never = (): Promise<never> => new Promise(() => {});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A signal that counts its listeners. */
function watched() {
  const controller = new AbortController();
  const { signal } = controller;
  const added = vi.spyOn(signal, "addEventListener");
  const removed = vi.spyOn(signal, "removeEventListener");
  const listeners = () => added.mock.calls.length - removed.mock.calls.length;
  return { controller, signal, listeners };
}

describe("a call that succeeds", () => {
  test("gives the value, and leaves no timer and no listener", async () => {
    const { signal, listeners } = watched();
    const call = callWith({ signal });
    expect([vi.getTimerCount(), listeners()]).toEqual([1, 1]);
    expect(await call.wait(Promise.resolve(7))).toBe(7);
    call.end();
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });

  test("aborts the signal of its work at its end, so that what is still open is closed", () => {
    const call = callWith();
    expect(call.signal.aborted).toBe(false);
    call.end();
    expect(call.signal.aborted).toBe(true);
  });

  test("aborts nothing where nothing is open any more", () => {
    const { signal, listeners } = watched();
    const call = callWith({ signal });
    call.closed = true;
    call.end();
    expect(call.signal.aborted).toBe(false);
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });
});

describe("the time for the answer", () => {
  test("ends what is waited for, whether or not that heeds the signal", async () => {
    const { signal, listeners } = watched();
    const call = callWith({ signal });
    const waiting = call.wait(never());
    vi.advanceTimersByTime(999);
    expect(call.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    const error = await waiting.catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(ProviderTimeoutError.isInstance);
    expect(error).toMatchObject({ ...target, timeoutMs: 1000, phase: "answer", retryable: true, billing: "unknown" });
    expect((error as Error).message).toBe("openai at api.openai.com: no answer for 1000 ms");
    expect(call.signal.reason).toBe(error);
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });

  test("is the request's own where it has one", async () => {
    const waiting = callWith({ timeoutMs: 5 }).wait(never());
    vi.advanceTimersByTime(5);
    await expect(waiting).rejects.toMatchObject({ timeoutMs: 5 });
  });

  test("goes on over several steps", async () => {
    const call = callWith();
    await call.wait(Promise.resolve());
    vi.advanceTimersByTime(600);
    const waiting = call.wait(never());
    vi.advanceTimersByTime(400);
    await expect(waiting).rejects.toMatchObject({ phase: "answer" });
  });

  test.each([2 ** 31, Number.POSITIVE_INFINITY])("of %d ms has no timer, which would go off at once", (timeoutMs) => {
    callWith({ timeoutMs });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("of 2^31 - 1 ms has one", () => {
    callWith({ timeoutMs: 2 ** 31 - 1 });
    expect(vi.getTimerCount()).toBe(1);
  });

  test.each(["timeoutMs", "idleTimeoutMs"])("and that of a silence, %s, are times above 0", (name) => {
    for (const value of [0, -1, Number.NaN, "5" as unknown as number]) {
      const { signal, listeners } = watched();
      expect(() => callWith({ signal, [name]: value })).toThrow(`openai: request.${name}: ${value}, expected`);
      expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
    }
  });
});

describe("the time of a silence", () => {
  test("begins with the first event: until then it is that for the answer", async () => {
    const call = callWith();
    call.expectEvent();
    vi.advanceTimersByTime(900);
    expect(await call.waitForEvent(Promise.resolve("first"))).toBe("first");
    expect(vi.getTimerCount()).toBe(0);
    call.expectEvent();
    const waiting = call.waitForEvent(never());
    vi.advanceTimersByTime(100);
    const error = await waiting.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ timeoutMs: 100, phase: "idle" });
    expect((error as Error).message).toBe("openai at api.openai.com: silence within the answer for 100 ms");
  });

  test("does not stand in for an answer without a limit", async () => {
    const call = callWith({ timeoutMs: Number.POSITIVE_INFINITY });
    call.expectEvent();
    expect(vi.getTimerCount()).toBe(0);
    await call.waitForEvent(Promise.resolve());
    call.expectEvent();
    expect(vi.getTimerCount()).toBe(1);
  });

  test("does not run while nobody asks for an event", async () => {
    const call = callWith();
    await call.waitForEvent(Promise.resolve());
    vi.advanceTimersByTime(1_000_000);
    expect(await call.wait(Promise.resolve("read late"))).toBe("read late");
  });

  test("is not armed again once the call was stopped", () => {
    const controller = new AbortController();
    const call = callWith({ signal: controller.signal });
    controller.abort();
    call.expectEvent();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an abort of the caller", () => {
  test("before the call costs nothing, and nothing is begun", () => {
    let error: unknown;
    try {
      callWith({ signal: AbortSignal.abort() });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toSatisfy(ProviderAbortedError.isInstance);
    expect(error).toMatchObject({ ...target, billing: "none", retryable: false });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("within it ends what is waited for", async () => {
    const { controller, signal, listeners } = watched();
    const call = callWith({ signal });
    const waiting = call.wait(never());
    controller.abort(new Error("a secret reason"));
    const error = await waiting.catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(ProviderAbortedError.isInstance);
    expect(error).toMatchObject({ billing: "unknown" });
    expect((error as Error).message).toBe("openai at api.openai.com: aborted by the caller");
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });

  test("ends steps that come after it at once", async () => {
    const controller = new AbortController();
    const call = callWith({ signal: controller.signal });
    controller.abort();
    await expect(call.wait(never())).rejects.toSatisfy(ProviderAbortedError.isInstance);
  });

  test("after the end does nothing", () => {
    const controller = new AbortController();
    const call = callWith({ signal: controller.signal });
    call.end();
    controller.abort();
    expect(ProviderAbortedError.isInstance(call.errorOf(new Error("other")))).toBe(false);
  });
});

describe("what comes late", () => {
  test("is handed on once the call was stopped, and never otherwise", async () => {
    const late = vi.fn();
    const controller = new AbortController();
    const call = callWith({ signal: controller.signal });
    await call.wait(Promise.resolve("in time"), late);
    expect(late).not.toHaveBeenCalled();
    let answer: (value: string) => void = () => {};
    const waiting = call.wait(
      new Promise<string>((resolve) => {
        answer = resolve;
      }),
      late,
    );
    controller.abort();
    await expect(waiting).rejects.toSatisfy(ProviderAbortedError.isInstance);
    answer("a body");
    await vi.advanceTimersByTimeAsync(0);
    expect(late.mock.calls).toEqual([["a body"]]);
    await call.wait(Promise.resolve("another"), late).catch(() => {});
    expect(late).toHaveBeenLastCalledWith("another");
  });

  test("as an error is nobody's", async () => {
    const call = callWith({ timeoutMs: 1 });
    const waiting = call.wait(
      new Promise((_, reject) => {
        setTimeout(() => reject(new Error("late")), 10);
      }),
    );
    waiting.catch(() => {});
    await vi.advanceTimersByTimeAsync(20);
    await expect(waiting).rejects.toSatisfy(ProviderTimeoutError.isInstance);
  });

  test("after the end of the call is given up: nobody hangs", async () => {
    const call = callWith();
    const waiting = call.wait(never());
    call.end();
    await expect(waiting).rejects.toSatisfy(ProviderAbortedError.isInstance);
  });
});

describe("the error of a call", () => {
  test("is why it was stopped, before what that led to", async () => {
    const call = callWith({ timeoutMs: 1 });
    vi.advanceTimersByTime(1);
    expect(call.errorOf(new DOMException("aborted", "AbortError"))).toSatisfy(ProviderTimeoutError.isInstance);
  });

  test("is the first reason of several", async () => {
    const controller = new AbortController();
    const call = callWith({ signal: controller.signal, timeoutMs: 1 });
    vi.advanceTimersByTime(1);
    controller.abort();
    expect(call.errorOf(new Error())).toSatisfy(ProviderTimeoutError.isInstance);
  });

  test("goes by whether an answer had come", () => {
    const call = callWith();
    const lost = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNRESET" } });
    expect(call.errorOf(lost)).toSatisfy(ProviderHttpError.isInstance);
    call.answered = true;
    expect(call.errorOf(lost)).toSatisfy(ProviderResponseError.isInstance);
  });

  test("says whose answer a reader could not read, and keeps what that knew", () => {
    const usage = { inputTokens: 1, outputTokens: 2 };
    const error = callWith().errorOf(new ProviderResponseError("stream: cut off", { reason: "r", usage }));
    expect(error).toMatchObject({ ...target, reason: "r", usage, billing: "usage" });
    expect(error.message).toBe("openai at api.openai.com: stream: cut off");
    expect(callWith().errorOf(error)).toBe(error);
  });

  test("of ours that is no answer stays as it is", () => {
    const error = new ProviderError("unsupported", "stop: given");
    expect(callWith().errorOf(error)).toBe(error);
  });

  test("that a step fails with is typed too", async () => {
    await expect(callWith().wait(Promise.reject(new SyntaxError("x")))).rejects.toSatisfy(
      ProviderResponseError.isInstance,
    );
  });
});

test("a name for messages has the host where that is known", () => {
  expect([nameOf(target), nameOf({ ...target, host: undefined })]).toEqual(["openai at api.openai.com", "openai"]);
});
