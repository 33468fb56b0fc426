import type { RouteDecision, RoutedCall, Router, Usage } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { record, text, type Wire } from "../wire/fields.js";
import type { RoutedPath } from "./routed-path.js";
import { routingFetch } from "./routing-fetch.js";

/** An interface of texts: `{text}` is content, `{end}` the last event. */
const path: RoutedPath = {
  path: "/answers",
  toRequest: () => ({ messages: [] }),
  withModel: (body, model) => ({ ...body, model }),
  isAnswer: (answer) => "text" in answer,
  usageOf: () => ({ inputTokens: 1, outputTokens: 2 }),
  reader() {
    let usage: Usage | undefined;
    return {
      get usage() {
        return usage;
      },
      *read(event) {
        const { text: said, error, end } = record(event);
        if (error !== undefined) throw new Error("told of an error");
        if (said !== undefined) yield { type: "text", text: text(said) ?? "" };
        if (end !== undefined) usage = { inputTokens: 1, outputTokens: 2 };
      },
      *end() {
        if (usage === undefined) throw new Error("cut off");
        yield { type: "finish", finishReason: "stop", usage, warnings: [], response: {} };
      },
    };
  },
  lastOf: () => (event) => "end" in event,
  carrierOf: (event) => ("text" in event || "end" in event ? event : null),
  isHidden: () => false,
};
const decision: RouteDecision = { id: "d", model: "m", ranking: [] };

/** How a call was settled. */
interface Settled {
  usage: Usage | undefined;
  error: unknown;
}

function routerInto(settled: Settled[]): Router {
  return {
    route: () => decision,
    // the signal is not handed on: routers may stop to heed it once an answer has begun
    async run<T>(_: RouteDecision, attempt: Parameters<NonNullable<Router["run"]>>[1]): Promise<RoutedCall<T>> {
      const value = (await attempt({ model: "m", attempt: 1, signal: new AbortController().signal })) as T;
      const outcome = { decision, model: "m", tries: [], costUsd: null, unresolvedTries: 0 };
      return { value, outcome, settle: (usage, error) => void settled.push({ usage, error }) };
    },
  };
}

/** A body that gives these pieces and then ends, breaks, or stays silent until it is cancelled. */
function bodyOf(pieces: readonly string[], then: "end" | "break" | "silence", cancelled: () => void = () => {}) {
  const left = [...pieces];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
      else if (then === "end") controller.close();
      else if (then === "break") controller.error(new TypeError("terminated"));
      else return new Promise(() => {});
    },
    cancel: cancelled,
  });
}

const frame = (json: unknown, event = "piece") => `event: ${event}\ndata: ${JSON.stringify(json)}\n\n`;

function fetchOf(body: ReadableStream<Uint8Array>, settled: Settled[] = []): typeof globalThis.fetch {
  const base: typeof globalThis.fetch = async () => new Response(body);
  return routingFetch(base, { provider: "p", router: routerInto(settled), paths: [path] });
}

const ask = (fetch: typeof globalThis.fetch, init: RequestInit = {}) =>
  fetch("https://host/v1/answers", { method: "POST", body: JSON.stringify({ model: "auto", stream: true }), ...init });

