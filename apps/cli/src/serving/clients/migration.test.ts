// Every spelling of docs/guide/migrating.md, as the clients of other routers and gateways send it.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LoggedDecision, startGateway, type TestGateway } from "./test-gateway.fixture.js";
import { threeProviders } from "./three-providers.fixture.js";

const messages = [{ role: "user" as const, content: "Prove that there are infinitely many primes." }];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway?.close());

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ messages, ...body }),
  });
  return { status: response.status, headers: response.headers, json: (await response.json()) as Record<string, never> };
}

/** The decision alone: nothing is called. */
async function decided(body: object, headers: Record<string, string> = {}): Promise<LoggedDecision> {
  const { status, json } = await post(gateway.url, body, { "x-onehead-dry-run": "true", ...headers });
  expect(status, JSON.stringify(json)).toBe(200);
  return json["decision"] as LoggedDecision;
}

type Law = (decision: LoggedDecision) => void | Promise<void>;
const idsOf = ({ ranking }: LoggedDecision) => ranking.map(({ model }) => model).sort();
/** As if it had been said in our words. */
const asIf =
  (body: object): Law =>
  async (decision) => {
    const own = await decided({ model: "auto", ...body });
    expect(decision.preference["lambdaUsd"]).toBe(own.preference["lambdaUsd"]);
    expect(decision.ranking).toEqual(own.ranking);
  };
const takes =
  (...ids: string[]): Law =>
  (decision) =>
    expect(idsOf(decision)).toEqual([...ids].sort());
const names =
  (model: string): Law =>
  (decision) =>
    expect(decision).toMatchObject({ model, routed: false });
const all: Law = (decision) => expect(decision.ranking.length).toBeGreaterThan(10);

const pair = ["gpt-6.1-sol", "gpt-6-luna"];
const auto = { model: "openrouter/auto" };
const plugin = (settings: object) => ({ ...auto, plugins: [{ id: "auto-router", ...settings }] });

