import { collectStream, type StreamPart, type Warning } from "@onehead/provider";
import { parseEvent, readServerSentEvents } from "@onehead/provider-http";
import { describe, expect, it } from "vitest";
import recorded from "../__fixtures__/chat.json" with { type: "json" };
import { chatWire } from "../chat-wire.fixture.js";
import { ChatEventReader } from "./chat-event-reader.js";
import { finishReasonOf } from "./chat-parts.js";
import { chatUsage } from "./chat-usage.js";
import { fromChatAnswer } from "./from-chat-answer.js";

function partsOf(events: readonly unknown[]): StreamPart[] {
  const reader = new ChatEventReader([]);
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()];
}

async function* streamed(parts: readonly StreamPart[]): AsyncGenerator<StreamPart> {
  yield* parts;
}

const start = recorded.events[0];
const message = (type: string, own: object, index = 0) => ({ type, index, delta: { message: own } });
const end = (finishReason: string) => ({ type: "message-end", delta: { finish_reason: finishReason } });
const startCall = (index: number, name: string) =>
  message("tool-call-start", { tool_calls: { id: `id-${index}`, type: "function", function: { name } } }, index);
const callDelta = (index: number, json: string) =>
  message("tool-call-delta", { tool_calls: { function: { arguments: json } } }, index);

describe("ChatEventReader", () => {
  it("gives the recorded answer as it is whole", async () => {
    const { response: _, ...result } = await collectStream(streamed(partsOf(recorded.events)));
    const { response: __, ...whole } = fromChatAnswer(recorded.answer, []);
    expect(result).toEqual(whole);
  });

  it("gives the same parts wherever the bytes of the stream are cut", async () => {
    const bytes = new TextEncoder().encode(chatWire.events.join(""));
    const expected = partsOf(recorded.events);
    for (let at = 1; at < bytes.length; at++) {
      async function* body(): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, at);
        yield bytes.subarray(at);
      }
      const events: unknown[] = [];
      for await (const { data } of readServerSentEvents(body())) if (data !== "[DONE]") events.push(parseEvent(data));
      expect(partsOf(events)).toEqual(expected);
    }
  });

  it("keeps thinking and the plan apart, so that both go back as what they were", async () => {
    const { content } = await collectStream(
      streamed(
        partsOf([
          start,
          message("content-start", { content: { type: "thinking", thinking: "h" } }),
          message("content-delta", { content: { thinking: "m" } }),
          message("tool-plan-delta", { tool_plan: "look " }),
          message("tool-plan-delta", { tool_plan: "it up" }),
          startCall(0, "look_up"),
          { type: "tool-call-end", index: 0 },
          end("TOOL_CALL"),
        ]),
      ),
    );
    expect(content).toEqual([
      { type: "reasoning", text: "hm", signature: "cohere:thinking" },
      { type: "reasoning", text: "look it up", signature: "cohere:tool_plan" },
      { type: "tool-call", id: "id-0", name: "look_up", arguments: "{}" },
    ]);
    const whole = fromChatAnswer(
      {
        finish_reason: "TOOL_CALL",
        message: {
          content: [{ type: "thinking", thinking: "hm" }],
          tool_plan: "look it up",
          tool_calls: [{ id: "id-0", type: "function", function: { name: "look_up", arguments: "{}" } }],
        },
      },
      [],
    );
    expect(whole.content).toEqual(content);
  });

  it("leaves out a call that was cut for the answer's length, with a warning", () => {
    const events = [start, startCall(0, "look_up"), callDelta(0, '{"key":'), { type: "tool-call-end", index: 0 }];
    const finish = partsOf([...events, end("MAX_TOKENS")]).at(-1) as { finishReason: string; warnings: Warning[] };
    expect(finish.finishReason).toBe("length");
    expect(finish.warnings.map(({ field }) => field)).toEqual(["maxOutputTokens"]);
    expect(() => partsOf([...events, end("TOOL_CALL")])).toThrow("tool call id-0");
  });

  it("gives log probabilities with the text that they belong to, whole and streamed alike", async () => {
    const item = { text: "Hello there", token_ids: [1, 2], logprobs: [-0.25, -0.5] };
    const parts = partsOf([
      start,
      { ...message("content-delta", { content: { text: "Hello there" } }), logprobs: item },
      end("COMPLETE"),
    ]);
    const { logprobs } = await collectStream(streamed(parts));
    // -0.25 - 0.5
    expect(logprobs).toEqual([{ token: "Hello there", logprob: -0.75, top: [] }]);
    const whole = fromChatAnswer({ ...recorded.answer, logprobs: [item] }, []);
    expect(whole.logprobs).toEqual(logprobs);
  });

  it("passes over citations and whatever else it does not know", () => {
    const citation = message("citation-start", { citations: { start: 0, end: 1, text: "x" } });
    expect(partsOf([start, citation, { type: "debug" }, end("COMPLETE")]).map(({ type }) => type)).toEqual([
      "start",
      "finish",
    ]);
  });

  it("refuses an answer that was given up, and events that end too early", () => {
    expect(() => partsOf([start, recorded.errorEvent])).toThrow("finish_reason: ERROR");
    expect(() => partsOf([start, end("TIMEOUT")])).toThrow("finish_reason: TIMEOUT");
    expect(() => partsOf(recorded.events.slice(0, -1))).toThrow("cut off before message-end");
    expect(() => partsOf([null])).toThrow("stream: event");
  });
});

