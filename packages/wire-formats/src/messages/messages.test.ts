import Anthropic from "@anthropic-ai/sdk";
import type { StreamPart } from "@onehead/provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partsOf, resultOf, richContent } from "../testing/answers.fixture.js";
import { aboutOf, errorOf, type FormatServer, startFormatServer } from "../testing/format-server.fixture.js";
import { messages } from "./messages.js";

let server: FormatServer;
let client: Anthropic;
beforeAll(async () => {
  server = await startFormatServer(messages);
  client = new Anthropic({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const asked = { model: "auto", max_tokens: 100, messages: [{ role: "user" as const, content: "Hi" }] };
const usage = {
  input_tokens: 50,
  cache_creation_input_tokens: 10,
  cache_read_input_tokens: 40,
  output_tokens: 50,
  output_tokens_details: { thinking_tokens: 20 },
  server_tool_use: null,
};
const head = { id: "msg_a1", type: "message", role: "assistant", model: "claude-x", container: null };
const toolUse = (id: string, name: string, input: object) => ({
  type: "tool_use",
  id,
  name,
  input,
  caller: { type: "direct" },
});

describe("Anthropic's client reads", () => {
  test("an answer in text, whole and streamed", async () => {
    const result = resultOf([{ type: "text", text: "Hello there." }]);
    server.script = { result, parts: partsOf(result) };
    const message = {
      ...head,
      content: [{ type: "text", text: "Hello there.", citations: null }],
      stop_reason: "end_turn",
      stop_sequence: null,
      stop_details: null,
      usage,
    };
    expect(await client.messages.create(asked)).toMatchObject(message);
    expect(await client.messages.stream(asked).finalMessage()).toMatchObject(message);
  });

  test("thoughts with their proofs and calls at once, whole and streamed", async () => {
    const result = resultOf(
      [{ type: "reasoning", text: "", signature: "anthropic:X", redacted: true }, ...richContent],
      "tool-calls",
    );
    server.script = { result, parts: partsOf(result) };
    const content = [
      { type: "redacted_thinking", data: "anthropic:X" },
      { type: "thinking", thinking: "Let me see.", signature: "google:abc=" },
      { type: "text", text: "I look 👀.", citations: null },
      toolUse("call_1", "weather", { city: "Oslo" }),
      {
        ...toolUse("call_2", "time", { zone: "CET" }),
      },
    ];
    const whole = await client.messages.create(asked);
    expect(whole).toMatchObject({ content, stop_reason: "tool_use" });
    expect(whole.content[4]).toHaveProperty("extra_content", { google: { thought_signature: "google:def=" } });
    const streamed = await client.messages.stream(asked).finalMessage();
    expect(streamed).toMatchObject({ content, stop_reason: "tool_use", usage });
  });

  test("the proof of a call that came as a whole, streamed", async () => {
    const result = resultOf(richContent.slice(3), "tool-calls");
    server.script = { result, parts: partsOf(result, 1000) };
    const { content } = await client.messages.stream(asked).finalMessage();
    expect(content[0]).toHaveProperty("extra_content", { google: { thought_signature: "google:def=" } });
  });

  test("calls that a provider mixes one after the other, and what is said meanwhile after them", async () => {
    const [start, finish] = partsOf(resultOf([], "tool-calls"));
    server.script = {
      parts: [
        start,
        { type: "text", text: "Both." },
        { type: "tool-call-start", id: "1", name: "f" },
        { type: "tool-call-start", id: "2", name: "g" },
        { type: "tool-call-delta", id: "2", argumentsDelta: '{"b"' },
        { type: "tool-call-delta", id: "1", argumentsDelta: '{"a"' },
        { type: "text", text: "Wait." },
        { type: "tool-call-delta", id: "2", argumentsDelta: ":2}" },
        { type: "tool-call-delta", id: "1", argumentsDelta: ":1}" },
        { type: "tool-call", id: "1", name: "f", arguments: '{"a":1}' },
        { type: "tool-call", id: "2", name: "g", arguments: '{"b":2}' },
        { type: "tool-call", id: "3", name: "h", arguments: "{}" },
        finish,
      ],
    };
    const indices: string[] = [];
    const stream = client.messages.stream(asked);
    stream.on("streamEvent", (event) => {
      if ("index" in event) indices.push(`${event.type.replace("content_block_", "")} ${event.index}`);
    });
    const { content } = await stream.finalMessage();
    expect(content).toMatchObject([
      { text: "Both." },
      toolUse("1", "f", { a: 1 }),
      toolUse("2", "g", { b: 2 }),
      { text: "Wait." },
      toolUse("3", "h", {}),
    ]);
    // one block after the other
    expect(indices.filter((entry) => !entry.startsWith("delta"))).toEqual(
      [0, 1, 2, 3, 4].flatMap((index) => [`start ${index}`, `stop ${index}`]),
    );
  });

  test("a call that follows another before that is told to be over", async () => {
    const writer = messages.eventWriter(aboutOf(asked));
    const write = (part: StreamPart) => writer.write(part).map(({ data }) => (data as { type: string }).type);
    write({ type: "start", warnings: [], response: {} });
    write({ type: "tool-call-start", id: "1", name: "f" });
    expect(write({ type: "tool-call-delta", id: "1", argumentsDelta: '{"a"' })).toEqual([]);
    expect(write({ type: "tool-call-delta", id: "1", argumentsDelta: ":1}" })).toEqual([
      "content_block_start",
      "content_block_delta",
    ]);
    expect(write({ type: "tool-call-start", id: "2", name: "g" })).toEqual(["content_block_stop"]);
    expect(write({ type: "tool-call", id: "1", name: "f", arguments: '{"a":1}' })).toEqual([]);
    expect(write({ type: "tool-call", id: "2", name: "g", arguments: "{}" })).toEqual([
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
    ]);
  });

  test("a call that was cut", async () => {
    const [start, finish] = partsOf(resultOf([], "length"));
    server.script = {
      parts: [
        start,
        { type: "tool-call-start", id: "1", name: "f" },
        { type: "tool-call-delta", id: "1", argumentsDelta: '{"a":1,"b' },
        finish,
      ],
    };
    const message = await client.messages.stream(asked).finalMessage();
    expect(message).toMatchObject({ stop_reason: "max_tokens", content: [{ type: "tool_use", input: { a: 1 } }] });
  });

  test.each([
    ["length", undefined, "max_tokens", null],
    ["length", "model_context_window_exceeded", "model_context_window_exceeded", null],
    ["content-filter", undefined, "refusal", null],
    ["other", "pause_turn", "end_turn", null],
    ["stop", "stop_sequence", "stop_sequence", "END"],
  ] as const)("the end %s (%s) as %s", async (reason, rawFinishReason, told, sequence) => {
    const result = { ...resultOf([{ type: "text", text: "H" }], reason), rawFinishReason };
    server.script = { result, parts: partsOf(result) };
    const body = { ...asked, stop_sequences: ["END"] };
    const ending = { stop_reason: told, stop_sequence: sequence };
    expect(await client.messages.create(body)).toMatchObject(ending);
    expect(await client.messages.stream(body).finalMessage()).toMatchObject(ending);
  });
});

test("the tokens of the prompt stand at the start where they are known", () => {
  const writer = messages.eventWriter({ ...aboutOf(asked), inputTokens: 12 });
  const [event] = writer.write({ type: "start", warnings: [], response: {} });
  expect(event).toMatchObject({ event: "message_start", data: { message: { usage: { input_tokens: 12 } } } });
  expect(messages.isTerminal(writer.end()[0].data as object as Record<string, unknown>)).toBe(true);
});

describe("Anthropic's client throws", () => {
  test.each([
    [400, Anthropic.BadRequestError, "invalid_request_error"],
    [401, Anthropic.AuthenticationError, "authentication_error"],
    [403, Anthropic.PermissionDeniedError, "permission_error"],
    [404, Anthropic.NotFoundError, "not_found_error"],
    [413, Anthropic.APIError, "request_too_large"],
    [429, Anthropic.RateLimitError, "rate_limit_error"],
    [500, Anthropic.InternalServerError, "api_error"],
    [529, Anthropic.InternalServerError, "overloaded_error"],
  ])("at status %d", async (status, errorClass, type) => {
    server.script = { error: errorOf(status) };
    const error: unknown = await client.messages.create(asked).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ type, status, requestID: "req_1", apiMessage: "Too much.", errorCode: "some-code" });
  });

  test("where a stream breaks off, after what it has said", async () => {
    const [start, text] = partsOf(resultOf([{ type: "text", text: "Hel" }]));
    server.script = { parts: [start, text], error: errorOf(529) };
    const stream = client.messages.stream(asked);
    const said: string[] = [];
    stream.on("text", (piece) => said.push(piece));
    const error: unknown = await stream.finalMessage().catch((thrown: unknown) => thrown);
    expect(said).toEqual(["Hel"]);
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error).toMatchObject({ type: "overloaded_error", apiMessage: "Too much." });
  });

  test("at a request that is refused, with the field", async () => {
    const error: unknown = await client.messages.create({ ...asked, max_tokens: -1 }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({ apiMessage: "max_tokens: -1, expected an integer of at least 0" });
  });
});

test("a provider that speaks the interface gets its own proofs, and nothing of others", () => {
  const content = [
    { type: "thinking", thinking: "a", signature: "anthropic:A" },
    { type: "thinking", thinking: "b", signature: "google:B" },
    { type: "thinking", thinking: "c", signature: "C" },
    { type: "thinking", thinking: "d", signature: "" },
    { type: "redacted_thinking", data: "anthropic:D" },
    { type: "text", text: "e" },
    { type: "tool_use", id: "1", name: "f", input: {}, extra_content: { google: {} } },
  ];
  const foreign = { role: "assistant", content: content.slice(1, 2) };
  expect(messages.nativeBody({ ...asked, messages: [{ role: "assistant", content }, foreign] })).toEqual({
    ...asked,
    messages: [
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "a", signature: "A" },
          { type: "thinking", thinking: "c", signature: "C" },
          { type: "redacted_thinking", data: "D" },
          { type: "text", text: "e" },
          { type: "tool_use", id: "1", name: "f", input: {} },
        ],
      },
    ],
  });
});
