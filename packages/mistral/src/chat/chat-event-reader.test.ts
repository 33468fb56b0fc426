import { ProviderResponseError, type StreamPart, type Warning } from "@onehead/provider";
import { bytesOf } from "@onehead/provider-contract";
import { parseEvent, readServerSentEvents } from "@onehead/provider-http";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/chat-completions.json" with { type: "json" };
import { chatWire } from "../chat-wire.fixture.js";
import { ChatEventReader } from "./chat-event-reader.js";

const warning: Warning = { field: "topK", message: "Mistral has no top_k" };

function read(events: readonly unknown[], reader = new ChatEventReader([warning])): StreamPart[] {
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()];
}

function delta(delta: object, finish: string | null = null, rest: object = {}): object {
  return { id: "1", model: "m", choices: [{ index: 0, delta, finish_reason: finish }], ...rest };
}

const callsOf = (parts: StreamPart[]) => parts.filter(({ type }) => type === "tool-call");

describe("ChatEventReader", () => {
  test("reads reasoning, text, usage and the end of a recorded stream", () => {
    expect(read(recorded.events)).toEqual([
      {
        type: "start",
        warnings: [warning],
        response: { id: "b5810ef13dbb4811a20d34e1393d8431", model: "mistral-medium-3-5" },
      },
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
        response: { id: "b5810ef13dbb4811a20d34e1393d8431", model: "mistral-medium-3-5" },
      },
    ]);
  });

  test("gives the same parts wherever the bytes of the stream are cut", async () => {
    const bytes = Buffer.concat(chatWire.events.map(bytesOf));
    const whole = read(recorded.events);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const events: unknown[] = [];
      const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
      for await (const { data } of readServerSentEvents(piecesOf(pieces)))
        if (data !== "[DONE]") events.push(parseEvent(data));
      expect(read(events)).toEqual(whole);
    }
  });

  test("puts a call together that comes in pieces without their id", () => {
    const events = recorded.toolCallInPieces.map((call) => delta({ tool_calls: [call] }));
    expect(callsOf(read([...events, delta({ content: "" }, "tool_calls")]))).toEqual([
      { type: "tool-call", id: "chatcmpl-tool-9f149c74c42f265b", name: "get_weather", arguments: '{"city": "Paris"}' },
    ]);
  });

  test("tells calls apart that have no index, and names those that have no id", () => {
    const calls = [
      { id: "aaaaaaaaa", function: { name: "f", arguments: '{"n":1}' } },
      { id: "bbbbbbbbb", function: { name: "f", arguments: { n: 2 } } },
      { id: "null", function: { name: "g", arguments: "{}" } },
      { function: { name: "h", arguments: "" } },
    ];
    const parts = callsOf(read([delta({ tool_calls: calls }), delta({}, "stop")]));
    expect(parts).toMatchObject([
      { id: "aaaaaaaaa", arguments: '{"n":1}' },
      { id: "bbbbbbbbb", arguments: '{"n":2}' },
      { id: expect.stringMatching(/^call_/), name: "g", arguments: "{}" },
      { id: expect.stringMatching(/^call_/), name: "h", arguments: "{}" },
    ]);
  });

  test("a call that was cut off with the answer is left out with a warning", () => {
    const call = { id: "aaaaaaaaa", function: { name: "f", arguments: '{"n":' } };
    const parts = read([delta({ tool_calls: [call] }), delta({}, "model_length")]);
    expect(callsOf(parts)).toEqual([]);
    expect(parts.at(-1)).toMatchObject({ finishReason: "length", warnings: [{ field: "maxOutputTokens" }] });
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["model_length", "length"],
    ["tool_calls", "tool-calls"],
    ["something new", "other"],
  ])("reads the finish reason %s", (raw, finishReason) => {
    expect(read([delta({ content: "a" }, raw)]).at(-1)).toMatchObject({ finishReason, rawFinishReason: raw });
  });

  test("keeps the signature of reasoning, and reads chunks without choices", () => {
    const thinking = { type: "thinking", thinking: [], signature: "proof", closed: true };
    const parts = read([
      delta({ content: [thinking, { type: "reference", reference_ids: [1] }] }),
      { choices: [] },
      delta({}, "stop"),
    ]);
    expect(parts[1]).toEqual({ type: "reasoning", text: "", signature: "proof" });
    expect(parts).toHaveLength(3);
  });

  test.each([
    ["an error event", recorded.error, "rate_limited"],
    ["a wrapped error", { error: { message: "Tell nobody", type: "server_error" } }, "server_error"],
    ["an answer that ends with an error", delta({ content: "" }, "error"), "error"],
  ])("%s is an error without the server's own words", (_, event, reason) => {
    const failing = () => read([delta({ content: "a" }), event]);
    expect(failing).toThrow(
      expect.toSatisfy((error) => ProviderResponseError.isInstance(error) && error.reason === reason),
    );
    expect(failing).not.toThrow(/limit exceeded|nobody/);
  });

  test("a stream without a finish reason was cut off", () => {
    expect(() => read([delta({ content: "a" })])).toThrow("cut off before its finish_reason");
  });
});

async function* piecesOf(pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
