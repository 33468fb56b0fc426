import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partsOf, resultOf, richContent } from "../testing/answers.fixture.js";
import { aboutOf, errorOf, type FormatServer, startFormatServer } from "../testing/format-server.fixture.js";
import { responses } from "./responses.js";

let server: FormatServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startFormatServer(responses);
  client = new OpenAI({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const asked = { model: "auto", input: "Hi", instructions: "Be short.", metadata: { a: "b" } };
const usage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 150,
};
const head = { id: "resp_a1", object: "response", created_at: 1_700_000_000, model: "claude-x" };
const message = (index: number, text: string, status = "completed") => ({
  id: `msg_a1_${index}`,
  type: "message",
  role: "assistant",
  status,
  content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
});
const output = [
  {
    id: "rs_a1_0",
    type: "reasoning",
    summary: [{ type: "summary_text", text: "Let me see." }],
    encrypted_content: "google:abc=",
  },
  message(1, "I look 👀."),
  {
    id: "fc_a1_2",
    type: "function_call",
    status: "completed",
    call_id: "call_1",
    name: "weather",
    arguments: '{"city":"Oslo"}',
  },
  {
    id: "fc_a1_3",
    type: "function_call",
    status: "completed",
    call_id: "call_2",
    name: "time",
    arguments: '{"zone":"CET"}',
    extra_content: { google: { thought_signature: "google:def=" } },
  },
];

describe("OpenAI's client reads", () => {
  test("an answer with all that it can have, whole and streamed, the same", async () => {
    const result = resultOf(richContent, "tool-calls");
    server.script = { result, parts: partsOf(result) };
    const whole = await client.responses.create(asked);
    expect(whole).toMatchObject({
      ...head,
      status: "completed",
      instructions: "Be short.",
      metadata: { a: "b" },
      error: null,
      incomplete_details: null,
      output_text: "I look 👀.",
      usage,
      store: false,
    });
    expect(whole.output).toEqual(output);
    const streamed = await client.responses.stream(asked).finalResponse();
    // the client's own field, where its helper has parsed the calls
    const { output_parsed: _, ...rest } = streamed;
    const withoutParsed = { ...rest, output: streamed.output.map(({ ...item }) => withoutParsedFields(item)) };
    const { output_text: __, ...said } = whole;
    expect(withoutParsed).toMatchObject(said);
    expect(withoutParsed.output).toEqual(output);
  });

  test("every event in its order, numbered", async () => {
    const result = resultOf(richContent.slice(0, 3), "tool-calls");
    server.script = { parts: partsOf(result, 1000) };
    const stream = await client.responses.create({ ...asked, stream: true });
    const events: Array<{ type: string; sequence_number: number; output_index?: number }> = [];
    for await (const event of stream) events.push(event as (typeof events)[0]);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, i) => i));
    expect(events.map(({ type, output_index: at }) => [type.replace("response.", ""), at])).toEqual([
      ["created", undefined],
      ["in_progress", undefined],
      ["output_item.added", 0],
      ["reasoning_summary_part.added", 0],
      ["reasoning_summary_text.delta", 0],
      ["reasoning_summary_text.done", 0],
      ["reasoning_summary_part.done", 0],
      ["output_item.done", 0],
      ["output_item.added", 1],
      ["content_part.added", 1],
      ["output_text.delta", 1],
      ["output_text.done", 1],
      ["content_part.done", 1],
      ["output_item.done", 1],
      ["output_item.added", 2],
      ["function_call_arguments.delta", 2],
      ["function_call_arguments.done", 2],
      ["output_item.done", 2],
      ["completed", undefined],
    ]);
  });

  test("calls that a provider mixes, side by side", async () => {
    const [start, finish] = partsOf(resultOf([], "tool-calls"));
    server.script = {
      parts: [
        start,
        { type: "tool-call-start", id: "1", name: "f" },
        { type: "tool-call-start", id: "2", name: "g" },
        { type: "tool-call-delta", id: "2", argumentsDelta: '{"b"' },
        { type: "tool-call-delta", id: "1", argumentsDelta: "{}" },
        { type: "tool-call-delta", id: "2", argumentsDelta: ":2}" },
        { type: "tool-call", id: "1", name: "f", arguments: "{}" },
        { type: "tool-call", id: "2", name: "g", arguments: '{"b":2}' },
        { type: "tool-call", id: "3", name: "h", arguments: '{"c":3}' },
        finish,
      ],
    };
    const { output } = await client.responses.stream(asked).finalResponse();
    expect(output).toMatchObject([
      { call_id: "1", name: "f", arguments: "{}" },
      { call_id: "2", name: "g", arguments: '{"b":2}' },
      { call_id: "3", name: "h", arguments: '{"c":3}' },
    ]);
  });

  test.each([
    ["length", "incomplete", "max_output_tokens"],
    ["content-filter", "incomplete", "content_filter"],
    ["other", "completed", undefined],
  ] as const)("the end %s as %s", async (reason, status, why) => {
    const result = resultOf([{ type: "text", text: "H" }], reason);
    server.script = { result, parts: partsOf(result) };
    const ending = {
      status,
      incomplete_details: why === undefined ? null : { reason: why },
      output: [message(0, "H", status)],
    };
    expect(await client.responses.create(asked)).toMatchObject(ending);
    expect(await client.responses.stream(asked).finalResponse()).toMatchObject(ending);
  });

  test("a call that was cut as one that is not whole", async () => {
    const [start, finish] = partsOf(resultOf([], "length"));
    server.script = {
      parts: [
        start,
        { type: "tool-call-start", id: "1", name: "f" },
        { type: "tool-call-delta", id: "1", argumentsDelta: '{"a' },
        finish,
      ],
    };
    const { output } = await client.responses.stream(asked).finalResponse();
    expect(output).toMatchObject([{ status: "incomplete", arguments: '{"a' }]);
  });
});

