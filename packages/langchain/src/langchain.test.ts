import { LLMock } from "@copilotkit/aimock";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent, toolStrategy } from "langchain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { outcomeOf, RoutedChatModel } from "./index.js";
import { routerWith } from "./test-router.fixture.js";

const mock = new LLMock({ port: 0 });
const words = "Hello from the mock, in several pieces.";
const capital = z.object({ capital: z.string() });
const weather = tool(async ({ city }) => `rain in ${city}`, {
  name: "weather",
  description: "The weather of a city",
  schema: z.object({ city: z.string() }),
});

beforeAll(async () => {
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
  mock.on({ userMessage: "broken", model: "first" }, { error: { message: "no", type: "server_error" }, status: 503 });
  mock.onMessage("broken", { content: "From the second." });
  mock.onMessage("hello", { content: words });
  await mock.start();
});
afterAll(() => mock.stop());

function routed(names = { first: "first", second: "second" }) {
  const openAI = (model: string) =>
    new ChatOpenAI({ model, apiKey: "a-key", configuration: { baseURL: `${mock.url}/v1` } });
  const router = routerWith();
  const models = { first: openAI(names.first), second: openAI(names.second) };
  return { router, models, model: new RoutedChatModel({ router, models }) };
}

describe("LangChain's own functions over a routed model", () => {
  test("invoke", async () => {
    const { model, router } = routed();
    const message = await model.invoke("Say hello");
    expect(message.text).toBe(words);
    expect(outcomeOf(message.response_metadata)).toMatchObject({
      decision: { id: "decision", model: "first", ranking: [{ model: "first" }, { model: "second" }] },
      model: "first",
    });
    expect(outcomeOf(message.response_metadata)?.costUsd).toBeGreaterThan(0);
    expect(router.settled).toEqual([
      { inputTokens: message.usage_metadata?.input_tokens, outputTokens: message.usage_metadata?.output_tokens },
    ]);
  });

  test("stream", async () => {
    const { model } = routed();
    const pieces = [];
    for await (const piece of await model.stream("Say hello")) pieces.push(piece);
    expect(pieces.filter(({ text }) => text !== "").length).toBeGreaterThan(1);
    expect(pieces.map(({ text }) => text).join("")).toBe(words);
    expect(outcomeOf(pieces.at(-1)?.response_metadata)).toMatchObject({ model: "first" });
    const all = pieces.reduce((before, piece) => before.concat(piece));
    expect(outcomeOf(all.response_metadata)?.costUsd).toBeGreaterThan(0);
    expect(pieces.at(-1)?.id).toBe(pieces[0]?.id);
  });

  test("batch", async () => {
    const { model, router } = routed();
    const messages = await model.batch(["Say hello", "broken"]);
    expect(messages.map(({ text }) => text)).toEqual([words, "From the second."]);
    expect(router.requests.length).toBe(2);
  });

  test("fallback, without the candidate's own retries", async () => {
    const { model, router } = routed();
    const before = mock.getRequests().length;
    const message = await model.invoke("broken");
    expect(message.text).toBe("From the second.");
    expect(outcomeOf(message.response_metadata)?.model).toBe("second");
    expect(router.errors).toMatchObject([{ code: "http", status: 503, retryable: true }]);
    expect(mock.getRequests().length - before).toBe(2);
  });

  test("bindTools in a loop", async () => {
    const { model, router } = routed();
    const bound = model.bindTools([weather]);
    const asked = new HumanMessage("How is the weather?");
    const call = await bound.invoke([asked]);
    expect(call.tool_calls).toMatchObject([{ name: "weather", args: { city: "Paris" } }]);
    const [{ id = "", args } = { args: {} }] = call.tool_calls ?? [];
    const result = new ToolMessage({
      tool_call_id: id,
      name: "weather",
      content: await weather.invoke(args as { city: string }),
    });
    const answer = await bound.invoke([asked, call, result]);
    expect(answer.text).toBe("It rains in Paris.");
    expect(router.requests.at(-1)?.request.tools).toMatchObject([
      {
        name: "weather",
        description: "The weather of a city",
        parameters: { properties: { city: { type: "string" } } },
      },
    ]);
    expect(router.requests.at(-1)?.request.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
  });

  test("tool calls of a stream", async () => {
    const stream = await routed().model.bindTools([weather]).stream("How is the weather?");
    let all: Awaited<ReturnType<RoutedChatModel["invoke"]>> | undefined;
    for await (const piece of stream) all = all?.concat(piece) ?? piece;
    expect(all?.tool_calls).toMatchObject([{ name: "weather", args: { city: "Paris" } }]);
    expect(outcomeOf(all?.response_metadata)).toMatchObject({ model: "first" });
  });

  test.each([
    ["zod, by the candidate's own choice", capital, {}],
    ["zod and jsonSchema", capital, { method: "jsonSchema" }],
    ["zod and jsonMode", capital, { method: "jsonMode" }],
    ["JSON Schema", { type: "object", properties: { capital: { type: "string" } } }, {}],
  ])("withStructuredOutput: %s", async (_, schema, config) => {
    const { model, router } = routed();
    expect(await model.withStructuredOutput(schema, config).invoke("The capital of France")).toEqual({
      capital: "Paris",
    });
    expect(router.requests[0]?.request.responseFormat).toMatchObject({
      type: "json-schema",
      schema: { properties: { capital: { type: "string" } } },
    });
    const { raw, parsed } = await model
      .withStructuredOutput(schema, { ...config, includeRaw: true })
      .invoke("The capital of France");
    expect(parsed).toEqual({ capital: "Paris" });
    expect(outcomeOf(raw.response_metadata)).toMatchObject({ model: "first" });
  });

  test("withStructuredOutput by function calling, also of a stream", async () => {
    const structured = routed().model.withStructuredOutput(capital, { method: "functionCalling" });
    const asked = "Please call for the capital";
    expect(await structured.invoke(asked)).toEqual({ capital: "Paris" });
    const seen = [];
    for await (const object of await structured.stream(asked)) seen.push(object);
    expect(seen).toEqual([{ capital: "Paris" }]);
  });

  test("streamEvents shows each token once", async () => {
    const tokens = [];
    const starts = [];
    for await (const { event, data, name } of routed().model.streamEvents("Say hello", { version: "v2" })) {
      if (event === "on_chat_model_start") starts.push(name);
      if (event === "on_chat_model_stream") tokens.push(data.chunk.text);
    }
    expect(starts).toEqual(["RoutedChatModel"]);
    expect(tokens.join("")).toBe(words);
  });

  test("streamEvents of content blocks", async () => {
    const stream = routed().model.streamEvents("Say hello");
    let text = "";
    for await (const token of stream.text) text += token;
    expect(text).toBe(words);
    expect((await stream).usage_metadata?.output_tokens).toBeGreaterThan(0);
  });

  test("LangGraph's messages show each token once", async () => {
    const { model } = routed();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("answer", async ({ messages }) => ({ messages: await model.invoke(messages) }))
      .addEdge("__start__", "answer")
      .compile();
    const tokens = [];
    for await (const [message] of await graph.stream(
      { messages: [new HumanMessage("Say hello")] },
      { streamMode: "messages" },
    )) {
      tokens.push(message.text);
    }
    expect(tokens.filter((token) => token !== "").length).toBeGreaterThan(1);
    expect(tokens.join("")).toBe(words);
  });

  test("an agent with tools", async () => {
    const { model, router } = routed();
    const agent = createAgent({ model, tools: [weather] });
    const { messages } = await agent.invoke({ messages: [new HumanMessage("How is the weather?")] });
    expect(messages.at(-1)?.text).toBe("It rains in Paris.");
    expect(messages.map(({ type }) => type)).toEqual(["human", "ai", "tool", "ai"]);
    expect(router.requests.length).toBe(2);
  });

  test("an agent's structured answer, by a tool or by what all candidates can do", async () => {
    const named = capital.meta({ title: "extract" });
    const byTool = createAgent({ model: routed().model, tools: [], responseFormat: toolStrategy(named) });
    const called = await byTool.invoke({ messages: [new HumanMessage("Please call for the capital")] });
    expect(called.structuredResponse).toEqual({ capital: "Paris" });

    const { model, router } = routed({ first: "gpt-5-nano", second: "gpt-4.1-nano" });
    const agent = createAgent({ model, tools: [weather], responseFormat: capital });
    const { structuredResponse } = await agent.invoke({ messages: [new HumanMessage("The capital of France")] });
    expect(structuredResponse).toEqual({ capital: "Paris" });
    expect(router.requests[0]?.request.responseFormat).toMatchObject({ type: "json-schema" });
  });
});