type Spelling = [name: string, body: object, law: Law, headers?: Record<string, string>];
const spellings: Record<string, Spelling[]> = {
  RouteLLM: [
    ["router-mf-0.116", { model: "router-mf-0.116" }, asIf({ router: { costQuality: 10 * (1 - 0.116) } })],
    ["router-bert-0.7", { model: "router-bert-0.7" }, asIf({ router: { costQuality: 10 * (1 - 0.7) } })],
    ["router-sw_ranking-0.3", { model: "router-sw_ranking-0.3" }, asIf({ router: { costQuality: 10 * (1 - 0.3) } })],
    ["two models", { model: "router-mf-0.5", router: { models: pair } }, takes(...pair)],
  ],
  LiteLLM: [
    ["openai/gpt-6-luna", { model: "openai/gpt-6-luna" }, names("gpt-6-luna")],
    ["anthropic/claude-haiku-5-5", { model: "anthropic/claude-haiku-5-5" }, names("claude-haiku-5-5")],
    ["gemini/gemini-3.8-flash", { model: "gemini/gemini-3.8-flash" }, names("gemini-3.8-flash")],
    ["vertex_ai/gemini-3.8-flash", { model: "vertex_ai/gemini-3.8-flash" }, names("gemini-3.8-flash")],
    ["together_ai/gpt-oss-120b", { model: "together_ai/gpt-oss-120b" }, names("gpt-oss-120b")],
    ["fallbacks", { model: "gpt-6-luna", fallbacks: ["claude-haiku-5-5"] }, names("gpt-6-luna")],
    ["fallbacks", { model: "gpt-6-luna", fallbacks: [{ model: "claude-haiku-5-5" }] }, names("gpt-6-luna")],
    ["fallbacks", { model: "auto", fallbacks: ["claude-haiku-5-5"] }, all],
    ["num_retries", { model: "auto", num_retries: 2 }, all],
    ["timeout", { model: "auto", timeout: 30 }, all],
    ["drop_params", { model: "auto", drop_params: true }, all],
    ["caching", { model: "auto", caching: true }, all],
    ["tags", { model: "auto", tags: ["a"] }, all],
    ["cache", { model: "auto", cache: { "no-cache": true } }, all],
    ["x-litellm-tags", { model: "auto" }, all, { "x-litellm-tags": "a" }],
  ],
  Portkey: [
    ["@openai/gpt-6-luna", { model: "@openai/gpt-6-luna" }, names("gpt-6-luna")],
    ["@google/gemini-3.8-flash", { model: "@google/gemini-3.8-flash" }, names("gemini-3.8-flash")],
    ["@mistral-ai/mistral-large-2512", { model: "@mistral-ai/mistral-large-2512" }, names("mistral-large-2512")],
    ...[
      "x-portkey-api-key",
      "x-portkey-provider",
      "x-portkey-virtual-key",
      "x-portkey-config",
      "x-portkey-trace-id",
      "x-portkey-metadata",
      "x-portkey-cache-force-refresh",
      "x-portkey-request-timeout",
    ].map((name): Spelling => [name, { model: "auto" }, all, { [name]: "1" }]),
  ],
  OpenRouter: [
    ["openrouter/auto", auto, asIf({})],
    ["openrouter/auto-beta", { model: "openrouter/auto-beta" }, asIf({})],
    ["openai/gpt-6-luna", { model: "openai/gpt-6-luna" }, names("gpt-6-luna")],
    ["mistralai/mistral-large-2512", { model: "mistralai/mistral-large-2512" }, names("mistral-large-2512")],
    ["models", { ...auto, models: ["openai/gpt-6*", "claude-haiku-5-5"] }, takes(...pair, "claude-haiku-5-5")],
    ["models", { models: ["openai/gpt-6-luna", "claude-haiku-5-5"] }, names("gpt-6-luna")],
    ["models", { model: "gpt-6-luna", models: ["claude-haiku-5-5"] }, names("gpt-6-luna")],
    ["route", { ...auto, route: "fallback" }, asIf({})],
    ["allowed_models", plugin({ allowed_models: ["openai/gpt-6*"] }), takes(...pair)],
    [
      "excluded_models",
      plugin({ excluded_models: ["openai/*"] }),
      ({ ranking, excluded }) => {
        expect(ranking.filter(({ model }) => model.startsWith("gpt-6"))).toEqual([]);
        expect(excluded).toContainEqual(expect.objectContaining({ model: "gpt-6-luna" }));
      },
    ],
    ["cost_quality_tradeoff", plugin({ cost_quality_tradeoff: 7 }), asIf({ router: { costQuality: 3 } })],
    ["enabled", plugin({ enabled: false, cost_quality_tradeoff: 7 }), asIf({})],
    ["provider.only", { ...auto, provider: { only: ["Anthropic"] } }, takes("claude-haiku-5-5", "claude-sonnet-5-5")],
    [
      "provider.only",
      { ...auto, provider: { only: ["google-ai-studio"] } },
      takes("gemini-3.8-flash", "gemini-3.1-pro-preview"),
    ],
    [
      "provider.ignore",
      { ...auto, models: ["openai/*", "anthropic/*"], provider: { ignore: ["openai"] } },
      takes("claude-haiku-5-5", "claude-sonnet-5-5"),
    ],
    ["provider.order", { ...auto, provider: { order: ["anthropic"] } }, asIf({})],
    [
      "provider.allow_fallbacks",
      { ...auto, provider: { order: ["anthropic"], allow_fallbacks: false } },
      takes("claude-haiku-5-5", "claude-sonnet-5-5"),
    ],
    [
      "provider.max_price",
      { ...auto, models: ["openai/gpt-6-luna", "gemini-3.8-flash"], provider: { max_price: { prompt: 1.5 } } },
      takes("gemini-3.8-flash"),
    ],
    [
      "provider.max_price",
      { ...auto, models: ["openai/gpt-6-luna", "gemini-3.8-flash"], provider: { max_price: { completion: "5" } } },
      takes("gemini-3.8-flash"),
    ],
    ["provider.sort", { ...auto, provider: { sort: "price" } }, asIf({})],
    ["provider.require_parameters", { ...auto, provider: { require_parameters: true } }, asIf({})],
    ["provider.data_collection", { ...auto, provider: { data_collection: "allow" } }, asIf({})],
    ["transforms", { ...auto, transforms: ["middle-out"] }, asIf({})],
    ["usage", { ...auto, usage: { include: true } }, asIf({})],
    ["session_id", { ...auto, session_id: "s1" }, asIf({})],
    ["HTTP-Referer", auto, asIf({}), { "http-referer": "https://example.com", "x-title": "An application" }],
  ],
  Martian: [
    ["router", { model: "router" }, asIf({})],
    [
      "willingness_to_pay",
      { model: "router", willingness_to_pay: 0.01 },
      asIf({ router: { willingnessToPayUsd: 0.1 } }),
    ],
    ["max_cost", { model: "router", max_cost: 0.02 }, asIf({ router: { maxCostUsd: 0.02 } })],
    [
      "max_cost_per_million_tokens",
      { model: "router", models: ["openai/gpt-6-luna", "gemini-3.8-flash"], max_cost_per_million_tokens: 5 },
      takes("gemini-3.8-flash"),
    ],
    ["models", { model: "router", models: pair }, takes(...pair)],
  ],
};