function withoutParsedFields(item: object): object {
  const { parsed_arguments: _, content, ...rest } = item as { parsed_arguments?: unknown; content?: object[] };
  if (content === undefined) return rest;
  const parts = content.map((part) => {
    const { parsed: __, ...plain } = part as { parsed?: unknown };
    return plain;
  });
  return { ...rest, content: parts };
}

describe("OpenAI's client throws", () => {
  test("at an error", async () => {
    server.script = { error: errorOf(429) };
    const error: unknown = await client.responses.create(asked).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ message: "429 Too much.", type: "rate_limit_error", code: "some-code" });
  });

  test("where a stream breaks off, after what it has said", async () => {
    const [start, text] = partsOf(resultOf([{ type: "text", text: "Hel" }]));
    server.script = { parts: [start, text], error: errorOf(502) };
    const stream = client.responses.stream(asked);
    const said: string[] = [];
    stream.on("response.output_text.delta", ({ delta }) => said.push(delta));
    const error: unknown = await stream.finalResponse().catch((thrown: unknown) => thrown);
    expect(said).toEqual(["Hel"]);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ message: "Too much.", code: "some-code" });
  });

  test("at a request that is refused, with the field", async () => {
    const error: unknown = await client.responses.create({ ...asked, input: [] }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: "input" });
  });
});

test("a broken stream ends with the response as far as it came", () => {
  const writer = responses.eventWriter(aboutOf(asked));
  writer.write({ type: "text", text: "Hel" });
  const [error, failed] = writer.fail(errorOf(429)).map(({ data }) => data as Record<string, unknown>);
  expect(error).toMatchObject({ type: "error", code: "some-code", message: "Too much.", sequence_number: 5 });
  expect(failed).toMatchObject({
    type: "response.failed",
    sequence_number: 6,
    response: {
      status: "failed",
      error: { code: "rate_limit_exceeded", message: "Too much." },
      output: [message(0, "Hel", "incomplete")],
    },
  });
  expect([error, failed].map((event) => responses.isTerminal(event))).toEqual([false, true]);
  expect(responses.errorEvents(errorOf(500))[0]).toMatchObject({ event: "error", data: { type: "error" } });
});

test("a provider that speaks the interface gets its own proofs and ids, and nothing of others", () => {
  const input = [
    { type: "reasoning", id: "rs_a1_0", summary: [], encrypted_content: "openai:rs_9|E" },
    { type: "reasoning", id: "rs_8", summary: [], encrypted_content: "gAAA" },
    { type: "reasoning", id: "rs_7", summary: [] },
    { type: "reasoning", id: "rs_a1_1", summary: [{ type: "summary_text", text: "a" }] },
    { type: "reasoning", id: "rs_a1_2", summary: [], encrypted_content: "google:G" },
    { type: "reasoning", id: "rs_a1_2", summary: [], encrypted_content: "redacted:anthropic:A" },
    { type: "function_call", id: "fc_a1_3", call_id: "1", name: "f", arguments: "{}", extra_content: {} },
    { id: "msg_6", role: "assistant", content: "b" },
  ];
  expect(responses.nativeBody({ ...asked, input }).input).toEqual([
    { type: "reasoning", id: "rs_9", summary: [], encrypted_content: "E" },
    input[1],
    input[2],
    { type: "function_call", call_id: "1", name: "f", arguments: "{}" },
    input[7],
  ]);
});