describe("a held stream that is handed on", () => {
  test("keeps the names and the text of its events, pings before content too", async () => {
    const settled: Settled[] = [];
    const sent = [
      frame({ ping: 1 }, "ping"),
      frame({ text: "a" }),
      frame({ other: [1, 2] }, "other"),
      frame({ end: 1 }, "end"),
    ];
    const received = await (await ask(fetchOf(bodyOf(sent, "end"), settled))).text();
    expect(received.split("\n\n").map((lines) => lines.split("\n")[0])).toEqual([
      "event: ping",
      "event: piece",
      "event: other",
      "event: end",
      "",
    ]);
    expect(received).toContain(sent[0]);
    expect(received).toContain(sent[2]);
    expect(received.match(/"onehead":\{/g)).toHaveLength(2);
    expect(settled).toEqual([{ usage: { inputTokens: 1, outputTokens: 2 }, error: undefined }]);
  });

  test("hands on an event that is no JSON at once, and the call counts as broken", async () => {
    const settled: Settled[] = [];
    const body = bodyOf([frame({ text: "a" }), "data: {broken\n\n", frame({ text: "b" })], "silence");
    const reader = (await ask(fetchOf(body, settled))).body?.getReader();
    const pieces: string[] = [];
    for (let i = 0; i < 3; i++) pieces.push(new TextDecoder().decode((await reader?.read())?.value));
    expect(pieces[1]).toBe("data: {broken\n\n");
    expect(pieces[2]).toContain('"b"');
    await reader?.cancel();
    expect(settled).toHaveLength(1);
  });

  test("that ends without its end counts as broken, and the client sees what came", async () => {
    const settled: Settled[] = [];
    const received = await (await ask(fetchOf(bodyOf([frame({ text: "a" })], "end"), settled))).text();
    expect(received).toContain('"a"');
    expect(settled).toMatchObject([{ usage: undefined, error: { code: "response" } }]);
  });

  test("that breaks gives what it had, its last events too, before it breaks for the client", async () => {
    const settled: Settled[] = [];
    const body = bodyOf([frame({ text: "a" }), frame({ end: 1 })], "break");
    const reader = (await ask(fetchOf(body, settled))).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('"a"');
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('"end"');
    await expect(reader?.read()).rejects.toThrow("terminated");
    expect(settled).toMatchObject([{ usage: { outputTokens: 2 }, error: { code: "response" } }]);
  });
});

describe("a connection that has fallen silent", () => {
  test("is given back when the client leaves", async () => {
    let cancelled = false;
    const body = bodyOf([frame({ text: "a" })], "silence", () => {
      cancelled = true;
    });
    const settled: Settled[] = [];
    const reader = (await ask(fetchOf(body, settled))).body?.getReader();
    await reader?.read();
    const waiting = reader?.read();
    await reader?.cancel();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(cancelled).toBe(true);
    expect(settled).toEqual([{ usage: undefined, error: undefined }]);
  });

  test("ends with the reason of the client's abort, and the call as aborted", async () => {
    let cancelled = false;
    const body = bodyOf([frame({ text: "a" })], "silence", () => {
      cancelled = true;
    });
    const settled: Settled[] = [];
    const controller = new AbortController();
    const reader = (await ask(fetchOf(body, settled), { signal: controller.signal })).body?.getReader();
    await reader?.read();
    const waiting = reader?.read();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    expect(cancelled).toBe(true);
    expect(settled).toMatchObject([{ error: { code: "aborted" } }]);
  });
});

describe("a fetch that routes", () => {
  test("calls the one below on nothing, as runtimes want it for their own", async () => {
    let receiver: unknown = "none";
    const base: typeof globalThis.fetch = async function (this: unknown) {
      receiver = this;
      return Response.json({ text: "a" });
    };
    const fetch = routingFetch(base, { provider: "p", router: { route: () => decision }, paths: [path] });
    const response = await fetch("https://host/v1/answers", { method: "POST", body: '{"model":"auto"}' });
    expect(await response.json()).toMatchObject({ text: "a", onehead: { model: "m" } });
    expect(receiver).toBeUndefined();
  });

  test.each<[string, Wire | string]>([
    ["an error with status 200", { error: { type: "overloaded" } }],
    ["no JSON", "<html>"],
    ["a list", "[]"],
  ])("takes %s for no answer", async (_, body) => {
    const base = async () => new Response(typeof body === "string" ? body : JSON.stringify(body));
    const fetch = routingFetch(base, { provider: "p", router: { route: () => decision }, paths: [path] });
    const response = await fetch("https://host/v1/answers", { method: "POST", body: '{"model":"auto"}' });
    expect(response.status).toBe(502);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject({ error: { type: "api_error", code: "response" } });
  });

  test("answers with the provider's own error where a body cannot be routed, and asks nobody", async () => {
    const refusing: RoutedPath = { ...path, refusalOf: (body) => (body["thread"] ? { error: "threads" } : undefined) };
    const base = () => Promise.reject(new Error("asked"));
    const fetch = routingFetch(base, { provider: "p", router: { route: () => decision }, paths: [refusing] });
    const response = await fetch("https://host/v1/answers", { method: "POST", body: '{"model":"auto","thread":1}' });
    expect([response.status, await response.json()]).toEqual([400, { error: "threads" }]);
  });
});

test("an error whose body breaks off is the error of its status", async () => {
  const errors: unknown[] = [];
  const router: Router = {
    route: () => decision,
    async run(_, attempt) {
      errors.push(await attempt({ model: "m", attempt: 1, signal: new AbortController().signal }).catch((e) => e));
      throw errors[0];
    },
  };
  const base: typeof globalThis.fetch = async () => new Response(bodyOf(['{"error":{"mess'], "break"), { status: 400 });
  const response = await ask(routingFetch(base, { provider: "p", router, paths: [path] }));
  expect(response.status).toBe(400);
  expect(errors).toMatchObject([{ code: "http", status: 400, retryable: false, billing: "none" }]);
});
