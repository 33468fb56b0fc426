import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/responses.json" with { type: "json" };
import { fromResponse } from "./from-response.js";
import { toResponsesBody } from "./to-responses-body.js";

const answer = (output: unknown, more: object = {}) => ({ ...recorded.answer, output, ...more });
const message = (...content: object[]) => ({ type: "message", role: "assistant", content });
const said = (text: string) => ({ type: "output_text", text, annotations: [] });
const read = (json: unknown) => fromResponse(json, []);

test("a recorded answer is its reasoning, text, end, usage and names", () => {
  expect(read(recorded.answer)).toMatchObject({
    content: [
      { type: "reasoning", text: "A greeting.", signature: "rs_67ccd2bf17f0819081ff3bb2cf6508e6|gAAAAABo" },
      { type: "text", text: "Grüße, 世界 🌍!" },
    ],
    finishReason: "stop",
    rawFinishReason: "completed",
    usage: { inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310, reasoningTokens: 192 },
    response: { id: recorded.answer.id, model: "gpt-5-mini-2025-08-07" },
  });
});

test("reasoning goes back as it came", () => {
  const { content } = read(recorded.answer);
  const { body } = toResponsesBody("gpt-5-mini", { messages: [{ role: "assistant", content }] }, "openai");
  expect((body["input"] as unknown[])[0]).toEqual(recorded.answer.output[0]);
});

describe("content", () => {
  test("of texts that follow each other is one, as in a stream", () => {
    expect(read(answer([message(said("a"), said("b")), message(said("")), message(said("c"))])).content).toEqual([
      { type: "text", text: "abc" },
    ]);
  });

  test.each<[string, object, object[]]>([
    [
      "summaries",
      {
        summary: [
          { type: "summary_text", text: "a" },
          { type: "summary_text", text: "b" },
        ],
      },
      [{ type: "reasoning", text: "a\n\nb" }],
    ],
    [
      "the thoughts themselves",
      { content: [{ type: "reasoning_text", text: "a" }] },
      [{ type: "reasoning", text: "a" }],
    ],
    ["nothing", { summary: [] }, []],
    [
      "its encrypted form alone",
      { id: "rs_1", summary: [], encrypted_content: "x" },
      [{ type: "reasoning", text: "", signature: "rs_1|x" }],
    ],
    ["no id", { encrypted_content: "x" }, [{ type: "reasoning", text: "", signature: "rs_|x" }]],
  ])("of reasoning with %s", (_, item, content) => {
    expect(read(answer([{ type: "reasoning", ...item }])).content).toEqual(content);
  });

  test("of items of other kinds is left out", () => {
    expect(read(answer([{ type: "web_search_call", id: "1" }, null, "x", message(said("a"))])).content).toHaveLength(1);
  });

  test("of calls ends the answer by tool-calls", () => {
    const { content, finishReason } = read(answer(recorded.parallelToolCalls));
    expect(content.map((part) => part.type === "tool-call" && [part.id, part.arguments])).toEqual([
      ["call_DdmO9pD3xa9XTPNJ32zg2hcA", '{"city":"Paris"}'],
      ["call_ABCx90MHDDVGnhyjrzDsqrs1", '{"city":"Rome"}'],
    ]);
    expect(finishReason).toBe("tool-calls");
  });

  test("of a refusal is its text, and ends the answer by content-filter", () => {
    expect(read(answer([message({ type: "refusal", refusal: "I cannot." })]))).toMatchObject({
      content: [{ type: "text", text: "I cannot." }],
      finishReason: "content-filter",
    });
  });

  test("has the probabilities of its tokens", () => {
    const logprobs = [{ token: "a", logprob: -1, top_logprobs: [{ token: "b", logprob: -2 }] }];
    expect(read(answer([message({ ...said("a"), logprobs })])).logprobs).toEqual([
      { token: "a", logprob: -1, top: [{ token: "b", logprob: -2 }] },
    ]);
  });
});

describe("the end", () => {
  test.each([
    ["completed", null, "stop", "completed"],
    ["incomplete", { reason: "max_output_tokens" }, "length", "max_output_tokens"],
    ["incomplete", { reason: "content_filter" }, "content-filter", "content_filter"],
    ["incomplete", null, "other", "incomplete"],
    ["queued", null, "other", "queued"],
    [undefined, null, "other", undefined],
  ])("%s, %j is %s", (status, incomplete_details, finishReason, rawFinishReason) => {
    const result = read(answer([message(said("a"))], { status, incomplete_details }));
    expect(result).toMatchObject({ finishReason, rawFinishReason });
  });

  test.each([
    ["failed", { code: "server_error", message: "SECRET" }, "server_error"],
    ["failed", null, "failed"],
    ["cancelled", null, "cancelled"],
  ])("%s, %j is an error: %s", (status, error, reason) => {
    expect(() => read(answer([], { status, error }))).toThrow(
      expect.objectContaining({ code: "response", reason, message: `response: ${status}: ${reason}` }),
    );
  });

  test("for its length leaves out a call that was cut off, with a warning", () => {
    const cut = { ...recorded.parallelToolCalls[0], arguments: '{"city":"SECRET' };
    const incomplete = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    const result = read(answer([cut], incomplete));
    expect(result).toMatchObject({ content: [], finishReason: "length", warnings: [{ field: "maxOutputTokens" }] });
    expect(() => read(answer([cut]))).toThrow(/^tool call call_\w+: arguments that are no JSON object, expected one$/);
  });
});

test("usage fits, and is not known where nothing is said", () => {
  const usage = {
    input_tokens: 5,
    input_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
    output_tokens: 3,
  };
  expect(read(answer([], { usage })).usage).toMatchObject({
    inputTokens: 5,
    cachedInputTokens: 2,
    cacheWriteTokens: 1,
    outputTokens: 3,
  });
  expect(read(answer([], { usage: null })).usage).toEqual({ inputTokens: undefined, outputTokens: undefined });
});

test.each<[unknown, string]>([
  ["<html>SECRET", "response: string, expected an object"],
  [{}, "response: output: missing, expected a list"],
  [answer([{ type: "function_call", call_id: "1" }]), "response: output[0].name: missing, expected text"],
  [answer([{ type: "function_call", name: "n" }]), "response: output[0].call_id: missing, expected text"],
])("%j is no answer", (json, message) => {
  expect(() => read(json)).toThrow(expect.objectContaining({ code: "response", message }));
});
