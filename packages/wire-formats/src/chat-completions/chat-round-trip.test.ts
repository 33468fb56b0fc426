import type { AssistantPart, ChatRequest, ChatResult } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChatEventReader } from "../../../openai/src/chat/chat-event-reader.js";
import { fromChatCompletion } from "../../../openai/src/chat/from-chat-completion.js";
import { toChatBody } from "../../../openai/src/chat/to-chat-body.js";
import { anyResult, anyStream, partsOf, resultOf } from "../testing/answers.fixture.js";
import { answeredBack, essence, streamedBack } from "../testing/read-back.fixture.js";
import { chatCompletions } from "./chat-completions.js";

const tellsUsage = { stream_options: { include_usage: true } };

/** One thought, one text, and then the calls: all that chat completions have a place for. */
function inFields(content: readonly AssistantPart[], thoughtBreak: string): AssistantPart[] {
  const textsOf = (type: "text" | "reasoning") =>
    content.flatMap((part) => (part.type === type && part.text !== "" ? [part.text] : []));
  const reasoning = textsOf("reasoning").join(thoughtBreak);
  const text = textsOf("text").join("");
  return [
    ...(reasoning === "" ? [] : [{ type: "reasoning" as const, text: reasoning }]),
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ...content.filter(({ type }) => type === "tool-call"),
  ];
}

/** The answer as chat completions can have it: no proofs, and no other reasons. */
function asChat(result: ChatResult): object {
  const { content, finishReason } = result;
  const calls = content.filter(({ type }) => type === "tool-call");
  const plain = calls.length > 0 ? "tool-calls" : "stop";
  const { cacheWriteTokens, ...usage } = result.usage;
  return essence({
    ...result,
    content: inFields(content, "\n\n"),
    finishReason: finishReason === "other" ? plain : finishReason,
    usage: { ...usage, ...(cacheWriteTokens ? { cacheWriteTokens } : {}) },
  });
}

describe("our adapter reads back what was written", () => {
  test("of a whole answer", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(essence(answeredBack(chatCompletions, result, fromChatCompletion))).toEqual(asChat(result));
      }),
    );
  });

  test("of a stream, whatever pieces it comes in", async () => {
    await fc.assert(
      fc.asyncProperty(anyStream, async ({ result, parts }) => {
        const back = await streamedBack(chatCompletions, parts, new ChatEventReader([]), tellsUsage);
        // the pieces keep the order in which they came
        expect(essence({ ...back, content: inFields(back.content, "") })).toEqual(asChat(result));
      }),
    );
  });

  test("with the probabilities of its tokens", async () => {
    const logprobs = [{ token: "é", logprob: -0.5, top: [{ token: "e", logprob: -2 }] }];
    const result = { ...resultOf([{ type: "text", text: "é" }]), logprobs };
    expect(answeredBack(chatCompletions, result, fromChatCompletion).logprobs).toEqual(logprobs);
    const streamed = await streamedBack(chatCompletions, partsOf(result), new ChatEventReader([]));
    expect(streamed.logprobs).toEqual(logprobs);
  });
});

test("a request that was written is parsed as it was", () => {
  const request: ChatRequest = {
    messages: [
      { role: "system", content: "Be short." },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", data: "https://host/a.png" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { type: "tool-call", id: "1", name: "f", arguments: '{"a":1}' },
          { type: "tool-call", id: "2", name: "g", arguments: "{}" },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", id: "1", name: "f", content: "one" },
          { type: "tool-result", id: "2", name: "g", content: "two" },
        ],
      },
      { role: "assistant", content: "Done." },
      { role: "user", content: "Thanks." },
    ],
    maxOutputTokens: 10,
    temperature: 0.5,
    topP: 0.9,
    presencePenalty: 1,
    frequencyPenalty: -1,
    stop: ["END"],
    seed: 7,
    topLogprobs: 2,
    responseFormat: { type: "json-schema", name: "n", schema: { type: "object" }, strict: true },
    tools: [
      { name: "f", description: "F", parameters: { type: "object" }, strict: true },
      { name: "g", parameters: {} },
    ],
    toolChoice: { tool: "f" },
    parallelToolCalls: false,
    reasoning: { effort: "low" },
  };
  const { body, warnings } = toChatBody("auto", request, "openai", "openai");
  expect(warnings).toEqual([]);
  expect(chatCompletions.parse(body)).toEqual(request);
  expect(chatCompletions.translationRefusal(body)).toBeUndefined();
});
