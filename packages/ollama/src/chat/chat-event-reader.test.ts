import { collectStream, type StreamPart, type Warning } from "@onehead/provider";
import { bytesOf } from "@onehead/provider-contract";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/chat.json" with { type: "json" };
import { chatWire } from "../chat-wire.fixture.js";
import { readEvents } from "../read-events.js";
import { ChatEventReader } from "./chat-event-reader.js";
import { chatUsage } from "./chat-parts.js";
import { fromChatAnswer } from "./from-chat-answer.js";

const warning: Warning = { field: "tools[0].strict", message: "Ollama does not promise to keep the schema" };
const [, , text, , last] = recorded.events;

function read(events: readonly unknown[]): StreamPart[] {
  const reader = new ChatEventReader([warning]);
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()];
}

async function* piecesOf<T>(pieces: readonly T[]): AsyncGenerator<T> {
  yield* pieces;
}

const withMessage = (message: object, rest: object = {}) => ({
  ...text,
  message: { role: "assistant", ...message },
  ...rest,
});

describe("ChatEventReader", () => {
  test("reads thoughts, text, usage and the end of a recorded stream", () => {
    const response = { id: undefined, model: "qwen3:8b" };
    expect(read(recorded.events)).toEqual([
      { type: "start", warnings: [warning], response },
      { type: "reasoning", text: "The user wants " },
      { type: "reasoning", text: "a greeting. Short." },
      { type: "text", text: "Grüße, " },
      { type: "text", text: "世界 🌍!" },
      {
        type: "finish",
        finishReason: "stop",
        rawFinishReason: "stop",
        usage: expect.objectContaining({ inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310 }),
        warnings: [],
        response,
      },
    ]);
  });

  test("gives the same parts wherever the bytes of the stream are cut", async () => {
    const bytes = Buffer.concat(chatWire.events.map(bytesOf));
    const whole = read(recorded.events);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const events: unknown[] = [];
      const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
      for await (const event of readEvents(piecesOf(pieces))) events.push(event);
      expect(read(events)).toEqual(whole);
    }
  });

  test("names calls that have no id, whatever form their arguments have", () => {
    const calls = [
      { id: "call_1", function: { name: "f", arguments: { n: 1 } } },
      { function: { name: "g", arguments: '{"n":2}' } },
      { id: "", function: { name: "h" } },
    ];
    const parts = read([withMessage({ tool_calls: calls }), last]);
    expect(parts.filter(({ type }) => type === "tool-call")).toMatchObject([
      { id: "call_1", name: "f", arguments: '{"n":1}' },
      { id: expect.stringMatching(/^call_.{24}/), name: "g", arguments: '{"n":2}' },
      { id: expect.stringMatching(/^call_.{24}/), name: "h", arguments: "{}" },
    ]);
    expect(parts.at(-1)).toMatchObject({ finishReason: "tool-calls", rawFinishReason: "stop" });
  });

  test("a call that was cut off with the answer is left out with a warning, whole and streamed", async () => {
    const message = { tool_calls: [{ function: { name: "f", arguments: '{"n' } }] };
    const end = { ...last, done_reason: "length" };
    const streamed = await collectStream(piecesOf(read([withMessage(message), end])));
    const whole = fromChatAnswer({ ...end, message }, [warning]);
    for (const { content, warnings, finishReason } of [streamed, whole]) {
      expect(content).toEqual([]);
      expect(finishReason).toBe("length");
      expect(warnings).toMatchObject([warning, { field: "maxOutputTokens" }]);
    }
  });

  test("gives log probabilities, whole and streamed", async () => {
    const tokens = [
      {
        token: "Hi",
        logprob: -0.25,
        top: [
          { token: "Hi", logprob: -0.25 },
          { token: "Hey", logprob: -1.5 },
        ],
      },
    ];
    const event = withMessage({ content: "Hi" }, { logprobs: recorded.logprobs });
    expect((await collectStream(piecesOf(read([event, last])))).logprobs).toEqual(tokens);
    expect(fromChatAnswer({ ...recorded.answer, logprobs: recorded.logprobs }, []).logprobs).toEqual(tokens);
  });

  test.each([
    ["stop", "stop"],
    [undefined, "stop"],
    ["length", "length"],
    ["load", "other"],
    ["something new", "other"],
  ])("reads the reason %s", (raw, finishReason) => {
    expect(read([{ ...last, done_reason: raw }]).at(-1)).toMatchObject({ finishReason });
    expect(fromChatAnswer({ ...recorded.answer, done_reason: raw }, []).finishReason).toBe(finishReason);
  });

  test("a stream without its last event was cut off", () => {
    expect(() => read([text])).toThrow("cut off before its last event");
  });
});

describe("readEvents", () => {
  test("an error within the stream is told without the server's own words", async () => {
    const lines = [`${JSON.stringify(text)}\n`, `${JSON.stringify(recorded.error)}\n`].map(bytesOf);
    const reading = (async () => {
      for await (const _ of readEvents(piecesOf(lines)));
    })();
    await expect(reading).rejects.toThrow(/^stream: error event$/);
  });

  test("takes a last line without its end, and reads nothing behind it", async () => {
    const lines = [`${JSON.stringify(last)}\n`, "no JSON"].map(bytesOf);
    const events: unknown[] = [];
    for await (const event of readEvents(piecesOf(lines))) events.push(event);
    for await (const event of readEvents(piecesOf([bytesOf(JSON.stringify(last))]))) events.push(event);
    expect(events).toEqual([last, last]);
  });
});

describe("fromChatAnswer", () => {
  test.each([
    ["nothing", null, "chat answer: null"],
    ["no message", {}, "message: missing"],
  ])("%s is no answer", (_, json, message) => {
    expect(() => fromChatAnswer(json, [])).toThrow(message);
  });

  test("what the server does not count is unknown", () => {
    expect(chatUsage({ model: "m" })).toBeUndefined();
    expect(chatUsage({ eval_count: 3, model: "m" })).toEqual({
      inputTokens: undefined,
      outputTokens: 3,
      raw: { eval_count: 3 },
    });
  });
});
