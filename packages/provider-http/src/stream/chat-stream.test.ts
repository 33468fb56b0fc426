import {
  ProviderAbortedError,
  ProviderResponseError,
  ProviderTimeoutError,
  type StreamPart,
  type Usage,
} from "@onehead/provider";
import { describe, expect, test, vi } from "vitest";
import { Call } from "../call/call.js";
import { chatStream, type EventReader } from "./chat-stream.js";

const target = { provider: "p", model: "m", host: undefined };
const newCall = (options: object = {}) => new Call(target, options, { timeoutMs: 1000, idleTimeoutMs: 1000 });
const text = (said: string): StreamPart => ({ type: "text", text: said });
const finish = (usage: Usage): StreamPart => ({
  type: "finish",
  finishReason: "stop",
  usage,
  warnings: [],
  response: {},
});
const noUsage: Usage = { inputTokens: undefined, outputTokens: undefined };

/** Reads events of texts: each letter is a part, "!" an error, "$" tells the usage. */
function letters(): EventReader<string> {
  let usage: Usage | undefined;
  return {
    get usage() {
      return usage;
    },
    *read(event) {
      for (const letter of event) {
        if (letter === "!") throw new ProviderResponseError("told of an error");
        if (letter === "$") usage = { inputTokens: 1, outputTokens: 2 };
        else yield text(letter);
      }
    },
    *end() {
      yield finish(usage ?? noUsage);
    },
  };
}

/** Events, and what was asked of them. */
function eventsOf(events: readonly string[], then: "end" | "silence" | Error = "end") {
  const seen = { asked: 0, returned: 0 };
  const iterator: AsyncIterator<string> = {
    async next() {
      const value = events[seen.asked++];
      if (value !== undefined) return { done: false, value };
      if (then === "end") return { done: true, value: undefined };
      if (then === "silence") return new Promise(() => {});
      throw then;
    },
    async return() {
      seen.returned++;
      return { done: true, value: undefined };
    },
  };
  return { events: { [Symbol.asyncIterator]: () => iterator }, seen };
}

function streamOf(events: readonly string[], then: "end" | "silence" | Error = "end", options: object = {}) {
  const source = eventsOf(events, then);
  const call = newCall(options);
  return { stream: chatStream(call, source.events, letters()), call, seen: source.seen };
}

async function read(stream: AsyncIterable<StreamPart>): Promise<string> {
  let said = "";
  for await (const part of stream) said += part.type === "text" ? part.text : `(${part.type})`;
  return said;
}
const over = { done: true, value: undefined };

describe("a stream", () => {
  test("gives the parts of all events and then its end; events without parts give none", async () => {
    const { stream, call, seen } = streamOf(["ab", "", "c"]);
    expect(await read(stream)).toBe("abc(finish)");
    expect(call.signal.aborted).toBe(true);
    expect(seen.returned).toBe(1);
  });

  test("asks for an event only when a part is asked for", async () => {
    const { stream, seen } = streamOf(["ab", "c"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.asked).toBe(0);
    await stream.next();
    await stream.next();
    expect(seen.asked).toBe(1);
    await stream.next();
    expect(seen.asked).toBe(2);
  });

  test("gives one part to each who asks at the same time, in their order", async () => {
    const { stream } = streamOf(["a", "bc"]);
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map(() => stream.next()));
    const given = results.map(({ value }) => (value?.type === "text" ? value.text : value?.type));
    expect(given).toEqual(["a", "b", "c", "finish", undefined, undefined]);
  });

  test("gives nothing after its end", async () => {
    const { stream, seen } = streamOf(["a"]);
    await read(stream);
    expect(await stream.next()).toEqual(over);
    expect(await stream.return()).toEqual(over);
    expect(seen.asked).toBe(2);
  });

  test("can be iterated once", () => {
    const { stream } = streamOf([]);
    expect(stream[Symbol.asyncIterator]()).toBe(stream);
  });
});

