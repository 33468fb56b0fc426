import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import { describe, expect, test } from "vitest";
import { notingFetch } from "./noting-fetch.fixture.mjs";
import { anthropicMessage, geminiContent } from "./provider-words.fixture.js";
import { threeProviders } from "./three-providers.fixture.js";

const providers = threeProviders();
/** The router takes a model of this provider. */
const by = (provider: string) => ({ model: "auto", router: { models: [`${provider}/*`] } });
const openAi = (fetch = globalThis.fetch) =>
  new OpenAI({ baseURL: `${providers.gateway.url}/v1`, apiKey: "any", maxRetries: 0, fetch });
const anthropic = () => new Anthropic({ baseURL: providers.gateway.url, apiKey: "any", maxRetries: 0 });

const parameters = { type: "object", properties: { city: { type: "string" } } };
const tools: ChatCompletionTool[] = [{ type: "function", function: { name: "get_weather", parameters } }];
const use = (id: string, city: string) => ({ type: "tool_use", id, name: "get_weather", input: { city } });

describe("one conversation at /v1/chat/completions, each turn answered by another provider", () => {
  test("calls, results and thoughts go from Anthropic to Gemini to OpenAI, each in its own words", async () => {
    const { fetch, ids } = notingFetch();
    const client = openAi(fetch);
    const messages: ChatCompletionMessageParam[] = [
      { role: "developer", content: "Be brief." },
      { role: "user", content: "The weather?" },
    ];
    const turn = async (provider: string) => {
      const { choices } = await client.chat.completions.create({ ...by(provider), messages, tools });
      messages.push(choices[0].message);
      return choices[0];
    };

    providers.anthropic.answer((request) =>
      anthropicMessage(request, [
        { type: "thinking", thinking: "Two cities.", signature: "anthropic-proof" },
        { type: "text", text: "I look." },
        use("toolu_1", "Paris"),
        use("toolu_2", "Rome"),
      ]),
    );
    const first = await turn("anthropic");
    expect(first).toMatchObject({ finish_reason: "tool_calls", message: { content: "I look." } });
    expect(providers.anthropic.requests[0].body).toMatchObject({
      system: [{ type: "text", text: "Be brief." }],
      messages: [{ role: "user", content: [{ type: "text", text: "The weather?" }] }],
      tools: [{ name: "get_weather", input_schema: parameters }],
    });
    for (const call of first.message.tool_calls ?? []) {
      messages.push({ role: "tool", tool_call_id: call.id, content: `rain for ${call.id}` });
    }

    const functionCall = { name: "get_weather", args: { city: "Oslo" } };
    providers.google.answer(() => geminiContent([{ functionCall, thoughtSignature: "google-proof" }]));
    const second = await turn("google");
    const { contents } = providers.google.requests[0].body as { contents: Array<{ role: string; parts: object[] }> };
    expect(contents.map(({ role }) => role)).toEqual(["user", "model", "user"]);
    expect(contents[1].parts).toMatchObject([
      { text: "I look." },
      { functionCall: { name: "get_weather", args: { city: "Paris" } } },
      { functionCall: { name: "get_weather", args: { city: "Rome" } } },
    ]);
    expect(contents[2].parts).toMatchObject([
      { functionResponse: { name: "get_weather" } },
      { functionResponse: { name: "get_weather" } },
    ]);
    expect(JSON.stringify(contents)).not.toContain("anthropic-proof");
    const [oslo] = second.message.tool_calls ?? [];
    messages.push({ role: "tool", tool_call_id: oslo.id, content: "snow" });

    const third = await turn("openai");
    expect(third.message.content).toBe("From the script.");
    const { body, path } = providers.openai.requests[0];
    expect(path).toBe("/v1/chat/completions");
    const sent = body["messages"] as Array<Record<string, unknown>>;
    expect(sent.map(({ role }) => role)).toEqual([
      "developer",
      "user",
      "assistant",
      "tool",
      "tool",
      "assistant",
      "tool",
    ]);
    expect(sent[5]["tool_calls"]).toEqual([
      { id: oslo.id, type: "function", function: { name: "get_weather", arguments: '{"city":"Oslo"}' } },
    ]);

    // Gemini's own proof comes back to Gemini
    messages.push({ role: "user", content: "And now?" });
    await turn("google");
    const again = providers.google.requests[1].body as { contents: Array<{ parts: object[] }> };
    expect(JSON.stringify(again.contents)).toContain('"thoughtSignature":"google-proof"');
    const surfaces = await Promise.all(ids.map((id) => providers.gateway.settled(id, { routed: true })));
    expect(surfaces.map(({ model }) => providers.gateway.engine.findModel(model)?.provider)).toEqual([
      "anthropic",
      "google",
      "openai",
      "google",
    ]);
  });

  test("what a system says in the middle of a conversation reaches everybody", async () => {
    const messages: ChatCompletionMessageParam[] = [
      { role: "system", content: "First rule." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello" },
      { role: "system", content: "Second rule." },
      { role: "user", content: "Go on" },
    ];
    for (const name of ["openai", "anthropic", "google"] as const) {
      await openAi().chat.completions.create({ ...by(name), messages });
      const sent = JSON.stringify(providers[name].requests[0].body);
      for (const { content } of messages) expect(sent).toContain(content);
    }
  });
});

describe("one conversation at /v1/messages", () => {
  test("Claude's proofs come back to Claude as it made them, and those of others do not", async () => {
    const client = anthropic();
    const thinking = { type: "enabled" as const, budget_tokens: 1_024 };
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: "Think." }];
    const weather = { name: "get_weather", input_schema: { type: "object" as const } };
    const turn = async (provider: string) => {
      const request = { ...by(provider), max_tokens: 4_000, thinking, messages, tools: [weather] };
      const { content } = await client.messages.create(request);
      messages.push({ role: "assistant", content });
      return content;
    };
    providers.anthropic.answer((request) =>
      anthropicMessage(request, [
        { type: "thinking", thinking: "Claude thinks.", signature: "anthropic-proof" },
        use("toolu_1", "Paris"),
      ]),
    );
    const first = await turn("anthropic");
    expect(first[0]).toMatchObject({ type: "thinking", signature: "anthropic-proof" });
    const result = (id: string) => ({ type: "tool_result" as const, tool_use_id: id, content: "rain" });
    messages.push({ role: "user", content: [result("toolu_1")] });

    const functionCall = { name: "get_weather", args: { city: "Oslo" } };
    providers.google.answer(() =>
      geminiContent([
        { text: "Gemini thinks.", thought: true },
        { functionCall, thoughtSignature: "google-proof" },
      ]),
    );
    const second = await turn("google");
    expect(JSON.stringify(providers.google.requests[0].body)).not.toContain("anthropic-proof");
    const oslo = second.find((block) => block.type === "tool_use");
    messages.push({ role: "user", content: [result(oslo?.id ?? "")] });

    await turn("anthropic");
    const sent = providers.anthropic.requests[1].body["messages"] as Array<{ content: Array<{ type: string }> }>;
    expect(sent[1].content[0]).toEqual({ type: "thinking", thinking: "Claude thinks.", signature: "anthropic-proof" });
    expect(sent[3].content.map(({ type }) => type)).toEqual(["tool_use"]);
    expect(JSON.stringify(sent)).not.toContain("google");

    messages.push({ role: "user", content: "And now?" });
    await turn("google");
    expect(JSON.stringify(providers.google.requests[1].body)).toContain('"thoughtSignature":"google-proof"');
  });
});

