import { type ChatResult, collectStream, type StreamPart, type Warning } from "@onehead/provider";
import { parseEvent, readServerSentEvents } from "@onehead/provider-http";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/chat-completions.json" with { type: "json" };
import { chatWire } from "../chat-wire.fixture.js";
import { ChatEventReader } from "./chat-event-reader.js";

function partsOf(events: readonly unknown[], warnings: Warning[] = []): StreamPart[] {
  const reader = new ChatEventReader(warnings);
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()];
}

async function partsOfBytes(pieces: readonly Uint8Array[]): Promise<StreamPart[]> {
  const reader = new ChatEventReader([]);
  const parts: StreamPart[] = [];
  const chunks = async function* () {
    yield* pieces;
  };
  for await (const { data } of readServerSentEvents(chunks())) {
    if (data !== "[DONE]") parts.push(...reader.read(parseEvent(data)));
  }
  return [...parts, ...reader.end()];
}

const collected = (events: readonly unknown[]): Promise<ChatResult> =>
  collectStream(
    (async function* () {
      yield* partsOf(events);
    })(),
  );

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  ...recorded.events[0],
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const call = (fields: object, fn: object = {}) =>
  chunk({ tool_calls: [{ type: "function", ...fields, function: fn }] });
const end = (finish = "stop") => chunk({}, finish);
const callsOf = async (...events: unknown[]) =>
  (await collected([...events, end("tool_calls")])).content.map((part) =>
    part.type === "tool-call" ? [part.id, part.name, part.arguments] : part.type,
  );