describe("return", () => {
  test("before the first part gives the connection back", async () => {
    const { stream, call, seen } = streamOf(["a"]);
    expect(await stream.return()).toEqual(over);
    expect(call.signal.aborted).toBe(true);
    expect(seen).toEqual({ asked: 0, returned: 1 });
    expect(await stream.next()).toEqual(over);
  });

  test("within an event leaves the rest of its parts", async () => {
    const { stream, seen } = streamOf(["ab"]);
    await stream.next();
    await stream.return();
    expect(await stream.next()).toEqual(over);
    expect(seen).toEqual({ asked: 1, returned: 1 });
  });

  test("while a part is waited for ends that wait too, though the other side hangs", async () => {
    const { stream, seen } = streamOf(["a"], "silence");
    await stream.next();
    const waiting = stream.next();
    await Promise.resolve();
    expect(await stream.return()).toEqual(over);
    expect(await waiting).toEqual(over);
    expect(seen.returned).toBe(1);
  });

  test("by leaving the loop does the same", async () => {
    const { stream, call } = streamOf(["abc"]);
    for await (const _ of stream) break;
    expect(call.signal.aborted).toBe(true);
  });

  test.each([
    ["hangs", () => new Promise<never>(() => {})],
    ["rejects", () => Promise.reject(new Error("no"))],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
  ])("never fails, though the other side's %s", async (_, returns) => {
    const events = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: returns }) };
    expect(await chatStream(newCall(), events, letters()).return()).toEqual(over);
  });

  test("needs no return on the other side", async () => {
    const events = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    expect(await chatStream(newCall(), events, letters()).return()).toEqual(over);
  });

  test("leaves no timer", async () => {
    vi.useFakeTimers();
    const { stream } = streamOf(["ab"]);
    await stream.next();
    await stream.return();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});

describe("an error", () => {
  test("of the reader comes after the parts before it, and ends the stream", async () => {
    const { stream, call, seen } = streamOf(["a", "!", "b"]);
    expect(await stream.next()).toEqual({ done: false, value: text("a") });
    await expect(stream.next()).rejects.toThrow("p: told of an error");
    expect(await stream.next()).toEqual(over);
    expect(call.signal.aborted).toBe(true);
    expect(seen).toEqual({ asked: 2, returned: 1 });
  });

  test("of the events is typed, and names the provider", async () => {
    const { stream } = streamOf(
      ["a"],
      Object.assign(new TypeError("terminated"), { cause: { code: "UND_ERR_SOCKET" } }),
    );
    await stream.next();
    const error = await stream.next().catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(ProviderResponseError.isInstance);
    expect(error).toMatchObject({ provider: "p", billing: "unknown", usage: undefined });
  });

  test("after the usage has come carries it", async () => {
    const { stream } = streamOf(["a$", "!"]);
    await stream.next();
    const error = await stream.next().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ provider: "p", usage: { inputTokens: 1, outputTokens: 2 }, billing: "usage" });
  });

  test("of the end is one too, and the connection is given back", async () => {
    const source = eventsOf([]);
    const reader: EventReader<string> = {
      ...letters(),
      // biome-ignore lint/correctness/useYield: it fails before its first part
      *end() {
        throw new ProviderResponseError("stream: cut off");
      },
    };
    const stream = chatStream(newCall(), source.events, reader);
    await expect(stream.next()).rejects.toThrow("p: stream: cut off");
    expect(await stream.next()).toEqual(over);
    expect(source.seen.returned).toBe(1);
  });

  test("goes to the first of several who ask; the others get the end", async () => {
    const { stream } = streamOf(["!"]);
    const results = await Promise.allSettled([stream.next(), stream.next()]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });
});

describe("time", () => {
  test("that passes in silence is a timeout, once an event has come that of a silence", async () => {
    const first = streamOf([], "silence", { timeoutMs: 5 });
    await expect(first.stream.next()).rejects.toMatchObject({ code: "timeout", phase: "answer" });
    const later = streamOf(["a"], "silence", { idleTimeoutMs: 5 });
    await later.stream.next();
    const error = await later.stream.next().catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(ProviderTimeoutError.isInstance);
    expect(error).toMatchObject({ phase: "idle" });
    expect(later.seen.returned).toBe(1);
  });

  test("that the reader takes is no silence", async () => {
    const { stream } = streamOf(["a", "b"], "end", { timeoutMs: 20, idleTimeoutMs: 20 });
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await stream.next()).toEqual({ done: false, value: text("b") });
  });

  test("and an abort of the caller: the stream throws, and is over", async () => {
    const controller = new AbortController();
    const { stream } = streamOf(["a"], "silence", { signal: controller.signal });
    await stream.next();
    const waiting = stream.next();
    setTimeout(() => controller.abort(), 5);
    await expect(waiting).rejects.toSatisfy(ProviderAbortedError.isInstance);
    expect(await stream.next()).toEqual(over);
  });
});