describe("previous_response_id", () => {
  test("goes to the model whose provider holds the response, whoever would be chosen otherwise", async () => {
    const { fetch, ids } = notingFetch();
    const client = openAi(fetch);
    const first = await client.responses.create({ ...by("openai"), input: "Hi" });
    expect(first.id).toMatch(/^resp_scripted/);
    const { model } = await providers.gateway.decision(ids[0]);
    const rank = { willingnessToPayUsd: "inf" };
    const second = { model: "auto", input: "Go on", previous_response_id: first.id, router: rank };
    await client.responses.create(second);
    expect(providers.openai.requests[1]).toMatchObject({
      path: "/v1/responses",
      body: { previous_response_id: first.id, input: "Go on" },
    });
    const logged = await providers.gateway.settled(ids[1], { model, routed: true });
    expect(logged.ranking.map((candidate) => candidate.model)).toEqual([model]);
  });

  test("of a response that was translated is a 400 naming it: nobody holds that", async () => {
    const first = await openAi().responses.create({ ...by("anthropic"), input: "Hi" });
    const next = openAi().responses.create({ model: "auto", input: "Go on", previous_response_id: first.id });
    await expect(next).rejects.toMatchObject({ status: 400, param: "previous_response_id" });
  });

  test("that nobody gave is a 404 naming it", async () => {
    const next = openAi().responses.create({ model: "auto", input: "Go on", previous_response_id: "resp_unknown" });
    await expect(next).rejects.toMatchObject({ status: 404, param: "previous_response_id" });
  });
});
