import { LLMock } from "@copilotkit/aimock";
import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent, createMiddleware, humanInTheLoopMiddleware } from "langchain";
import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { FakeModel, FakeToolModel, whole } from "../fake-model.fixture.js";
import { outcomeOf } from "../index.js";
import { routerWith } from "../test-router.fixture.js";
import { routedModelMiddleware } from "./index.js";

const mock = new LLMock({ port: 0 });
const weather = tool(async ({ city }) => `rain in ${city}`, {
  name: "weather",
  description: "The weather of a city",
  schema: z.object({ city: z.string() }),
});
const asked = { messages: [new HumanMessage("How is the weather?")] };

beforeAll(async () => {
  mock.on({ userMessage: "broken", model: "first" }, { error: { message: "no", type: "server_error" }, status: 503 });
  mock.on(
    { userMessage: "weather", hasToolResult: false },
    { toolCalls: [{ name: "weather", arguments: '{"city":"Paris"}' }] },
  );
  mock.on({ userMessage: "weather", hasToolResult: true }, { content: "It rains in Paris." });
  mock.on(
    { userMessage: "call for the capital" },
    { toolCalls: [{ name: "extract", arguments: '{"capital":"Paris"}' }] },
  );
  mock.onMessage("capital", { content: '{"capital":"Paris"}' });
  await mock.start();
});
afterAll(() => mock.stop());

const openAI = (model: string) =>
  new ChatOpenAI({ model, apiKey: "a-key", configuration: { baseURL: `${mock.url}/v1` } });

/** An agent whose own model is never to be asked. */
function agentWith(options: { decide?: "run" | "step"; names?: [string, string] } = {}) {
  const { decide, names = ["first", "second"] } = options;
  const router = routerWith();
  const models = { first: openAI(names[0]), second: openAI(names[1]) };
  const middleware = [routedModelMiddleware({ router, models, decide, preference: { costQuality: 3 } })] as const;
  const own = new FakeModel([new Error("not this one")]);
  return { router, middleware, own };
}

test.each([
  ["run", 1],
  ["step", 2],
] as const)("decides once a %s", async (decide, times) => {
  const { router, middleware, own } = agentWith({ decide });
  const agent = createAgent({ model: own, tools: [weather], middleware });
  const { messages } = await agent.invoke(asked);
  expect(messages.map(({ type }) => type)).toEqual(["human", "ai", "tool", "ai"]);
  expect(messages.at(-1)?.text).toBe("It rains in Paris.");
  expect(outcomeOf(messages.at(-1)?.response_metadata)).toMatchObject({ decision: { id: "decision" }, model: "first" });
  expect(router.requests.length).toBe(times);
  expect(router.requests[0]).toMatchObject({ costQuality: 3, models: ["first", "second"] });
  expect(router.requests[0]?.request.tools).toMatchObject([{ name: "weather" }]);
  expect(own.calls).toEqual([]);
});

test("decides anew for each message of the user, and for each thread, which is the conversation", async () => {
  const { router, middleware, own } = agentWith();
  const systemPrompt = "You know the weather.";
  const agent = createAgent({
    model: own,
    tools: [weather],
    middleware,
    systemPrompt,
    checkpointer: new MemorySaver(),
  });
  for (const thread_id of ["one", "one", "two"]) {
    await agent.invoke({ messages: [new HumanMessage("weather")] }, { configurable: { thread_id } });
  }
  expect(router.requests.map(({ conversationId }) => conversationId)).toEqual(["one", "one", "two"]);
  expect(router.requests[0]?.request.messages[0]).toEqual({ role: "system", content: systemPrompt });
});

test("decides anew for a message that comes again", async () => {
  const { router, middleware, own } = agentWith();
  const agent = createAgent({ model: own, tools: [weather], middleware });
  const again = { messages: [new HumanMessage({ id: "again", content: "weather" })] };
  await agent.invoke(again);
  await agent.invoke(again);
  expect(router.requests.length).toBe(2);
});

test("keeps the decision of a run that was interrupted", async () => {
  const { router, middleware, own } = agentWith();
  const approval = humanInTheLoopMiddleware({ interruptOn: { weather: true } });
  const agent = createAgent({
    model: own,
    tools: [weather],
    middleware: [...middleware, approval],
    checkpointer: new MemorySaver(),
  });
  const thread = { configurable: { thread_id: "one" } };
  await agent.invoke(asked, thread);
  const { messages } = await agent.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }), thread);
  expect(messages.at(-1)?.text).toBe("It rains in Paris.");
  expect(router.requests.length).toBe(1);
});

test("runs beside each other keep their own decisions", async () => {
  const { router, middleware, own } = agentWith();
  const agent = createAgent({ model: own, tools: [weather], middleware });
  await Promise.all([agent.invoke(asked), agent.invoke({ messages: [new HumanMessage("weather")] })]);
  expect(router.requests.length).toBe(2);
});

test("falls back within a step", async () => {
  const { router, middleware, own } = agentWith();
  const agent = createAgent({ model: own, tools: [weather], middleware });
  const { messages } = await agent.invoke({ messages: [new HumanMessage("The broken weather")] });
  expect(messages.at(-1)?.text).toBe("It rains in Paris.");
  expect(outcomeOf(messages.at(-1)?.response_metadata)?.model).toBe("second");
  expect(router.requests.length).toBe(1);
});

test.each([
  ["by a tool", "Please call for the capital", ["first", "second"]],
  ["by what all candidates can do", "The capital of France", ["gpt-5-nano", "gpt-4.1-nano"]],
] as const)("gives structured answers, %s", async (_, question, names) => {
  const { middleware, own } = agentWith({ names: [...names] });
  const responseFormat = z.object({ capital: z.string() }).meta({ title: "extract" });
  const agent = createAgent({ model: own, tools: [], middleware, responseFormat });
  const { structuredResponse } = await agent.invoke({ messages: [new HumanMessage(question)] });
  expectTypeOf(structuredResponse).toEqualTypeOf<{ capital: string }>();
  expect(structuredResponse).toEqual({ capital: "Paris" });
});

test("shows each token once", async () => {
  const { middleware, own } = agentWith();
  const agent = createAgent({ model: own, tools: [weather], middleware });
  const texts = new Map<string, string>();
  for await (const [message] of await agent.stream(asked, { streamMode: "messages" })) {
    if (message.type === "ai") texts.set(message.id ?? "", `${texts.get(message.id ?? "") ?? ""}${message.text}`);
  }
  expect([...texts.values()].filter((text) => text !== "")).toEqual(["It rains in Paris."]);
});

test("reads what other middleware asks of the router", async () => {
  const router = routerWith();
  const models = { first: new FakeToolModel(whole) };
  const asks = createMiddleware({
    name: "asks",
    wrapModelCall: (request, handler) => handler({ ...request, modelSettings: { onehead: { costQuality: 9 } } }),
  });
  const middleware = [asks, routedModelMiddleware({ router, models })];
  await createAgent({ model: new FakeModel([]), tools: [], middleware }).invoke(asked);
  expect(router.requests).toMatchObject([{ costQuality: 9 }]);
});

test("says at once what cannot be", () => {
  expect(() => routedModelMiddleware({ router: routerWith(), models: {} })).toThrow("models");
  const models = { first: new FakeModel(whole) };
  expect(() => routedModelMiddleware({ router: routerWith(), models, decide: "never" as never })).toThrow("decide");
});