describe("fromChatAnswer", () => {
  it("refuses what is no whole answer, naming the field", () => {
    for (const [answer, message] of [
      ["text", "chat: string"],
      [{}, "chat: message: missing"],
      [{ ...recorded.answer, finish_reason: "ERROR" }, "chat: finish_reason: ERROR"],
    ] as const) {
      expect(() => fromChatAnswer(answer, [])).toThrow(message);
    }
  });

  it("takes content that is plain text, and gives a call without an id one", () => {
    const calls = [{ type: "function", function: { name: "look_up", arguments: "" } }];
    const { content } = fromChatAnswer(
      { finish_reason: "COMPLETE", message: { content: "Hi", tool_calls: calls } },
      [],
    );
    expect(content).toEqual([
      { type: "text", text: "Hi" },
      { type: "tool-call", id: expect.stringMatching(/^call_/), name: "look_up", arguments: "{}" },
    ]);
  });
});

describe("finishReasonOf", () => {
  it.each([
    ["COMPLETE", false, "stop"],
    ["COMPLETE", true, "tool-calls"],
    ["STOP_SEQUENCE", false, "stop"],
    ["MAX_TOKENS", true, "length"],
    ["TOOL_CALL", true, "tool-calls"],
    ["SOMETHING_NEW", false, "other"],
    [undefined, false, "other"],
  ] as const)("reads %s, calls %s, as %s", (raw, calls, expected) => {
    expect(finishReasonOf(raw, calls)).toBe(expected);
  });
});

describe("chatUsage", () => {
  it("is what is billed, else all tokens, else nothing", () => {
    const tokens = { input_tokens: 71, output_tokens: 9 };
    expect(chatUsage({ billed_units: { input_tokens: 5 }, tokens })).toMatchObject({ inputTokens: 5, outputTokens: 9 });
    expect(chatUsage({ tokens })).toMatchObject({ inputTokens: 71, outputTokens: 9 });
    // 64 of 71 tokens came from the cache, and 5 are billed
    expect(chatUsage({ billed_units: { input_tokens: 5 }, tokens, cached_tokens: 64 })).toMatchObject({
      inputTokens: 5,
      cachedInputTokens: 5,
    });
    expect(chatUsage({ cached_tokens: 64 })).toMatchObject({ inputTokens: undefined, cachedInputTokens: 64 });
    expect(chatUsage({})).toEqual({ inputTokens: undefined, outputTokens: undefined, raw: {} });
    expect(chatUsage(undefined)).toBeUndefined();
  });
});