test.each([
  ["text", chatWire.events],
  ["mixed tool calls", chatWire.parallelTools.events],
])("bytes of %s, cut at every boundary, give the same parts", async (_, frames) => {
  const bytes = new TextEncoder().encode(frames.join(""));
  const whole = await partsOfBytes([bytes]);
  expect(whole.at(-1)?.type).toBe("finish");
  for (let at = 0; at <= bytes.length; at++) {
    expect(await partsOfBytes([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  }
  expect(await partsOfBytes(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
});

test("the recorded stream is a start, its text and a finish", () => {
  expect(partsOf(recorded.events)).toMatchObject([
    { type: "start", response: { id: "chatcmpl-B9", model: "gpt-5-mini-2025-08-07" } },
    { type: "text", text: "Grüße, " },
    { type: "text", text: "世界 🌍!" },
    { type: "finish", finishReason: "stop", usage: chatWire.usage },
  ]);
});

test("warnings of the request are those of the start", () => {
  const warnings = [{ field: "topK", message: "no" }];
  expect(partsOf(recorded.events, warnings)[0]).toMatchObject({ type: "start", warnings });
});

describe("usage", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2 };

  test.each<[string, unknown[]]>([
    ["in a chunk of its own, after the end", [end(), { choices: [], usage }]],
    ["beside the end", [chunk({}, "stop", { usage })]],
    ["Groq's", [chunk({}, "stop", { x_groq: { id: "1", usage } })]],
    [
      "with every chunk, the last of which counts",
      [
        chunk({ content: "a" }, null, { usage: { prompt_tokens: 1, completion_tokens: 1 } }),
        chunk({}, "stop", { usage }),
      ],
    ],
    ["before a chunk that says null", [chunk({ content: "a" }, "stop", { usage }), chunk({}, null, { usage: null })]],
  ])("is read %s", async (_, events) => {
    expect((await collected(events)).usage).toMatchObject({ inputTokens: 1, outputTokens: 2 });
  });

  test("that never comes is not known", async () => {
    expect((await collected([end()])).usage).toEqual({ inputTokens: undefined, outputTokens: undefined });
  });
});

describe("tool calls", () => {
  test("by index, in mixed pieces", async () => {
    expect(
      await callsOf(
        call({ index: 0, id: "a" }, { name: "one", arguments: "" }),
        call({ index: 1, id: "b" }, { name: "two", arguments: '{"y"' }),
        call({ index: 0 }, { arguments: '{"x":1}' }),
        call({ index: 1, id: "" }, { arguments: ":2}" }),
      ),
    ).toEqual([
      ["a", "one", '{"x":1}'],
      ["b", "two", '{"y":2}'],
    ]);
  });

  test("by one index for all, as Gemini's compatible interface has them", async () => {
    expect(
      await callsOf(
        call({ index: 0, id: "a" }, { name: "one", arguments: '{"x":1}' }),
        call({ index: 0, id: "b" }, { name: "one", arguments: "{}" }),
      ),
    ).toEqual([
      ["a", "one", '{"x":1}'],
      ["b", "one", "{}"],
    ]);
  });

  test("with name and id in each piece", async () => {
    const piece = (json: string, more: object = {}) => call({ id: "a", ...more }, { name: "one", arguments: json });
    expect(await callsOf(piece('{"x"'), piece(":1}"))).toEqual([["a", "one", '{"x":1}']]);
    expect(await callsOf(piece('{"x"', { index: 0 }), piece(":1}", { index: 0 }))).toEqual([["a", "one", '{"x":1}']]);
  });

  test("with another id in each piece, but one index and one name", async () => {
    const events = [
      call({ index: 0, id: "a" }, { name: "one", arguments: '{"x"' }),
      call({ index: 0, id: "b" }, { arguments: ":1}" }),
    ];
    expect(await callsOf(...events)).toEqual([["a", "one", '{"x":1}']]);
  });

  test("without an index, by their ids", async () => {
    expect(
      await callsOf(
        call({ id: "a" }, { name: "one", arguments: '{"x"' }),
        call({}, { arguments: ":1}" }),
        call({ id: "b" }, { name: "two", arguments: "{" }),
        call({ id: "b" }, { arguments: "}" }),
      ),
    ).toEqual([
      ["a", "one", '{"x":1}'],
      ["b", "two", "{}"],
    ]);
  });

  test("without index and id, by their names", async () => {
    const found = await callsOf(
      chunk({
        tool_calls: [
          { function: { name: "one", arguments: { x: 1 } } },
          { function: { name: "two", arguments: null } },
        ],
      }),
      call({}, { name: "one", arguments: '{"z"' }),
      call({}, { arguments: ":3}" }),
    );
    expect(found.map(([, ...rest]) => rest)).toEqual([
      ["one", '{"x":1}'],
      ["two", "{}"],
      ["one", '{"z":3}'],
    ]);
    expect(new Set(found.map(([id]) => id)).size).toBe(3);
  });

  test("end the answer by tool-calls, though a server says stop", async () => {
    const events = [call({ index: 0, id: "a" }, { name: "one", arguments: "{}" }), end("stop")];
    expect(await collected(events)).toMatchObject({ finishReason: "tool-calls", rawFinishReason: "stop" });
  });

  test("that were cut off are left out of an answer cut for its length, and an error elsewhere", async () => {
    const cut = call({ index: 0, id: "a" }, { name: "one", arguments: '{"x' });
    expect(await collected([cut, end("length")])).toMatchObject({
      content: [],
      finishReason: "length",
      warnings: [{ field: "maxOutputTokens" }],
    });
    expect(() => partsOf([cut, end("tool_calls")])).toThrow("tool call a: arguments that are no JSON object");
  });
});

describe("servers that differ", () => {
  test.each(["reasoning_content", "reasoning"])("tell their reasoning as %s", async (field) => {
    const events = [chunk({ [field]: "h" }), chunk({ [field]: "m", content: "" }), chunk({ content: "a" }), end()];
    expect((await collected(events)).content).toEqual([
      { type: "reasoning", text: "hm" },
      { type: "text", text: "a" },
    ]);
  });

  test("begin without names, as Azure with its filters", async () => {
    const first = { id: "", model: "", choices: [], prompt_filter_results: [{ prompt_index: 0 }] };
    const { response } = await collected([first, chunk({ content: "a" }), end()]);
    expect(response).toEqual({ id: "chatcmpl-B9", model: "gpt-5-mini-2025-08-07" });
  });

  test("give several answers, of which the first is read", async () => {
    const other = { ...chunk({}), choices: [{ index: 1, delta: { content: "b" }, finish_reason: "length" }] };
    const both = { ...chunk({}), choices: [...other.choices, { index: 0, delta: { content: "a" } }] };
    expect(await collected([both, other, end(), other])).toMatchObject({
      content: [{ type: "text", text: "a" }],
      finishReason: "stop",
    });
  });

  test("give text as a list of parts", async () => {
    const events = [chunk({ content: [{ type: "text", text: "a" }] }), end()];
    expect((await collected(events)).content).toEqual([{ type: "text", text: "a" }]);
  });
});

test("a refusal is the text, and ends the answer by content-filter", async () => {
  const events = [chunk({ refusal: "I " }), chunk({ refusal: "cannot." }), end("stop")];
  expect(await collected(events)).toMatchObject({
    content: [{ type: "text", text: "I cannot." }],
    finishReason: "content-filter",
  });
});

test("probabilities come as their tokens do", () => {
  const logprobs = { content: [{ token: "a", logprob: -1, top_logprobs: [] }] };
  const event = { ...chunk({}), choices: [{ index: 0, delta: { content: "a" }, logprobs, finish_reason: "stop" }] };
  expect(partsOf([event])[2]).toEqual({ type: "logprobs", tokens: [{ token: "a", logprob: -1, top: [] }] });
});

describe("what is no whole answer", () => {
  test.each<[string, unknown[], string]>([
    ["an end without its reason", recorded.events.slice(0, 3), "stream: cut off before its finish_reason"],
    ["nothing", [], "stream: cut off before its finish_reason"],
    ["an error event", [recorded.error], "stream: an error: rate_limit_exceeded"],
    ["an error within a chunk", [chunk({}, "error", { error: { code: 502, message: "SECRET" } })], "stream: an error"],
    ["a chunk that is none", ["SECRET"], "stream: chunk: string, expected an object"],
  ])("is an error: %s", (_, events, message) => {
    expect(() => partsOf(events)).toThrow(expect.objectContaining({ code: "response", message }));
  });
});
