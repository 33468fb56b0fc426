// The built Worker in workerd, asked over HTTP, with an upstream of ours behind it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { edgeGateway } from "./edge-gateway.js";
import { apiKey, buildWorker, post, runWorker } from "./edge-worker.fixture.js";
import { type FakeUpstream, pieces, startFakeUpstream } from "./fake-upstream.fixture.js";

/** What the smallest plan of a platform takes, compressed; the router's module is beside it. */
const scriptLimitBytes = 2 ** 20;

const answer = pieces.join("");
const messages = [{ role: "user", content: "Why is the sky blue?" }];

let built: ReturnType<typeof buildWorker>;
let upstream: FakeUpstream;
let worker: Miniflare;
let url: string;

/** Bindings of a deployment whose providers are the fake one. */
const bindings = (more: Record<string, string> = {}): Record<string, string> => ({
  ONEHEAD_API_KEY: apiKey,
  OPENAI_API_KEY: "sk-upstream",
  OPENAI_BASE_URL: upstream.url,
  ...more,
});

beforeAll(async () => {
  built = buildWorker();
  upstream = await startFakeUpstream();
  const started = performance.now();
  ({ worker, url } = await runWorker(built, bindings()));
  const ready = performance.now();
  await (await post(`${url}/v1/route`, { model: "auto", messages })).text();
  const [process, request] = [ready - started, performance.now() - ready].map((ms) => ms.toFixed(0));
  console.log(`cold start: workerd ${process} ms, first decision with the router's parsing ${request} ms`);
}, 120_000);
afterAll(async () => {
  await worker?.dispose();
  await upstream?.close();
});
beforeEach(() => {
  upstream.broken.clear();
  upstream.asked.length = 0;
});

async function withWorker(given: Record<string, string>, use: (url: string) => Promise<void>): Promise<void> {
  const other = await runWorker(built, given);
  try {
    await use(other.url);
  } finally {
    await other.worker.dispose();
  }
}

