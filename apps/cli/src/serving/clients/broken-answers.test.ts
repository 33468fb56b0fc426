import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { notingFetch } from "./noting-fetch.fixture.mjs";
import { anthropicMessage } from "./provider-words.fixture.js";
import type { UpstreamAnswer, UpstreamRequest } from "./scripted-upstream.fixture.js";
import { threeProviders } from "./three-providers.fixture.js";

const providers = threeProviders();
const by = (...names: string[]) => ({ model: "auto", router: { models: names.map((name) => `${name}/*`) } });
const messages = [{ role: "user" as const, content: "Hi" }];
const open = () => {
  const { fetch, ids } = notingFetch();
  const base = { apiKey: "any", maxRetries: 0, fetch };
  return {
    ids,
    openai: new OpenAI({ ...base, baseURL: `${providers.gateway.url}/v1` }),
    anthropic: new Anthropic({ ...base, baseURL: providers.gateway.url }),
  };
};

const thought = { type: "thinking", thinking: "So.", signature: "anthropic-proof" };
const said = { type: "text", text: "Half of it" };
const use = { type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Paris" } };

/** The first events of a stream of Anthropic's, and then this one or nothing. */
function cut(request: UpstreamRequest, count: number, last?: { event: string; data: unknown }): UpstreamAnswer {
  const answer = anthropicMessage(request, [said]);
  if (!("events" in answer)) return answer;
  return { events: [...answer.events.slice(0, count), ...(last === undefined ? [] : [last])] };
}
const overloaded = {
  event: "error",
  data: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
};

describe("a stream of Anthropic's is told in other words", () => {
  test("at /v1/chat/completions: thoughts, text, and a call in pieces", async () => {
    providers.anthropic.answer((request) => anthropicMessage(request, [thought, said, use]));
    const { openai, ids } = open();
    const stream = await openai.chat.completions.create({ ...by("anthropic"), messages, stream: true });
    const seen = { thought: "", text: "", json: "", reason: "" };
    for await (const { choices } of stream) {
      const delta = choices[0].delta as OpenAI.ChatCompletionChunk.Choice.Delta & { reasoning_content?: string };
      seen.thought += delta.reasoning_content ?? "";
      seen.text += delta.content ?? "";
      seen.json += delta.tool_calls?.[0].function?.arguments ?? "";
      seen.reason += choices[0].finish_reason ?? "";
    }
    expect(seen).toEqual({ thought: "So.", text: "Half of it", json: '{"city":"Paris"}', reason: "tool_calls" });
    // 11 · 3 + 7 · 15 millionths
    await providers.gateway.settled(ids[0], { costUsd: 0.000138 });
  });

  test("at /v1/responses: items with the proof of the thought, which goes back to Claude alone", async () => {
    providers.anthropic.answer((request) => anthropicMessage(request, [thought, said, use]));
    const { openai } = open();
    const include = ["reasoning.encrypted_content" as const];
    const { output } = await openai.responses
      .stream({ ...by("anthropic"), input: "Hi", include, store: false })
      .finalResponse();
    expect(output.map(({ type }) => type)).toEqual(["reasoning", "message", "function_call"]);
    const result = { type: "function_call_output" as const, call_id: "toolu_1", output: "rain" };
    const input = [{ role: "user", content: "Hi" }, ...output, result] as OpenAI.Responses.ResponseInput;
    for (const name of ["anthropic", "openai", "google"] as const) {
      await openai.responses.create({ ...by(name), input, store: false });
      const sent = JSON.stringify(providers[name].requests.at(-1)?.body);
      expect(sent.includes('"signature":"anthropic-proof"')).toBe(name === "anthropic");
      if (name !== "anthropic") expect(sent).not.toContain("anthropic-proof");
    }
  });
});

describe("an answer that breaks", () => {
  test("before its first content is another provider's, and the client sees one whole answer", async () => {
    providers.anthropic.answer((request) => cut(request, 1, overloaded));
    const { openai, ids } = open();
    const request = { model: "claude-haiku-5-5", models: ["gemini-3.8-flash"], messages };
    providers.google.answer(() => ({
      events: [
        {
          data: {
            candidates: [
              { index: 0, content: { role: "model", parts: [{ text: "From Gemini." }] }, finishReason: "STOP" },
            ],
            usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 },
          },
        },
      ],
    }));
    const final = await openai.chat.completions.stream(request as never).finalChatCompletion();
    expect(final.choices[0].message.content).toBe("From Gemini.");
    expect(ids).toHaveLength(1);
    const { tries, model } = await providers.gateway.decision(ids[0]);
    expect(model).toBe("gemini-3.8-flash");
    expect(tries.map(({ model: tried, outcome }) => `${tried} ${outcome}`)).toEqual([
      "claude-haiku-5-5 failed",
      "claude-haiku-5-5 failed",
      "gemini-3.8-flash answered",
    ]);
  });

  test.each([
    ["without a word", undefined],
    ["with an error of the provider's", overloaded],
  ])("after it, %s, is an error within the stream, of the client's own kind, and on record", async (_, last) => {
    providers.anthropic.answer((request) => cut(request, 3, last));
    const { openai, anthropic, ids } = open();
    let text = "";
    const read = async () => {
      const stream = await openai.chat.completions.create({ ...by("anthropic"), messages, stream: true });
      for await (const { choices } of stream) text += choices[0].delta.content ?? "";
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    expect(text).toBe("Half of it");
    const responses = openai.responses.stream({ ...by("anthropic"), input: "Hi" });
    await expect(responses.finalResponse()).rejects.toThrow();
    const native = anthropic.messages.stream({ ...by("anthropic"), max_tokens: 9, messages });
    await expect(native.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIError);
    expect(ids).toHaveLength(3);
    for (const id of ids) expect(await providers.gateway.decision(id)).toMatchObject({ status: "broken" });
  });

  test("whole, but no JSON of the interface, is a 502 that is on record as failed", async () => {
    for (const name of ["openai", "anthropic", "google"] as const) providers[name].answer(() => ({ json: { no: 1 } }));
    const { openai } = open();
    await expect(openai.chat.completions.create({ model: "auto", messages })).rejects.toMatchObject({ status: 502 });
  });
});
