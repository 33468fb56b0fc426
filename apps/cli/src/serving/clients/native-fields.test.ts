import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { notingFetch } from "./noting-fetch.fixture.mjs";
import { threeProviders } from "./three-providers.fixture.js";

const providers = threeProviders();
const by = (provider: string) => ({ model: "auto", router: { models: [`${provider}/*`] } });
const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
  const response = await fetch(`${providers.gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, json: (await response.json()) as never };
};
const messages = [{ role: "user" as const, content: "Hi" }];

describe("to a provider that speaks the client's interface", () => {
  const nested = { a: [1, { b: null }], é: "ü" };

  test.each([
    ["/v1/chat/completions", "openai", { messages, new_field: nested, service_tier: "flex", user: "u", n: 2, seed: 7 }],
    ["/v1/chat/completions", "openai", { messages, logprobs: true, top_logprobs: 3, logit_bias: { "50256": -100 } }],
    ["/v1/responses", "openai", { input: "Hi", new_field: nested, truncation: "auto", include: ["a.b"], store: false }],
    ["/v1/messages", "anthropic", { messages, max_tokens: 9, new_field: nested, service_tier: "auto", top_k: 3 }],
  ] as const)("%s: a body for %s arrives as it was sent, whatever is in it: %j", async (path, provider, fields) => {
    const { status } = await post(path, { ...by(provider), ...fields });
    expect(status).toBe(200);
    const { model, ...sent } = providers[provider].requests[0].body;
    expect(sent).toEqual(fields);
    expect(providers.gateway.engine.findModel(String(model))?.provider).toBe(provider);
  });

  test("what the router alone understands is taken out", async () => {
    const ours = { metadata: { onehead_cost_quality: "3", mine: "kept" }, willingness_to_pay: undefined, max_cost: 1 };
    await post("/v1/chat/completions", { ...by("openai"), messages, ...ours });
    const { model: _, ...sent } = providers.openai.requests[0].body;
    expect(sent).toEqual({ messages, metadata: { mine: "kept" } });
  });

  test("headers by which a client says what its body means go along, its key does not", async () => {
    const client = new Anthropic({ baseURL: providers.gateway.url, apiKey: "the-clients-own" });
    await client.beta.messages.create({ ...by("anthropic"), max_tokens: 9, messages, betas: ["a-beta-2026-01-01"] });
    const [{ headers }] = providers.anthropic.requests;
    expect(headers["anthropic-beta"]).toBe("a-beta-2026-01-01");
    expect(headers["anthropic-version"]).toBe("2026-10-21");
    expect(headers["x-api-key"]).toBe("anthropic-key");
    await post("/v1/responses", { ...by("openai"), input: "Hi" }, { "openai-beta": "x=v1", authorization: "Bearer y" });
    expect(providers.openai.requests[0].headers).toMatchObject({
      "openai-beta": "x=v1",
      authorization: "Bearer openai-key",
    });
    expect(JSON.stringify(providers.anthropic.requests)).not.toContain("the-clients-own");
  });

  test("a refusal is told in the provider's own words, with the field and the fault as it has named them", async () => {
    const error = {
      message: "the user is too long: 70 characters, at most 64",
      type: "invalid_request_error",
      param: "user",
      code: "string_above_max_length",
    };
    providers.openai.answer(() => ({ status: 400, json: { error } }));
    const { status, json } = await post("/v1/chat/completions", { ...by("openai"), messages });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error });
  });

  test("several answers, and chances of tokens, come back as the provider gave them", async () => {
    const logprobs = { content: [{ token: "Hi", logprob: -0.5, bytes: [72, 105], top_logprobs: [] }], refusal: null };
    const choice = (index: number) => ({
      index,
      message: { role: "assistant", content: `Answer ${index}`, refusal: null },
      logprobs,
      finish_reason: "stop",
    });
    providers.openai.answer(({ body }) => ({
      json: {
        id: "chatcmpl-two",
        object: "chat.completion",
        created: 1,
        model: body["model"],
        choices: [choice(0), choice(1)],
        usage: { prompt_tokens: 11, completion_tokens: 14, total_tokens: 25 },
      },
    }));
    const { fetch, ids } = notingFetch();
    const client = new OpenAI({ baseURL: `${providers.gateway.url}/v1`, apiKey: "any", fetch });
    const { choices } = await client.chat.completions.create({ model: "auto", messages, n: 2, logprobs: true });
    expect(choices).toMatchObject([choice(0), choice(1)]);
    // 11 · 2 + 14 · 10 millionths
    await providers.gateway.settled(ids[0], { costUsd: 0.000162 });
  });
});

describe("to a provider that does not speak it", () => {
  test.each(["anthropic", "google"] as const)("fields that nobody knows do not reach %s", async (provider) => {
    const fields = { messages, new_field: "secret-of-openai", service_tier: "flex", user: "somebody", store: true };
    expect((await post("/v1/chat/completions", { ...by(provider), ...fields, max_tokens: 123 })).status).toBe(200);
    const sent = JSON.stringify(providers[provider].requests[0].body);
    for (const word of ["new_field", "secret-of-openai", "service_tier", "somebody", "store", "router"]) {
      expect(sent).not.toContain(word);
    }
    expect(sent).toContain("123");
  });

  test("headers of another interface do not go along", async () => {
    const headers = { "anthropic-beta": "b", "openai-beta": "x=v1" };
    await post("/v1/chat/completions", { ...by("anthropic"), messages }, headers);
    await post("/v1/messages", { ...by("openai"), max_tokens: 9, messages }, headers);
    expect(providers.anthropic.requests[0].headers).not.toHaveProperty("anthropic-beta");
    expect(providers.openai.requests[0].headers).not.toHaveProperty("openai-beta");
  });
});

describe("what a translation cannot say", () => {
  const search = { type: "web_search_20260318", name: "web_search" };
  test.each([
    ["/v1/chat/completions", "openai", { messages, n: 2 }, "n"],
    ["/v1/chat/completions", "openai", { messages, logit_bias: { "1": 1 } }, "logit_bias"],
    [
      "/v1/chat/completions",
      "openai",
      { messages, tools: [{ type: "custom", custom: { name: "c" } }] },
      "tools[0].type",
    ],
    ["/v1/responses", "openai", { input: "Hi", tools: [{ type: "web_search" }] }, "tools[0].type"],
    ["/v1/responses", "openai", { input: "Hi", background: true }, "background"],
    ["/v1/messages", "anthropic", { messages, max_tokens: 9, tools: [search] }, "tools.0.type"],
    ["/v1/messages", "anthropic", { messages, max_tokens: 9, container: "c" }, "container"],
  ] as const)("%s goes to %s alone, or to nobody: %j", async (path, provider, fields, param) => {
    const { status } = await post(path, { model: "auto", ...fields });
    expect(status).toBe(200);
    expect(providers[provider].requests).toHaveLength(1);
    const others = (["openai", "anthropic", "google"] as const).filter((name) => name !== provider);
    for (const other of others) {
      const refused = await post(path, { ...by(other), ...fields });
      expect(refused.status).toBe(400);
      expect(refused.json).toMatchObject({ error: { message: expect.stringContaining(`${param}: `) } });
      if (path !== "/v1/messages") expect(refused.json).toMatchObject({ error: { param } });
      expect(providers[other].requests).toEqual([]);
    }
  });

  test("JSON without a schema, which Claude has not, goes on to whoever has it", async () => {
    const fields = { messages, response_format: { type: "json_object" } };
    const { status, headers } = await post("/v1/chat/completions", {
      ...fields,
      model: "claude-haiku-5-5",
      models: ["gpt-6-luna"],
    });
    expect(status).toBe(200);
    expect(headers.get("x-onehead-model")).toBe("gpt-6-luna");
    expect(providers.anthropic.requests).toEqual([]);
    const refused = await post("/v1/responses", {
      ...by("anthropic"),
      input: "Hi",
      text: { format: { type: "json_object" } },
    });
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ error: { param: "text.format" } });
  });

  test("of a model that is named is a 400 naming the field, before anything is sent", async () => {
    const refused = await post("/v1/chat/completions", { model: "claude-haiku-5-5", messages, n: 2 });
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ error: { param: "n", type: "invalid_request_error" } });
    expect(providers.anthropic.requests).toEqual([]);
  });
});
