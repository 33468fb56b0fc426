import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prometheusMetrics } from "../node/metrics.js";
import { BoundedNames, otherName } from "../observe/bounded-names.js";
import { overviewReport } from "../page/overview-report.js";
import { latencyBucketsMs, type UsageBucket } from "../state/gateway-state.js";
import { openedCall, settledCall } from "../state/logged-calls.fixture.js";
import { type AttackedGateway, attackedGateway, hello, post } from "./attacked-gateway.fixture.js";

describe("6: a client that wants to fill memory, log or metrics", () => {
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await attackedGateway();
  });
  afterAll(() => gateway.close());

  it("6.1: names of models that are made up share a label", async () => {
    const { observer, expose } = prometheusMetrics(
      () => 0,
      (model) => model === "listed",
    );
    const call = async (model: string) => {
      const opened = openedCall({ model });
      const { id } = opened;
      const tries = [{ model, outcome: "answered", elapsedMs: 1, costUsd: 0 }];
      observer.opened?.(opened)?.(settledCall(id, { model, tries }));
    };
    for (let i = 0; i < 5_000; i++) await call(`openai/x${i}"} 1\nevil{a="`);
    await call("listed");
    const { body } = await expose();
    expect(body.length).toBeLessThan(1_000_000);
    expect(body).toContain('model="listed"');
    expect(body).toContain(`model="${otherName}"`);
    expect(body.split("\n").filter((line) => line.startsWith("evil"))).toEqual([]);
  });

  it("6.1: names that have been told apart stay so", () => {
    const names = new BoundedNames(() => false, 2);
    expect(["a", "b", "c", "a", "d"].map((name) => names.of(name))).toEqual(["a", "b", otherName, "a", otherName]);
  });

  it("6.2: names, ids and lists of a request are short", async () => {
    const long = "x".repeat(257);
    expect((await post(gateway, "/v1/chat/completions", { ...hello, model: `openai/${long}` })).status).toBe(404);
    expect((await post(gateway, "/v1/embeddings", { model: `openai/${long}`, input: "x" })).status).toBe(404);
    for (const router of [
      { models: [long] },
      { exclude: [long] },
      { models: Array(101).fill("*") },
      { exclude: Array(101).fill("*") },
      { conversationId: long },
    ]) {
      expect((await post(gateway, "/v1/route", { ...hello, router })).status).toBe(400);
    }
    expect((await post(gateway, "/v1/chat/completions", { ...hello, models: Array(101).fill("a") })).status).toBe(400);
    expect((await fetch(`${gateway.url}/api/decisions?model=${long}`)).status).toBe(400);
  });

  it("6.3: a decision takes a hundred scores, comments are short, and ids cannot be guessed", async () => {
    const answer = await post(gateway, "/v1/chat/completions", hello);
    const id = answer.headers.get("x-onehead-decision-id") ?? "";
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const score = (body: object) => post(gateway, "/v1/feedback", { decision_id: id, score: 1, ...body });
    for (let i = 0; i < 100; i++) expect((await score({})).status).toBe(200);
    expect((await score({})).status).toBe(429);
    for (const body of [
      { comment: "x".repeat(4_001) },
      { source: "x".repeat(257) },
      { score: 2 },
      { score: -1 },
      { score: "1" },
      { decision_id: "x".repeat(101) },
      { more: 1 },
    ]) {
      expect((await score(body)).status).toBe(400);
    }
    for (const other of [id.toUpperCase(), `${id} `, "' OR 1=1 --", "%", "*", "1"]) {
      expect((await score({ decision_id: other })).status).toBe(404);
      expect(
        (await fetch(`${gateway.url}/v1/decisions/${encodeURIComponent(other)}`, { method: "DELETE" })).status,
      ).toBe(404);
    }
  });

  it("6.4: requests beyond those at once are told to come again", async () => {
    const small = await attackedGateway({ settings: { maxConcurrentRequests: 2 }, answer: () => {} });
    const stop = new AbortController();
    const held = [1, 2].map(() =>
      fetch(`${small.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(hello),
        signal: stop.signal,
      }).catch(() => undefined),
    );
    while (small.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    const third = await post(small, "/v1/chat/completions", hello);
    expect([third.status, third.headers.get("retry-after")]).toEqual([503, "1"]);
    stop.abort();
    await Promise.all(held);
    await small.close();
  });

  it("6.4: requests whose bodies are too much together are told to come again, and give their room back", async () => {
    const small = await attackedGateway({ settings: { bodyBytesAtOnce: 1_500_000 }, answer: () => {} });
    const stop = new AbortController();
    const large = JSON.stringify({ ...hello, user: "x".repeat(1_000_000) });
    const ask = (body: string | ReadableStream<Uint8Array>, signal?: AbortSignal) =>
      fetch(`${small.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        ...(typeof body === "string" ? {} : { duplex: "half" as const }),
        ...(signal === undefined ? {} : { signal }),
      });
    const held = ask(large, stop.signal).catch(() => undefined);
    while (small.asked.length < 1) await new Promise((resolve) => setTimeout(resolve, 10));
    const chunked = new Blob([large]).stream() as ReadableStream<Uint8Array>;
    expect([(await ask(large)).status, (await ask(chunked)).status]).toEqual([503, 503]);
    stop.abort();
    await held;
    const route = () => post(small, "/v1/route", large);
    await expect.poll(async () => (await route()).status).toBe(200);
    expect((await route()).status).toBe(200);
    await small.close();
  });

  it("6.5: a report over very many names takes a moment", () => {
    const bucket = (i: number): UsageBucket => ({
      startMs: (i % 24) * 3_600_000,
      model: `openai/${i}`,
      calls: 1,
      answered: 1,
      failed: 0,
      cached: 0,
      costUsd: 0,
      unresolvedTries: 0,
      unresolvedAtMostUsd: 0,
      compared: { calls: 0, costUsd: 0, predictedCostUsd: 0, bestPredictedCostUsd: 0 },
      predictedQuality: { sum: 0, calls: 0 },
      feedback: { sum: 0, scores: 0 },
      familiarity: { sum: 0, calls: 0 },
      inputTokens: 0,
      outputTokens: 0,
      latency: latencyBucketsMs.map(() => 0),
    });
    const begun = performance.now();
    const report = overviewReport(
      Array.from({ length: 50_000 }, (_, i) => bucket(i)),
      { fromMs: 0, toMs: 24 * 3_600_000, bucket: "hour", bucketMs: 3_600_000 },
    );
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(report.models).toHaveLength(50_000);
  });

  it("6.6: ranges and pages of reports are limited", async () => {
    for (const query of [
      "overview?from=1970-01-01T00:00:00Z&bucket=hour",
      "overview?from=x",
      "overview?bucket=second",
      "overview?from=2030-01-01T00:00:00Z&to=2020-01-01T00:00:00Z",
      "decisions?limit=201",
      "decisions?limit=0",
      "decisions?limit=1e9",
      "decisions?status=x",
      `decisions?after=${"x".repeat(201)}`,
    ]) {
      expect((await fetch(`${gateway.url}/api/${query}`)).status, query).toBe(400);
    }
    expect((await fetch(`${gateway.url}/api/decisions?after=%27%3B--`)).status).toBeLessThan(500);
  });

  it("6.7: the cache of answers keeps to its bytes", async () => {
    const { ResponseCache } = await import("../cache/response-cache.js");
    const cache = new ResponseCache({ ttlMs: 60_000, maxBytes: 10_000 });
    for (let i = 0; i < 100; i++) cache.set(`k${i}`, { text: "x".repeat(900) }, "m");
    cache.set("huge", { text: "x".repeat(20_000) }, "m");
    const kept = Array.from({ length: 100 }, (_, i) => cache.get(`k${i}`)).filter((answer) => answer !== undefined);
    expect(kept.length).toBeLessThan(12);
    expect(cache.get("huge")).toBeUndefined();
  });

  it("6.8: an answer from the cache is for exactly the same request alone", async () => {
    const cached = await attackedGateway({ settings: { cache: { ttlMs: 60_000, maxBytes: 1_000_000 } } });
    const ask = async (body: object) =>
      (await post(cached, "/v1/chat/completions", { ...hello, temperature: 0, ...body })).headers.get(
        "x-onehead-cache",
      );
    expect(await ask({})).toBeNull();
    expect(await ask({})).toBe("hit");
    for (const body of [
      { user: "other" },
      { messages: [{ role: "user", content: "hello " }] },
      { model: "openai/a" },
      { router: { cache: false } },
      { router: { costQuality: 1 } },
      { seed: 1 },
    ]) {
      expect(await ask(body)).toBeNull();
    }
    await cached.close();
  });
});
