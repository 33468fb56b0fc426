import { type ChatResult, collectStream, type StreamPart, type Warning } from "@onehead/provider";
import { parseEvent, readServerSentEvents } from "@onehead/provider-http";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/responses.json" with { type: "json" };
import { responsesWire } from "../responses-wire.fixture.js";
import { fromResponse } from "./from-response.js";
import { ResponseEventReader } from "./response-event-reader.js";

function partsOf(events: readonly unknown[], warnings: Warning[] = []): StreamPart[] {
  const reader = new ResponseEventReader(warnings);
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()];
}

async function partsOfBytes(pieces: readonly Uint8Array[]): Promise<StreamPart[]> {
  const reader = new ResponseEventReader([]);
  const parts: StreamPart[] = [];
  const chunks = async function* () {
    yield* pieces;
  };
  for await (const { data } of readServerSentEvents(chunks())) parts.push(...reader.read(parseEvent(data)));
  return [...parts, ...reader.end()];
}

const collected = (events: readonly unknown[]): Promise<ChatResult> =>
  collectStream(
    (async function* () {
      yield* partsOf(events);
    })(),
  );

const completed = (more: object = {}) => ({ type: "response.completed", response: { ...recorded.answer, ...more } });
const incomplete = (reason: string) => ({
  type: "response.incomplete",
  response: { ...recorded.answer, status: "incomplete", incomplete_details: { reason } },
});
const [paris, rome] = recorded.parallelToolCalls;
const added = (output_index: number, item: object) => ({ type: "response.output_item.added", output_index, item });
const done = (output_index: number, item: object) => ({ type: "response.output_item.done", output_index, item });
const piece = (output_index: number, item_id: string, delta: string) => ({
  type: "response.function_call_arguments.delta",
  output_index,
  item_id,
  delta,
});

