import Anthropic from "@anthropic-ai/sdk";
import { LLMock } from "@copilotkit/aimock";
import { createAnthropic, routed as routedAnthropic } from "@onehead/anthropic";
import { createOpenAI, outcomeOf, routed as routedOpenAI } from "@onehead/openai";
import { collectStream, PriceBook, type RouteOutcome } from "@onehead/provider";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { createRuntime } from "./create-runtime.js";
import { routedChatModel } from "./models/routed-chat-model.js";
import { testEmbedder, testRouter } from "./test-router.fixture.js";

const router = testRouter();
const [cheap, middle, dear] = router.candidates.map(({ id }) => id);
const outcomes: RouteOutcome[] = [];
let mock: LLMock;

beforeAll(async () => {
  mock = new LLMock({ port: 0 });
  mock.on({ userMessage: "broken", model: cheap }, { error: { message: "no", type: "server_error" }, status: 503 });
  mock.onMessage("broken", { content: "From another one." });
  mock.onMessage("hello", { content: "Hello from the mock, in several pieces." });
  await mock.start();
});
afterAll(async () => {
  await mock.stop();
});
afterEach(() => {
  outcomes.length = 0;
});

const price = (provider: string, model: string, usd: number) => ({
  provider,
  model,
  kind: "chat" as const,
  prices: { inputUsdPerMillionTokens: usd, outputUsdPerMillionTokens: 4 * usd, source: "made up", asOf: "2026-11-26" },
  capabilities: {},
});

function makeRuntime() {
  return createRuntime({
    router,
    embedder: testEmbedder(router),
    names: {
      [cheap]: { provider: "openai", model: cheap },
      [middle]: { provider: "anthropic", model: middle },
      [dear]: { provider: "openai", model: dear },
    },
    prices: new PriceBook([price("openai", cheap, 0.1), price("anthropic", middle, 1), price("openai", dear, 10)], {
      now: () => Date.parse("2026-11-26"),
    }),
    retry: { retries: 1, backOffMs: 1 },
    onOutcome: (outcome) => void outcomes.push(outcome),
  });
}

/** What the outcome costs by the usage that was settled, in USD. */
const costOf = (input: number, output: number, usd: number) => (input * usd + output * 4 * usd) / 1e6;

describe("a client of one's own, routed by the runtime", () => {
  test("OpenAI's, typed as before: created, streamed, with fallback and its cost", async () => {
    const client = routedOpenAI(new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: "a-key" }), makeRuntime());
    expectTypeOf(client).toEqualTypeOf<OpenAI>();
    const messages = [{ role: "user" as const, content: "Say hello" }];
    const completion = await client.chat.completions.create({ model: "auto:0.0000001", messages });
    expect(completion.choices[0].message.content).toBe("Hello from the mock, in several pieces.");
    expect(completion.model).toBe(cheap);
    const { prompt_tokens: input = 0, completion_tokens: output = 0 } = completion.usage ?? {};
    expect(outcomeOf(completion)?.costUsd).toBeCloseTo(costOf(input, output, 0.1), 12);

    const stream = await client.chat.completions.create({
      model: "auto:0.0000001",
      messages: [{ role: "user", content: "broken" }],
      stream: true,
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe("From another one.");
    expect(outcomes.at(-1)?.tries.map(({ model, outcome }) => `${model} ${outcome}`)).toEqual([
      `${cheap} failed`,
      `${cheap} failed`,
      `${middle} answered`,
    ]);
    expect(outcomes.at(-1)?.unresolvedTries).toBe(0);
  });

  test("Anthropic's, typed as before", async () => {
    const client = routedAnthropic(new Anthropic({ baseURL: mock.url, apiKey: "a-key" }), makeRuntime());
    expectTypeOf(client).toEqualTypeOf<Anthropic>();
    const request = { model: "auto", max_tokens: 100, messages: [{ role: "user" as const, content: "Say hello" }] };
    const message = await client.messages.create(request);
    expect(message.content).toMatchObject([{ type: "text", text: "Hello from the mock, in several pieces." }]);
    const final = await client.messages.stream(request).finalMessage();
    expect(final.content).toMatchObject([{ type: "text", text: "Hello from the mock, in several pieces." }]);
    expect(outcomes.map(({ unresolvedTries }) => unresolvedTries)).toEqual([0, 0]);
  });
});

test("models of several providers in one pool fall back from one to the other", async () => {
  const openai = createOpenAI({ baseUrl: `${mock.url}/v1`, apiKey: "a-key" });
  const anthropic = createAnthropic({ client: new Anthropic({ baseURL: mock.url, apiKey: "a-key" }) });
  const model = routedChatModel({
    router: makeRuntime(),
    models: { [cheap]: openai.chatModel(cheap), [middle]: anthropic.chatModel(middle), [dear]: openai.chatModel(dear) },
    preference: { willingnessToPayUsd: 1e-7 },
  });
  const request = { messages: [{ role: "user" as const, content: "broken" }] };
  const whole = await model.generate(request);
  const streamed = await collectStream(await model.stream(request));
  for (const { content } of [whole, streamed]) expect(content).toEqual([{ type: "text", text: "From another one." }]);
  expect(whole.onehead).toMatchObject({ model: middle, unresolvedTries: 0 });
  const { inputTokens = 0, outputTokens = 0 } = whole.usage;
  expect(whole.onehead.costUsd).toBeCloseTo(costOf(inputTokens, outputTokens, 1), 12);
});
