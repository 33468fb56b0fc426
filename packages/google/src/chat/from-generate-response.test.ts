import type { Warning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/generate-content.json" with { type: "json" };
import { withParts } from "../generate-wire.fixture.js";
import { fromGenerateResponse } from "./from-generate-response.js";

const answerOf = (parts: readonly object[], finishReason = "STOP") =>
  fromGenerateResponse(withParts(recorded.answer, parts, finishReason), []);

test("the recorded answer", () => {
  const { usage, ...result } = fromGenerateResponse(recorded.answer, []);
  expect(result).toEqual({
    content: [
      { type: "reasoning", text: "A greeting." },
      { type: "text", text: "Grüße, 世界 🌍!" },
      { type: "reasoning", text: "", signature: "EuIOCt8OAXLI2nyUmA16xmPMgOhK7zEI" },
    ],
    finishReason: "stop",
    rawFinishReason: "STOP",
    warnings: [],
    response: { id: "m91NaoKoNe2_vr0P3vX0iAY", model: "gemini-3.5-flash" },
  });
  expect(usage.raw).toEqual(recorded.answer.usageMetadata);
});

describe("parts", () => {
  test("calls keep their id and signature, and are given an id where they have none", () => {
    const { content, finishReason } = answerOf(recorded.parallelToolCalls);
    expect(finishReason).toBe("tool-calls");
    expect(content).toEqual([
      {
        type: "tool-call",
        id: "nqh2j2zy",
        name: "get_weather",
        arguments: '{"city":"Paris"}',
        signature: "EvwjCvkjAXLI2nyUmA16xmPM6gOhK7z",
      },
      { type: "tool-call", id: expect.stringMatching(/^call_\w+/), name: "get_weather", arguments: '{"city":"Rome"}' },
    ]);
  });

  test("a call without arguments has none", () => {
    expect(answerOf([{ functionCall: { name: "now" } }]).content).toMatchObject([{ arguments: "{}" }]);
  });

  test("texts that follow each other are one, and thoughts up to their signature", () => {
    const { content } = answerOf([
      { text: "a", thought: true },
      { text: "b", thought: true, thoughtSignature: "c2ln" },
      { text: "c", thought: true },
      { text: "", thought: true },
      { text: "d" },
      { text: "" },
      { text: "e", thoughtSignature: "" },
      { thoughtSignature: "bGFzdA==" },
    ]);
    expect(content).toEqual([
      { type: "reasoning", text: "ab", signature: "c2ln" },
      { type: "reasoning", text: "c" },
      { type: "text", text: "de" },
      { type: "reasoning", text: "", signature: "bGFzdA==" },
    ]);
  });

  test("what has no place in a result is a warning, once a kind", () => {
    const warnings: Warning[] = [];
    const image = { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } };
    const parts = [image, image, { executableCode: { code: "1" } }, { text: "Here." }];
    const { content } = fromGenerateResponse(withParts(recorded.answer, parts, "STOP"), warnings);
    expect(content).toEqual([{ type: "text", text: "Here." }]);
    expect(warnings.map(({ message }) => message.split(",")[0])).toEqual([
      "the answer holds inlineData",
      "the answer holds executableCode",
    ]);
  });

  test.each([
    ["in pieces", { functionCall: { name: "f", willContinue: true } }],
    ["in pieces by path", { functionCall: { partialArgs: [{ jsonPath: "$.a", stringValue: "b" }] } }],
    ["that are no object", { functionCall: { name: "f", args: "city" } }],
  ])("arguments %s are an error", (_, part) => {
    expect(() => answerOf([part])).toThrow(expect.objectContaining({ code: "response" }));
  });
});

test.each([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["SAFETY", "content-filter"],
  ["RECITATION", "content-filter"],
  ["BLOCKLIST", "content-filter"],
  ["PROHIBITED_CONTENT", "content-filter"],
  ["SPII", "content-filter"],
  ["IMAGE_SAFETY", "content-filter"],
  ["LANGUAGE", "other"],
  ["OTHER", "other"],
  ["A_NEW_ONE", "other"],
])("finish reason %s is %s", (raw, expected) => {
  expect(answerOf([{ text: "a" }], raw)).toMatchObject({ finishReason: expected, rawFinishReason: raw });
});

test("an answer that ended for its length is so with calls too", () => {
  expect(answerOf(recorded.parallelToolCalls, "MAX_TOKENS").finishReason).toBe("length");
});

test.each(["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE", "MISSING_THOUGHT_SIGNATURE"])(
  "finish reason %s is an error with that name",
  (reason) => {
    expect(() => answerOf([], reason)).toThrow(expect.objectContaining({ code: "response", reason, retryable: true }));
  },
);

test("a blocked prompt is an answer without content", () => {
  expect(fromGenerateResponse(recorded.blocked, [])).toMatchObject({
    content: [],
    finishReason: "content-filter",
    rawFinishReason: "PROHIBITED_CONTENT",
    usage: { inputTokens: 43, outputTokens: 0 },
  });
});

test("a candidate without content is an empty answer", () => {
  expect(fromGenerateResponse({ candidates: [{ finishReason: "STOP" }] }, [])).toEqual({
    content: [],
    finishReason: "stop",
    rawFinishReason: "STOP",
    usage: { inputTokens: undefined, outputTokens: undefined },
    warnings: [],
    response: { id: undefined, model: undefined },
  });
});

test("of several candidates the first is the answer", () => {
  const [candidate] = recorded.answer.candidates;
  const other = { ...candidate, content: { parts: [{ text: "other" }] }, index: 1 };
  expect(fromGenerateResponse({ candidates: [other, candidate] }, []).content).toMatchObject([
    {},
    { text: "Grüße, 世界 🌍!" },
    {},
  ]);
});

test("log probabilities come with their alternatives", () => {
  const [candidate] = recorded.answer.candidates;
  const logprobsResult = {
    topCandidates: [
      {
        candidates: [
          { token: "Hi", logProbability: -0.1 },
          { token: "Ho", logProbability: -2.5 },
        ],
      },
    ],
    chosenCandidates: [
      { token: "Hi", logProbability: -0.1 },
      { token: "!", logProbability: -0.2 },
    ],
  };
  expect(fromGenerateResponse({ candidates: [{ ...candidate, logprobsResult }] }, []).logprobs).toEqual([
    {
      token: "Hi",
      logprob: -0.1,
      top: [
        { token: "Hi", logprob: -0.1 },
        { token: "Ho", logprob: -2.5 },
      ],
    },
    { token: "!", logprob: -0.2, top: [] },
  ]);
});

test.each([
  ["no object", []],
  ["no candidates", { usageMetadata: { promptTokenCount: 5 } }],
  ["an empty list of them", { candidates: [] }],
])("%s is an error", (_, json) => {
  expect(() => fromGenerateResponse(json, [])).toThrow(expect.objectContaining({ code: "response" }));
});
