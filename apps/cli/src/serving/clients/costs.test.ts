import { afterAll, beforeAll, expect, test } from "vitest";
import { anthropicMessage } from "./provider-words.fixture.js";
import { type ScriptedUpstream, startScriptedUpstream } from "./scripted-upstream.fixture.js";
import { startGateway, type TestGateway } from "./test-gateway.fixture.js";

let upstream: ScriptedUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await startScriptedUpstream((request) => anthropicMessage(request, [{ type: "text", text: "Hi" }]));
  gateway = await startGateway(
    { ANTHROPIC_API_KEY: "a-key", ANTHROPIC_BASE_URL: upstream.url },
    {
      prices: {
        "claude-haiku-5-5": { inputUsdPerMillionTokens: 100, outputUsdPerMillionTokens: 1_000 },
        "claude-sonnet-5-5": { factor: 2 },
      },
    },
  );
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

test.each([
  // 11 · 100 + 7 · 1000 millionths
  ["claude-haiku-5-5", 0.0081],
  // twice the list's 11 · 3 + 7 · 15 millionths
  ["claude-sonnet-5-5", 0.000276],
])("a price that the configuration states is what %s is decided by and what it is paid for", async (model, costUsd) => {
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "auto",
      router: { models: [model] },
      max_tokens: 9,
      messages: [{ role: "user", content: "Hi" }],
    }),
  });
  expect(response.status).toBe(200);
  const { costUsd: settled, ranking } = await gateway.decision(response.headers.get("x-onehead-decision-id") ?? "");
  expect(settled).toBeCloseTo(costUsd, 12);
  expect(ranking[0].predictedCostUsd).toBeGreaterThan(0);
});
