import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openAiCompletion } from "./clients/provider-words.fixture.js";
import { startScriptedUpstream } from "./clients/scripted-upstream.fixture.js";
import { startGateway } from "./clients/test-gateway.fixture.js";
import { serveSchema } from "./serve-config.js";

const guide = readFileSync(new URL("../../../../docs/guide/gateway.md", import.meta.url), "utf8");

test("the guide's table has every setting of `serve`, in order, with its default", () => {
  const [, table = ""] = /<!-- settings:[\s\S]*?-->([\s\S]*?)<!-- \/settings -->/.exec(guide) ?? [];
  const rows = [...table.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, name, value]) => [name, value]);
  const defaults = serveSchema.parse({}) as Record<string, unknown>;
  const expected = Object.keys(serveSchema.shape).map((name) => {
    const value = defaults[name];
    return [name, value === undefined ? "none" : `\`${JSON.stringify(value)}\``];
  });
  expect(rows).toEqual(expected);
});

test("the guide names every setting of a provider", () => {
  const [, row = ""] = /^\| `providers` \|.*?\| (.*) \|$/m.exec(guide) ?? [];
  const { shape } = serveSchema.shape.providers.unwrap().valueType;
  expect([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(Object.keys(shape).sort());
});

test("`allow` and `deny` bound what is chosen", async () => {
  const gateway = await startGateway({}, { allow: ["gpt-*", "claude-*"], deny: ["gpt-6*"] });
  try {
    const response = await fetch(`${gateway.url}/v1/route`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: "Hi" }] }),
    });
    const { decision } = (await response.json()) as { decision: { ranking: Array<{ model: string }> } };
    const ids = decision.ranking.map(({ model }) => model);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !/^(gpt-4|gpt-oss|claude)-?/.test(id))).toEqual([]);
  } finally {
    await gateway.close();
  }
});

test("a name in `models` that the router knows nothing of is told of", async () => {
  const gateway = await startGateway({}, { models: ["gpt-6-luna", "my-llama"] });
  try {
    expect(gateway.engine.about.notices).toContainEqual(
      expect.stringMatching(/^Named in `models` and never.*: my-llama\./),
    );
  } finally {
    await gateway.close();
  }
});

test("names that leave no candidate are an error that has them", async () => {
  await expect(startGateway({}, { models: ["gpt-6-lunar"] })).rejects.toThrow(
    "models: gpt-6-lunar: no candidate of this router",
  );
  await expect(startGateway({}, { allow: ["gtp-*"] })).rejects.toThrow("allow: gtp-*: no candidate of this router");
});

test("a further model of `names` is listed, asked at its provider by its name there, and priced; a name for a candidate is another model", async () => {
  const upstream = await startScriptedUpstream((request) => openAiCompletion(request, { content: "From the script." }));
  const gateway = await startGateway(
    { OPENAI_API_KEY: "a-key", OPENAI_BASE_URL: `${upstream.url}/v1` },
    {
      prices: { local: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 } },
      serve: {
        providers: { vllm: { kind: "openai-compatible", baseUrl: `${upstream.url}/v1` } },
        names: {
          local: { provider: "vllm", model: "my-model" },
          fast: { provider: "openai", model: "gpt-6-luna" },
          keyless: { provider: "anthropic", model: "claude-opus-5-5" },
        },
      },
    },
  );
  try {
    const ask = (body: object) =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ messages: [{ role: "user", content: "Hi" }], ...body }),
      });
    const list = (await (await fetch(`${gateway.url}/v1/models`)).json()) as { data: Array<{ id: string }> };
    const ids = list.data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["auto", "gpt-6-luna", "local", "fast"]));
    expect(ids).not.toContain("keyless");
    for (const [model, there] of [
      ["local", "my-model"],
      ["vllm/my-model", "my-model"],
      ["fast", "gpt-6-luna"],
    ]) {
      const { status, headers } = await ask({ model });
      expect(status).toBe(200);
      expect(upstream.requests.at(-1)?.body["model"]).toBe(there);
      expect(Number(headers.get("x-onehead-cost-usd"))).toBeGreaterThan(0);
    }
    const refused = (await (await ask({ model: "keyless" })).json()) as { error: { message: string } };
    expect(refused.error.message).toContain("keyless is anthropic's, for which no key is set");
    const routed = await ask({ model: "auto" });
    expect(["local", "fast"]).not.toContain(routed.headers.get("x-onehead-model"));
  } finally {
    await gateway.close();
    await upstream.close();
  }
});