test(`the script is below ${scriptLimitBytes} bytes compressed, and imports the router's and the kernels' module alone`, () => {
  const compressed = gzipSync(built.script).length;
  console.log(`script ${built.script.length} bytes, ${compressed} compressed; router ${built.router?.length} bytes`);
  expect(compressed).toBeLessThan(scriptLimitBytes);
  const imported = [...built.script.toString("utf8").matchAll(/(?:^|[;}])import\b[^;"'(]*["']([^"']+)["']/g)];
  expect(imported.map(([, name]) => name).sort()).toEqual(["./kernels.wasm", "./router.onehead"]);
});

describe("keys", () => {
  test("without ONEHEAD_API_KEY every request is refused with what is wrong", async () => {
    await withWorker({ OPENAI_API_KEY: "sk-upstream" }, async (open) => {
      for (const path of ["/v1/chat/completions", "/v1/messages", "/v1/route"]) {
        const response = await post(`${open}${path}`, { model: "auto", messages });
        expect(response.status).toBe(503);
        expect((await response.json()).error.message).toMatch(/ONEHEAD_API_KEY: not set/);
      }
      expect((await fetch(`${open}/healthz`)).status).toBe(503);
      expect((await fetch(`${open}/v1/models`)).status).toBe(503);
    });
    expect(upstream.asked).toEqual([]);
  });

  test.each([
    ["ONEHEAD_API_KEY", "sk-few-letters"],
    ["ONEHEAD_COST_QUALITY", "11"],
    ["ONEHEAD_MIN_QUALITY", "much"],
    ["ONEHEAD_CORS_ORIGINS", "javascript:alert(1)"],
    ["OPENAI_BASE_URL", "http://169.254.169.254/v1"],
  ])("a %s that cannot be is named, and not repeated", async (name, value) => {
    await withWorker(bindings({ [name]: value }), async (open) => {
      const response = await post(`${open}/v1/chat/completions`, { model: "auto", messages });
      expect(response.status).toBe(503);
      const { message } = (await response.json()).error;
      expect(message).toContain(name === "OPENAI_BASE_URL" ? "openai: base URL" : name);
      expect(message).not.toContain(value);
    });
  });

  test("without the gateway's key, or with another, nobody is asked", async () => {
    for (const authorization of ["", "Bearer sk-another-0123456789"]) {
      const response = await post(`${url}/v1/chat/completions`, { model: "auto", messages }, { authorization });
      expect(response.status).toBe(401);
    }
    expect(upstream.asked).toEqual([]);
  });

  test("a provider is asked with its own key, never with the gateway's", async () => {
    await post(`${url}/v1/chat/completions`, { model: "auto", messages });
    expect(upstream.asked.map(({ key }) => key)).toEqual(["Bearer sk-upstream"]);
  });
});

describe("surfaces", () => {
  test.each([
    ["/v1/chat/completions", { messages }],
    ["/v1/completions", { prompt: "Why is the sky blue?" }],
    ["/v1/messages", { messages, max_tokens: 100 }],
    ["/v1/responses", { input: "Why is the sky blue?" }],
  ])("%s is routed and answered in its own form", async (path, body) => {
    const response = await post(`${url}${path}`, { model: "auto", ...body });
    expect(response.status).toBe(200);
    expect(JSON.stringify(await response.json())).toContain(answer);
    expect(response.headers.get("x-onehead-model")).toMatch(/^(gpt|o\d)/);
  });

  test("models, decisions without a call, health and the document of the interface", async () => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const { data } = await (await fetch(`${url}/v1/models`, { headers })).json();
    expect(data.map(({ id }: { id: string }) => id)).toContain("auto");
    const { decision } = await (await post(`${url}/v1/route`, { model: "auto", messages })).json();
    expect(data.map(({ id }: { id: string }) => id)).toContain(decision.model);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok" });
    expect((await (await fetch(`${url}/openapi.json`)).json()).openapi).toMatch(/^3/);
    expect(upstream.asked).toEqual([]);
  });

  test("what needs a log says that there is none, or is empty", async () => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const feedback = await post(`${url}/v1/feedback`, { decision_id: "1", score: 1 });
    expect([feedback.status, (await feedback.json()).error.code]).toEqual([501, "stateless"]);
    const decisions = await (await fetch(`${url}/api/decisions`, { headers })).json();
    expect(decisions).toEqual({ decisions: [], next: null });
    expect(await (await fetch(`${url}/api/status`, { headers })).json()).toMatchObject({ durable: false });
    expect((await fetch(url)).status).toBe(404);
  });

  test("an Anthropic key serves Anthropic's models on every surface", async () => {
    const given = { ONEHEAD_API_KEY: apiKey, ANTHROPIC_API_KEY: "sk-ant", ANTHROPIC_BASE_URL: upstream.url };
    await withWorker(given, async (open) => {
      const response = await post(`${open}/v1/chat/completions`, { model: "auto", messages });
      expect(JSON.stringify(await response.json())).toContain(answer);
      expect(upstream.asked).toMatchObject([{ path: "/v1/messages", key: "sk-ant" }]);
    });
  });

  test("a server of one's own that speaks OpenAI's interface is asked for its models by name", async () => {
    const given = { ONEHEAD_API_KEY: apiKey, GROQ_API_KEY: "gsk", GROQ_BASE_URL: upstream.url };
    await withWorker(given, async (open) => {
      const response = await post(`${open}/v1/chat/completions`, { model: "groq/any-model", messages });
      expect(response.status).toBe(200);
      expect(upstream.asked).toMatchObject([{ model: "any-model", key: "Bearer gsk" }]);
    });
  });
});

describe("streams", () => {
  test("each piece goes on as it comes", async () => {
    const response = await post(`${url}/v1/chat/completions`, { model: "auto", messages, stream: true });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let seen = "";
    const until = async (text: string): Promise<void> => {
      while (!seen.includes(text)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`ended before ${text}: ${seen}`);
        seen += value;
      }
    };
    // the upstream sends a piece only when it is told to: what is read has not waited for the rest
    for (const [i, piece] of pieces.entries()) {
      await until(JSON.stringify(piece));
      for (const later of pieces.slice(i + 1)) expect(seen).not.toContain(JSON.stringify(later));
      upstream.next();
    }
    await until("[DONE]");
  });

  test("a client that leaves gives the provider's connection back", async () => {
    const leave = new AbortController();
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ model: "auto", messages, stream: true }),
      signal: leave.signal,
    });
    await response.body!.getReader().read();
    leave.abort();
    // workerd notices when it has something to pass on
    upstream.next();
    await expect.poll(() => upstream.left, { timeout: 10_000 }).toBe(1);
  });
});

