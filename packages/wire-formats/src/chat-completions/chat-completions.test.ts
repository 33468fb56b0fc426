import type { Wire } from "@onehead/provider-http";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partsOf, resultOf, richContent } from "../testing/answers.fixture.js";
import { errorOf, type FormatServer, startFormatServer } from "../testing/format-server.fixture.js";
import { chatCompletions } from "./chat-completions.js";

let server: FormatServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startFormatServer(chatCompletions);
  client = new OpenAI({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const asked = { model: "auto", messages: [{ role: "user" as const, content: "Hi" }] };
const usage = {
  prompt_tokens: 100,
  completion_tokens: 50,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
  completion_tokens_details: { reasoning_tokens: 20 },
};
const head = { id: "chatcmpl-a1", object: "chat.completion", created: 1_700_000_000, model: "claude-x" };
const calls = [
  { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
  {
    id: "call_2",
    type: "function",
    function: { name: "time", arguments: '{"zone":"CET"}' },
    extra_content: { google: { thought_signature: "google:def=" } },
  },
];

describe("OpenAI's client reads", () => {
  test("an answer in text", async () => {
    server.script = { result: resultOf([{ type: "text", text: "Hello." }]) };
    const completion = await client.chat.completions.create(asked);
    expect(completion).toEqual({
      ...head,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "Hello.", refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage,
    });
  });

  test("an answer with reasoning and calls at once, whole and streamed", async () => {
    const result = resultOf(richContent, "tool-calls");
    server.script = { result, parts: partsOf(result) };
    const whole = await client.chat.completions.create(asked);
    const message = {
      role: "assistant",
      content: "I look 👀.",
      refusal: null,
      reasoning_content: "Let me see.",
      tool_calls: calls,
    };
    expect(whole.choices[0]).toMatchObject({ message, finish_reason: "tool_calls" });
    const thoughts: unknown[] = [];
    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
    // the client keeps the last piece of a field that it does not know
    stream.on("chunk", ({ choices }) => thoughts.push((choices[0]?.delta as Wire | undefined)?.["reasoning_content"]));
    const { choices, ...rest } = await stream.finalChatCompletion();
    expect(thoughts.join("")).toBe("Let me see.");
    expect(rest).toEqual({ ...head, usage });
    const { reasoning_content: _, ...known } = message;
    expect(choices).toMatchObject([{ message: known, finish_reason: "tool_calls", logprobs: null, index: 0 }]);
  });

  test("calls that a provider mixes, and one that it says as a whole", async () => {
    const [start, ...rest] = partsOf(resultOf([], "tool-calls"));
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
        ...rest,
      ],
    };
    const { choices } = await client.chat.completions.stream(asked).finalChatCompletion();
    const made = choices[0].message.tool_calls?.map((call) => call.type === "function" && call.function);
    expect(made).toMatchObject([
      { name: "f", arguments: "{}" },
      { name: "g", arguments: '{"b":2}' },
      { name: "h", arguments: '{"c":3}' },
    ]);
  });

  test.each([
    ["length", "length"],
    ["content-filter", "content_filter"],
    ["other", "stop"],
    ["tool-calls", "stop"],
  ] as const)("the end %s of a text as %s", async (reason, told) => {
    const result = resultOf([{ type: "text", text: "H" }], reason);
    server.script = { result, parts: partsOf(result) };
    expect((await client.chat.completions.create(asked)).choices[0].finish_reason).toBe(told);
    expect((await client.chat.completions.stream(asked).finalChatCompletion()).choices[0].finish_reason).toBe(told);
  });

  test("usage only where it asks for it, and then in the last chunk and as null before", async () => {
    server.script = { parts: partsOf(resultOf([{ type: "text", text: "Hi" }])) };
    const read = async (options: object) => {
      const chunks: unknown[] = [];
      const stream = await client.chat.completions.create({ ...asked, stream: true, ...options });
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    };
    const chunkHead = { ...head, object: "chat.completion.chunk" };
    const chunk = (delta: object, finish: string | null = null) => ({
      ...chunkHead,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    });
    const plain = [
      chunk({ role: "assistant", content: "", refusal: null }),
      chunk({ content: "Hi" }),
      chunk({}, "stop"),
    ];
    expect(await read({})).toEqual(plain);
    expect(await read({ stream_options: { include_usage: true } })).toEqual([
      ...plain.map((given) => ({ ...given, usage: null })),
      { ...chunkHead, choices: [], usage },
    ]);
  });

  test("probabilities", async () => {
    const result = {
      ...resultOf([{ type: "text", text: "é" }]),
      logprobs: [{ token: "é", logprob: Number.NaN, top: [{ token: "\uFFFD", logprob: -2 }] }],
    };
    server.script = { result, parts: partsOf(result) };
    const content = [
      { token: "é", logprob: -9999, bytes: [195, 169], top_logprobs: [{ token: "\uFFFD", logprob: -2, bytes: null }] },
    ];
    const whole = await client.chat.completions.create({ ...asked, logprobs: true });
    expect(whole.choices[0].logprobs).toEqual({ content, refusal: null });
    const streamed = await client.chat.completions.stream({ ...asked, logprobs: true }).finalChatCompletion();
    expect(streamed.choices[0].logprobs).toEqual({ content, refusal: null });
  });
});

describe("OpenAI's client throws", () => {
  test.each([
    [400, OpenAI.BadRequestError, "invalid_request_error"],
    [401, OpenAI.AuthenticationError, "authentication_error"],
    [403, OpenAI.PermissionDeniedError, "permission_error"],
    [404, OpenAI.NotFoundError, "not_found_error"],
    [429, OpenAI.RateLimitError, "rate_limit_error"],
    [503, OpenAI.InternalServerError, "server_error"],
  ])("at status %d", async (status, errorClass, type) => {
    server.script = { error: errorOf(status) };
    const error: unknown = await client.chat.completions.create(asked).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({
      message: `${status} Too much.`,
      type,
      code: "some-code",
      param: "messages",
      requestID: "req_1",
    });
  });

  test("where a stream breaks off, after what it has said", async () => {
    const [start, text] = partsOf(resultOf([{ type: "text", text: "Hel" }]));
    server.script = { parts: [start, text], error: errorOf(502) };
    const stream = await client.chat.completions.create({ ...asked, stream: true });
    const said: unknown[] = [];
    const read = async () => {
      for await (const chunk of stream) said.push(chunk.choices[0].delta.content);
    };
    const error: unknown = await read().catch((thrown: unknown) => thrown);
    expect(said).toEqual(["", "Hel"]);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ message: "Too much.", code: "some-code", type: "server_error" });
  });

  test("at a request that is refused, with the field", async () => {
    const messages = [{ role: "user" as const, content: 5 as unknown as string }];
    const error: unknown = await client.chat.completions.create({ ...asked, messages }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: "messages[0].content" });
    expect(String(error)).toContain("messages[0].content: 5, expected text or a list of parts");
  });
});

test("the last event of a provider's own stream is known", () => {
  expect(chatCompletions.isTerminal({ choices: [], usage: { prompt_tokens: 1 } })).toBe(true);
  expect(chatCompletions.isTerminal({ choices: [{ finish_reason: "stop" }], usage: null })).toBe(false);
  // Azure's first chunk
  expect(chatCompletions.isTerminal({ choices: [], prompt_filter_results: [] })).toBe(false);
});

test("nothing but the proofs of calls is kept from a provider that speaks the interface", () => {
  const { extra_content: _, ...plain } = calls[1];
  const body = (call: object) => ({ ...asked, n: 2, messages: [{ role: "assistant", tool_calls: [calls[0], call] }] });
  expect(chatCompletions.nativeBody(body(calls[1]))).toEqual(body(plain));
  expect(chatCompletions.nativeBody({ messages: "x" })).toEqual({ messages: "x" });
});
