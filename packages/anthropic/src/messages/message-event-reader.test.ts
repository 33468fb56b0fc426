import { collectStream, ProviderResponseError, type StreamPart, type Warning } from "@onehead/provider";
import { parseEvent, readServerSentEvents } from "@onehead/provider-http";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/messages.json" with { type: "json" };
import { frameOf, messagesWire } from "../messages-wire.fixture.js";
import { fromMessage } from "./from-message.js";
import { MessageEventReader } from "./message-event-reader.js";

function partsOf(events: readonly unknown[], warnings: Warning[] = []): StreamPart[] {
  const reader = new MessageEventReader(warnings);
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()];
}

async function partsOfBytes(pieces: readonly Uint8Array[]): Promise<StreamPart[]> {
  const reader = new MessageEventReader([]);
  const parts: StreamPart[] = [];
  const chunks = async function* () {
    yield* pieces;
  };
  for await (const { data } of readServerSentEvents(chunks())) parts.push(...reader.read(parseEvent(data)));
  return [...parts, ...reader.end()];
}

const collected = (events: readonly unknown[]) =>
  collectStream(
    (async function* () {
      yield* partsOf(events);
    })(),
  );

const start = recorded.events[0];
const begin = (index: number, content_block: object) => ({ type: "content_block_start", index, content_block });
const delta = (index: number, change: object) => ({ type: "content_block_delta", index, delta: change });
const stop = (index: number) => ({ type: "content_block_stop", index });
const json = (index: number, partial_json: string) => delta(index, { type: "input_json_delta", partial_json });
const ending = (stop_reason: string | null, usage: object | undefined = { output_tokens: 7 }) => [
  { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage },
  { type: "message_stop" },
];