describe("failures", () => {
  test.each([false, true])("another model answers where the first cannot, streamed: %s", async (stream) => {
    const { decision } = await (await post(`${url}/v1/route`, { model: "auto", messages })).json();
    const { model } = decision;
    upstream.broken.add(model);
    const response = await post(`${url}/v1/chat/completions`, { model: "auto", messages, stream });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-onehead-model")).not.toBe(model);
    expect(Number(response.headers.get("x-onehead-fallbacks"))).toBeGreaterThan(0);
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
  });

  test("where none can, the error is told in the form of the surface", async () => {
    await withWorker(bindings(), async (open) => {
      upstream.broken.add("*");
      const response = await post(`${open}/v1/messages`, { model: "auto", max_tokens: 10, messages });
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(await response.json()).toMatchObject({ type: "error", error: { type: expect.any(String) } });
    });
  });

  test.each([
    "http://127.0.0.1/a.png",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:10.0.0.1]/a.png",
    "http://intranet/a.png",
    "file:///etc/passwd",
  ])("an image at %s is refused before anybody is asked", async (address) => {
    const content = [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: address } },
    ];
    const body = { model: "auto", messages: [{ role: "user", content }] };
    const response = await post(`${url}/v1/chat/completions`, body);
    expect(response.status).toBe(400);
    expect((await response.json()).error.code).toBe("private-address");
    expect(upstream.asked).toEqual([]);
  });
});

/** Questions of several kinds, fifty of them. */
const prompts = Array.from({ length: 50 }, (_, i) => {
  const kinds = ["Translate into French:", "Prove that", "Write a Python function for", "Summarise", "What is"];
  const things = ["the sum of two odd numbers", "a red-black tree", "the fall of Rome", "漢字 { }", "tax on dividends"];
  return `${kinds[i % 5]} ${things[Math.floor(i / 5) % 5]}, ${"in detail and with care ".repeat(i % 7)}(${i})`;
});

/** Decisions without what differs from call to call. */
async function decisionsOf(ask: (body: object) => Response | Promise<Response>): Promise<object[]> {
  const decisions: object[] = [];
  for (const [i, content] of prompts.entries()) {
    const router = { cost_quality: i % 11 };
    const { decision } = await (await ask({ model: "auto", messages: [{ role: "user", content }], router })).json();
    const { model, ranking, excluded, inputTokens, familiarity } = decision;
    decisions.push({ model, ranking, excluded, inputTokens, familiarity });
  }
  return decisions;
}

/** Matches the same with every number within 1e-5 of it, or a share of 1e-5; costs, which are small, within the share. */
function withTolerance(value: unknown, name = ""): unknown {
  if (typeof value === "number") {
    const scale = name === "predictedCostUsd" ? Math.abs(value) : Math.max(1, Math.abs(value));
    const within = (actual: unknown): boolean => Math.abs(Number(actual) - value) <= 1e-5 * scale;
    return { asymmetricMatch: within, toString: () => `${value} ± 1e-5` };
  }
  if (Array.isArray(value)) return value.map((entry) => withTolerance(entry));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withTolerance(entry, key)]));
}

test("two isolates and Node decide alike for 50 prompts", async () => {
  const here = await decisionsOf((body) => post(`${url}/v1/route`, body));
  await withWorker(bindings(), async (other) => {
    expect(await decisionsOf((body) => post(`${other}/v1/route`, body))).toEqual(here);
  });
  const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
  const inNode = () => {
    const gateway = edgeGateway(new Uint8Array(built.router!), bindings());
    return decisionsOf((body) =>
      gateway(new Request("http://node/v1/route", { method: "POST", headers, body: JSON.stringify(body) })),
    );
  };
  expect(await inNode()).toEqual(here);
  // without WebAssembly the same numbers but for 1e-5
  vi.stubGlobal("WebAssembly", undefined);
  try {
    const scalar = await inNode();
    expect(scalar).not.toEqual(here);
    expect(scalar).toEqual(withTolerance(here));
  } finally {
    vi.unstubAllGlobals();
  }
  expect(new Set(here.map((decision) => (decision as { model: string }).model)).size).toBeGreaterThan(1);
});

test("one file with the router in it decides alike", async () => {
  const module = built.router!;
  const embedded = buildWorker("--embed");
  built = buildWorker();
  expect(module).toEqual(readFileSync(join(import.meta.dirname, "../dist/router.onehead")));
  const { worker: single, url: open } = await runWorker(embedded, bindings());
  try {
    const body = { model: "auto", messages };
    const [one, two] = await Promise.all(
      [url, open].map(async (base) => (await post(`${base}/v1/route`, body)).json()),
    );
    expect(one.decision.ranking.length).toBeGreaterThan(1);
    // its kernels are those in JavaScript
    expect(two.decision.ranking).not.toEqual(one.decision.ranking);
    expect(two.decision.ranking).toEqual(withTolerance(one.decision.ranking));
  } finally {
    await single.dispose();
  }
});