test.each([
  ["text and reasoning", responsesWire.events],
  ["mixed tool calls", responsesWire.parallelTools.events],
])("bytes of %s, cut at every boundary, give the same parts", async (_, frames) => {
  const bytes = new TextEncoder().encode(frames.join(""));
  const whole = await partsOfBytes([bytes]);
  expect(whole.at(-1)?.type).toBe("finish");
  for (let at = 0; at <= bytes.length; at++) {
    expect(await partsOfBytes([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  }
  expect(await partsOfBytes(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
});

test("the recorded stream collects to the recorded answer", async () => {
  const streamed = await collected([...recorded.events, completed()]);
  expect(streamed).toEqual(fromResponse(recorded.answer, []));
});

test("warnings of the request are those of the start", () => {
  const warnings = [{ field: "seed", message: "no" }];
  expect(partsOf([...recorded.events, completed()], warnings)[0]).toMatchObject({ type: "start", warnings });
});

test("several summaries are told apart by a blank line", async () => {
  const events = [0, 1].flatMap((summary_index) => [
    { type: "response.reasoning_summary_part.added", summary_index },
    { type: "response.reasoning_summary_text.delta", summary_index, delta: `${summary_index}` },
  ]);
  expect((await collected([...events, completed()])).content).toEqual([{ type: "reasoning", text: "0\n\n1" }]);
});

test("thoughts themselves, as open models tell them, are reasoning", async () => {
  const events = [{ type: "response.reasoning_text.delta", delta: "hm" }, completed()];
  expect((await collected(events)).content).toEqual([{ type: "reasoning", text: "hm" }]);
});

describe("tool calls", () => {
  const callsOf = async (...events: unknown[]) =>
    (await collected([...events, completed()])).content.map((part) =>
      part.type === "tool-call" ? [part.id, part.name, part.arguments] : part.type,
    );
  const whole = [[paris.call_id, "get_weather", '{"city":"Paris"}']];

  test("in mixed pieces are put together by their places", async () => {
    const events = [
      added(0, { ...paris, arguments: "" }),
      added(1, { ...rome, arguments: "" }),
      piece(1, "fc_2", '{"city":'),
      piece(0, "fc_1", paris.arguments),
      piece(1, "fc_2", '"Rome"}'),
      done(1, rome),
      done(0, paris),
    ];
    expect(await callsOf(...events)).toEqual([[rome.call_id, "get_weather", '{"city":"Rome"}'], ...whole]);
  });

  test.each<[string, unknown[]]>([
    ["has another id in each event", [added(0, { ...paris, id: "x" }), piece(0, "y", paris.arguments), done(0, paris)]],
    ["has no ids", [added(0, { ...paris, id: undefined }), done(0, { ...paris, id: undefined })]],
    ["sends no pieces", [added(0, { ...paris, arguments: "" }), done(0, paris)]],
    ["says only that they are done", [done(0, paris)]],
    [
      "does not repeat them",
      [added(0, paris), piece(0, "fc_1", paris.arguments), done(0, { ...paris, arguments: "" })],
    ],
    ["does not say that they are done", [added(0, paris), piece(0, "fc_1", paris.arguments)]],
    [
      "has no places",
      [
        { ...added(0, paris), output_index: undefined, item_id: "fc_1" },
        { ...piece(0, "fc_1", paris.arguments), output_index: undefined },
      ],
    ],
  ])("are whole of a server that %s", async (_, events) => {
    expect(await callsOf(...events)).toEqual(whole);
  });

  test("that were cut off are left out of an answer cut for its length, and an error elsewhere", async () => {
    const cut = [
      added(0, { ...paris, arguments: "" }),
      piece(0, "fc_1", '{"city":"SEC'),
      done(0, { ...paris, arguments: '{"city":"SEC', status: "incomplete" }),
    ];
    expect(await collected([...cut, incomplete("max_output_tokens")])).toMatchObject({
      content: [],
      finishReason: "length",
      warnings: [{ field: "maxOutputTokens" }],
    });
    expect(() => partsOf([...cut, completed()])).toThrow(/arguments that are no JSON object, expected one$/);
  });
});

describe("the end", () => {
  test.each([
    [completed(), "stop"],
    [incomplete("max_output_tokens"), "length"],
    [incomplete("content_filter"), "content-filter"],
    [incomplete("something_new"), "other"],
  ])("%# is %s", async (event, finishReason) => {
    expect((await collected([event])).finishReason).toBe(finishReason);
  });

  test("by a refusal is content-filter, and its text the answer", async () => {
    const events = [{ type: "response.refusal.delta", delta: "I cannot." }, completed()];
    expect(await collected(events)).toMatchObject({
      content: [{ type: "text", text: "I cannot." }],
      finishReason: "content-filter",
    });
  });

  test("that failed carries its reason, and its usage for whoever asks", () => {
    const reader = new ResponseEventReader([]);
    const failed = { ...recorded.answer, status: "failed", error: { code: "server_error", message: "SECRET" } };
    const read = () => [...reader.read({ type: "response.failed", response: failed })];
    expect(read).toThrow(
      expect.objectContaining({ message: "response: failed: server_error", reason: "server_error" }),
    );
    expect(reader.usage).toMatchObject({ outputTokens: 310 });
  });
});

test("probabilities come as their tokens do; events of other kinds show nothing", () => {
  const logprobs = [{ token: "a", logprob: -1, top_logprobs: [] }];
  const events = [
    { type: "response.output_text.delta", delta: "a", logprobs },
    { type: "response.output_text.annotation.added", annotation: {} },
    { type: "keepalive" },
    completed(),
  ];
  expect(partsOf(events).map(({ type }) => type)).toEqual(["start", "text", "logprobs", "finish"]);
});

describe("what is no whole answer", () => {
  test.each<[string, unknown[], string]>([
    ["an end without response.completed", recorded.events, "stream: cut off before response.completed"],
    ["an error event", [recorded.errorEvent], "stream: an error: server_error"],
    ["an error event that nests it", [{ type: "error", error: { type: "too_many" } }], "stream: an error: too_many"],
    ["an error event without a name", [{ type: "error", message: "SECRET" }], "stream: an error"],
    ["an event that is none", ["SECRET"], "stream: event: string, expected an object"],
  ])("is an error: %s", (_, events, message) => {
    expect(() => partsOf(events)).toThrow(expect.objectContaining({ code: "response", message }));
  });
});
