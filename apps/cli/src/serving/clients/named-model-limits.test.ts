import { afterAll, beforeAll, expect, test } from "vitest";
import { openAiCompletion } from "./provider-words.fixture.js";
import { type ScriptedUpstream, startScriptedUpstream } from "./scripted-upstream.fixture.js";
import { startGateway, type TestGateway } from "./test-gateway.fixture.js";

let upstream: ScriptedUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await startScriptedUpstream((request) =>
    request.body["model"] === "gpt-4o-2024-08-06"
      ? { status: 503, json: { error: { message: "busy" } } }
      : openAiCompletion(request, { content: "From the script." }),
  );
  // USD 2 per million tokens in, 10 out: see the fixture
  gateway = await startGateway(
    { OPENAI_API_KEY: "a-key", OPENAI_BASE_URL: `${upstream.url}/v1` },
    { serve: { retries: 0 } },
  );
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

const ask = (body: object) =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-6-luna", messages: [{ role: "user", content: "Hi there" }], ...body }),
  });

test.each([
  ["exclude", { exclude: ["gpt-6*"] }],
  ["providers", { providers: ["anthropic"] }],
  ["maxInputUsdPerMillionTokens", { maxInputUsdPerMillionTokens: 1.9 }],
  ["maxOutputUsdPerMillionTokens", { maxOutputUsdPerMillionTokens: 9.9 }],
  ["maxCostUsd", { maxCostUsd: 0 }],
])("%s can refuse the model that a request names, and nobody is asked", async (option, router) => {
  const before = upstream.requests.length;
  const response = await ask({ router });
  const { error } = (await response.json()) as { error: { message: string; param: string } };
  expect(response.status, error.message).toBe(400);
  expect(error.param).toBe(`router.${option}`);
  expect(error.message).toMatch(/rules out gpt-6-luna, which the request names: /);
  expect(upstream.requests.length).toBe(before);
});

test("limits that it keeps to say nothing against it", async () => {
  const router = {
    exclude: ["claude-*"],
    providers: ["openai"],
    maxInputUsdPerMillionTokens: 2,
    maxOutputUsdPerMillionTokens: 10,
    maxCostUsd: 0.01,
  };
  expect((await ask({ router })).status).toBe(200);
});

test("what it falls back to is held to them too", async () => {
  const model = "gpt-4o-2024-08-06";
  const models = ["gpt-6-luna", "gpt-4o-mini-2024-07-18"];
  expect((await ask({ model, router: { models } })).headers.get("x-onehead-model")).toBe("gpt-6-luna");
  const other = await ask({ model, router: { models, exclude: ["gpt-6-luna"] } });
  expect(other.headers.get("x-onehead-model")).toBe("gpt-4o-mini-2024-07-18");
});