test("bytes cut at every boundary give the same parts", async () => {
  const bytes = new TextEncoder().encode(messagesWire.events.join(""));
  const whole = await partsOfBytes([bytes]);
  expect(whole).toEqual(partsOf(recorded.events));
  for (let at = 0; at <= bytes.length; at++) {
    expect(await partsOfBytes([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  }
  expect(await partsOfBytes(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
});

test("the usage is not known before the end", () => {
  const reader = new MessageEventReader([]);
  for (const event of recorded.events.slice(0, -2)) for (const _ of reader.read(event));
  expect(reader.usage).toBeUndefined();
  for (const _ of reader.read(recorded.events.at(-2)));
  expect(reader.usage).toMatchObject(messagesWire.usage);
});

test("pings show nothing, wherever they stand", () => {
  const reader = new MessageEventReader([]);
  expect([...reader.read({ type: "ping" }), ...reader.read({ type: "something_new" })]).toEqual([]);
});

describe("an end", () => {
  test.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool-calls"],
    ["refusal", "content-filter"],
    ["pause_turn", "other"],
    ["something_new", "other"],
  ])("by %s is %s, whole and streamed", async (raw, finishReason) => {
    const streamed = await collected([start, ...ending(raw)]);
    expect(streamed).toMatchObject({ finishReason, rawFinishReason: raw });
    expect(fromMessage({ ...recorded.answer, stop_reason: raw }, [])).toMatchObject({
      finishReason,
      rawFinishReason: raw,
    });
  });

  test("that a server calls a plain one is by tool calls where there are some", async () => {
    const [call] = recorded.parallelToolCalls;
    const events = [start, begin(0, { ...call, input: {} }), json(0, "{}"), stop(0), ...ending("end_turn")];
    expect((await collected(events)).finishReason).toBe("tool-calls");
    expect(fromMessage({ ...recorded.answer, content: [call] }, []).finishReason).toBe("tool-calls");
  });

  test.each([
    ["before anything", []],
    ["before the reason", recorded.events.slice(0, -2)],
    ["before the stop", recorded.events.slice(0, -1)],
    ["without a reason", [start, ...ending(null)]],
  ])("that comes %s is an error", (_, events) => {
    expect(() => partsOf(events)).toThrow(/^stream: cut off before its message_stop/);
  });

  test("by refusal has no content, and costs what it costs", async () => {
    const { content, finishReason, usage } = await collected(recorded.refusal);
    expect(content).toEqual([]);
    expect(finishReason).toBe("content-filter");
    expect(usage).toMatchObject({ inputTokens: 18, outputTokens: 5 });
  });
});

test("an error within the stream names its fault, and nothing of its words", () => {
  let error: unknown;
  try {
    partsOf([start, { type: "error", error: { type: "overloaded_error", message: "secret" } }]);
  } catch (thrown) {
    error = thrown;
  }
  expect(ProviderResponseError.isInstance(error) && error.reason).toBe("overloaded_error");
  expect(String(error)).not.toContain("secret");
  expect(() => partsOf([start, { type: "error" }])).toThrow("stream: error event");
  expect(() => partsOf([null])).toThrow("stream: event: null");
});

describe("a tool call", () => {
  const call = { type: "tool_use", id: "toolu_1", name: "f", input: {} };
  test("without arguments has none", async () => {
    const { content } = await collected([start, begin(0, call), json(0, ""), stop(0), ...ending("tool_use")]);
    expect(content).toEqual([{ type: "tool-call", id: "toolu_1", name: "f", arguments: "{}" }]);
  });

  test("that a server gives whole at its start is whole", async () => {
    const events = [start, begin(0, { ...call, input: { a: 1 } }), stop(0), ...ending("tool_use")];
    expect((await collected(events)).content).toMatchObject([{ arguments: '{"a":1}' }]);
  });

  test("that the limit cuts is left out with a warning, though its block is closed", async () => {
    const events = [start, begin(0, call), json(0, '{"a":'), stop(0), ...ending("max_tokens")];
    const { content, warnings, finishReason } = await collected(events);
    expect(content).toEqual([]);
    expect(warnings.map(({ field }) => field)).toEqual(["maxOutputTokens"]);
    expect(finishReason).toBe("length");
  });

  test("that was not begun has no pieces", () => {
    expect(partsOf([start, json(3, "{}"), stop(3), ...ending("end_turn")])).toHaveLength(2);
  });
});

describe("thoughts", () => {
  const thinking = { type: "thinking", thinking: "", signature: "" };
  const signed = (index: number, signature: string) => delta(index, { type: "signature_delta", signature });
  test("that are not shown are a signature, whole and streamed", async () => {
    const events = [
      start,
      begin(0, thinking),
      signed(0, "E1"),
      stop(0),
      begin(1, thinking),
      signed(1, "E2"),
      ...ending("end_turn"),
    ];
    const parts = [
      { type: "reasoning", text: "", signature: "E1" },
      { type: "reasoning", text: "", signature: "E2" },
    ];
    expect((await collected(events)).content).toEqual(parts);
    const content = [
      { ...thinking, signature: "E1" },
      { ...thinking, signature: "E2" },
    ];
    expect(fromMessage({ ...recorded.answer, content }, []).content).toEqual(parts);
  });

  test("that are redacted stand alone, whole and streamed", async () => {
    const content = [
      { type: "redacted_thinking", data: "E1" },
      { ...thinking, thinking: "so" },
      { type: "text", text: "a" },
    ];
    const events = [start, ...content.flatMap((block, i) => [begin(i, block), stop(i)]), ...ending("end_turn")];
    const parts = [
      { type: "reasoning", text: "", signature: "E1", redacted: true },
      { type: "reasoning", text: "so" },
      { type: "text", text: "a" },
    ];
    expect((await collected(events)).content).toEqual(parts);
    expect(fromMessage({ ...recorded.answer, content }, []).content).toEqual(parts);
  });
});

test("blocks of Anthropic's own tools are left out with one warning, whole and streamed", async () => {
  const block = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} };
  const content = [block, block, { type: "text", text: "a" }, { type: "text", text: "b" }];
  const events = [start, ...content.flatMap((own, i) => [begin(i, own), stop(i)]), ...ending("end_turn")];
  const streamed = await collected(events);
  const whole = fromMessage({ ...recorded.answer, content }, []);
  for (const { content, warnings } of [streamed, whole]) {
    expect(content).toEqual([{ type: "text", text: "ab" }]);
    expect(warnings).toEqual([
      { field: "providerOptions", message: "server_tool_use blocks are left out of the answer" },
    ]);
  }
});

test("a start that is said twice counts once, and one that is whole already is whole", async () => {
  expect(partsOf([start, start, ...ending("end_turn")]).filter(({ type }) => type === "start")).toHaveLength(1);
  const message = { ...start.message, content: [recorded.parallelToolCalls[0]], stop_reason: "tool_use" };
  const result = await collected([{ type: "message_start", message }, { type: "message_stop" }]);
  expect(result).toMatchObject({
    finishReason: "tool-calls",
    content: [{ name: "get_weather", arguments: '{"city":"Paris"}' }],
  });
  expect(result.usage.outputTokens).toBe(2);
});

test("an event has the shape of the recorded ones", () => {
  expect(frameOf(recorded.error)).toMatch(/^event: error\ndata: \{/);
});
