import { afterAll, beforeAll, expect, test } from "vitest";
import { anthropicMessage, openAiCompletion } from "./provider-words.fixture.js";
import { type ScriptedUpstream, startScriptedUpstream } from "./scripted-upstream.fixture.js";
import { startGateway, type TestGateway } from "./test-gateway.fixture.js";

const text = "From the script.";
let anthropic: ScriptedUpstream;
let openai: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  anthropic = await startScriptedUpstream((request) => anthropicMessage(request, [{ type: "text", text }]));
  openai = await startScriptedUpstream((request) => openAiCompletion(request, { content: text }));
  gateway = await startGateway(
    {
      OPENAI_API_KEY: "openai-key",
      OPENAI_BASE_URL: `${openai.url}/v1`,
      ANTHROPIC_API_KEY: "anthropic-key",
      ANTHROPIC_BASE_URL: anthropic.url,
    },
    { serve: { retries: 0, breaker: { failures: 1, openMs: 60_000 } } },
  );
});
afterAll(async () => {
  await gateway?.close();
  await anthropic?.close();
  await openai?.close();
});

async function ask(): Promise<{
  tries: Array<{ model: string; outcome: string }>;
  unresolvedAtMostUsd: number | null;
}> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "claude-haiku-5-5",
      models: ["gpt-6-luna"],
      max_tokens: 100,
      messages: [{ role: "user", content: "Hi" }],
    }),
  });
  await response.text();
  return (await gateway.decision(response.headers.get("x-onehead-decision-id") ?? "")) as never;
}

test("where the first choice is passed over, the model that is asked first is on record with what it can cost", async () => {
  anthropic.answer(() => ({ status: 500, json: { error: { type: "api_error", message: "broken" } } }));
  await ask();
  // answered, but nobody says for how many tokens
  openai.answer((request) => {
    const answer = openAiCompletion(request, { content: text });
    if (!("json" in answer)) return answer;
    const { usage: _, ...uncounted } = answer.json as Record<string, unknown>;
    return { json: uncounted };
  });
  const { tries, unresolvedAtMostUsd } = await ask();
  expect(tries.map(({ model, outcome }) => `${model} ${outcome}`)).toEqual([
    "claude-haiku-5-5 circuit-open",
    "gpt-6-luna answered",
  ]);
  // at least its 100 tokens of output at 10 USD a million
  expect(unresolvedAtMostUsd).toBeGreaterThan(0.001);
});
