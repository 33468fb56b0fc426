import { afterAll, beforeAll, expect, test } from "vitest";
import { startGateway, type TestGateway } from "./test-gateway.fixture.js";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway?.close());

const messages = [{ role: "user", content: "Hi" }];

async function refusal(body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "auto", messages, ...body }),
  });
  const { error } = (await response.json()) as { error: { message: string; param: string; type: string } };
  return { status: response.status, error };
}

test.each<[string, object]>([
  ["router", { router: "cheap" }],
  ["router.willingnessToPayUsd", { router: { willingnessToPayUsd: 0 } }],
  ["router.willingnessToPayUsd", { router: { willingnessToPayUsd: "much" } }],
  ["router.costQuality", { router: { costQuality: 11 } }],
  ["router.maxCostUsd", { router: { maxCostUsd: -1 } }],
  ["router.min_quality", { router: { min_quality: 2 } }],
  ["router.models", { router: { models: [] } }],
  ["router.models.0", { router: { models: [3] } }],
  ["router.models", { router: { models: ["nobody"] } }],
  ["router.models", { router: { models: ["nobody-*"] } }],
  ["models", { models: ["nobody"] }],
  ["router.providers", { router: { providers: ["nobody"] } }],
  ["router.maxInputUsdPerMillionTokens", { router: { maxInputUsdPerMillionTokens: 0 } }],
  ["router.exclude", { router: { exclude: "gpt-*" } }],
  ["router.sticky", { router: { sticky: "maybe" } }],
  ["router.conversationId", { router: { conversationId: "" } }],
  ["router.dryRun", { router: { dryRun: "true" } }],
  ["router.explain", { router: { explain: 1 } }],
  ["router.preferCheap", { router: { preferCheap: true } }],
  ["metadata.onehead_cost_quality", { metadata: { onehead_cost_quality: "high" } }],
  ["metadata.onehead_cost_qualty", { metadata: { onehead_cost_qualty: "3" } }],
  ["models.0", { models: [3] }],
  ["plugins.1.allowed_models", { plugins: [{ id: "web" }, { id: "auto-router", allowed_models: "all" }] }],
  ["willingness_to_pay", { willingness_to_pay: "much" }],
  ["max_cost", { max_cost: -1 }],
  ["model", { model: "auto:-1" }],
  ["model", { model: "auto:" }],
  ["model", { model: "router-mf-1.5" }],
])("%s: a bad value is a 400 naming it: %j", async (param, body) => {
  const { status, error } = await refusal(body);
  expect(status).toBe(400);
  expect(error).toMatchObject({ param, type: "invalid_request_error" });
  expect(error.message.startsWith(`${param}: `)).toBe(true);
});

test.each([
  ["x-onehead-cost-quality", "high"],
  ["x-onehead-willingness-to-pay-usd", "-1"],
  ["x-onehead-max-cost-usd", ""],
  ["x-onehead-dry-run", "perhaps"],
  ["x-onehead-sticky", "perhaps"],
])("%s: %j is a 400 naming it", async (header, value) => {
  const { status, error } = await refusal({}, { [header]: value });
  expect(status).toBe(400);
  expect(error).toMatchObject({ param: header });
});

test("that nobody may be taken is a 400 that says why of each", async () => {
  const { status, error } = await refusal({ router: { exclude: ["*"] } });
  expect(status).toBe(400);
  expect(error.message).toMatch(/exclude|deny|denied/);
});