describe.each(Object.entries(spellings))("as %s is told", (_, cases) => {
  test.each(cases)("%s: %j", async (_, body, law, headers) => law(await decided(body, headers)));
});

const refusals: Array<[param: string, body: object]> = [
  ["provider.max_price.prompt", { ...auto, provider: { max_price: { prompt: "much" } } }],
  ["provider.max_price.prompt", { ...auto, provider: { max_price: { prompt: 0 } } }],
  ["provider.only", { ...auto, provider: { only: ["nobody"] } }],
  ["provider.only", { ...auto, provider: { only: "openai" } }],
  ["provider.ignore.0", { ...auto, provider: { ignore: [3] } }],
  ["provider.zdr", { ...auto, provider: { zdr: true } }],
  ["provider.data_collection", { ...auto, provider: { data_collection: "deny" } }],
  ["provider.quantizations", { ...auto, provider: { quantizations: ["fp8"] } }],
  ["plugins.0.cost_quality_tradeoff", plugin({ cost_quality_tradeoff: 11 })],
  ["plugins.0.excluded_models", plugin({ excluded_models: "gpt" })],
  ["session_id", { ...auto, session_id: "" }],
  ["fallbacks.0", { model: "gpt-6-luna", fallbacks: [{ "gpt-6-luna": ["gpt-6.1-sol"] }] }],
  ["api_base", { model: "auto", api_base: "http://127.0.0.1:1" }],
  ["api_key", { model: "auto", api_key: "a-key" }],
  ["max_cost_per_million_tokens", { model: "router", max_cost_per_million_tokens: "5" }],
  ["model", { model: "router-mf-1.5" }],
];

test.each(refusals)("%s: what cannot be kept to is a 400 that names it as it was written: %j", async (param, body) => {
  const { status, json } = await post(gateway.url, body);
  expect(status, JSON.stringify(json)).toBe(400);
  const { error } = json as unknown as { error: { param: string; message: string } };
  expect(error.param).toBe(param);
  expect(error.message.startsWith(`${param}: `)).toBe(true);
});

test("every spelling that the guide shows in a table is one of these", () => {
  const guide = readFileSync(new URL("../../../../../docs/guide/migrating.md", import.meta.url), "utf8");
  const tried = JSON.stringify([Object.values(spellings), refusals]).toLowerCase();
  const cells = [...guide.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].map(([, cell]) => cell ?? "");
  expect(cells.length).toBeGreaterThan(20);
  for (const [, spelling = ""] of cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)])) {
    const written = spelling.replace(/^(?:plugins\[\]|provider)\./, "").toLowerCase();
    expect(tried, `${spelling} of the guide`).toContain(`"${written}"`);
  }
});

describe("what reaches the provider", () => {
  const providers = threeProviders();

  test("nothing of it does", async () => {
    const theirs = {
      ...plugin({ cost_quality_tradeoff: 3 }),
      models: ["openai/*"],
      provider: { only: ["openai"], sort: "price" },
      route: "fallback",
      transforms: [],
      usage: { include: true },
      session_id: "s1",
      num_retries: 1,
      timeout: 5,
      tags: ["a"],
      cache: { "no-cache": true },
      max_cost: 1,
    };
    const { status } = await post(providers.gateway.url, theirs, { "x-portkey-provider": "openai", "x-title": "mine" });
    expect(status).toBe(200);
    const [{ body, headers }] = providers.openai.requests;
    expect(Object.keys(body).sort()).toEqual(["messages", "model"]);
    expect(Object.keys(headers).filter((name) => /portkey|title/.test(name))).toEqual([]);
  });

  test.each([
    ["LiteLLM's fallbacks", { fallbacks: ["anthropic/claude-haiku-5-5"] }],
    ["OpenRouter's models", { models: ["anthropic/claude-haiku-5-5"] }],
  ])("%s take over where the named model fails", async (_, fallbacks) => {
    providers.openai.answer(() => ({ status: 500, json: { error: { message: "broken" } } }));
    const { status, headers } = await post(providers.gateway.url, { model: "openai/gpt-6-luna", ...fallbacks });
    expect(status).toBe(200);
    expect(headers.get("x-onehead-model")).toBe("claude-haiku-5-5");
  });
});
