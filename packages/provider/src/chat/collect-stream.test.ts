import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProviderResponseError } from "../errors/provider-errors.js";
import type { FinishPart, StreamPart } from "./chat-result.js";
import { appendPart, collectStream } from "./collect-stream.js";
import type { AssistantPart } from "./message.js";

const usage = { inputTokens: 10, outputTokens: 5 };
const start: StreamPart = { type: "start", warnings: [], response: {} };
const finish: FinishPart = { type: "finish", finishReason: "stop", usage, warnings: [], response: {} };

async function* streamOf(...parts: StreamPart[]): AsyncGenerator<StreamPart> {
  yield* parts;
}

function contentOf(...parts: StreamPart[]): AssistantPart[] {
  const content: AssistantPart[] = [];
  for (const part of parts) appendPart(content, part);
  return content;
}

const text = (text: string): StreamPart => ({ type: "text", text });
const reasoning = (text: string, more: object = {}): StreamPart => ({ type: "reasoning", text, ...more });

describe("a streamed answer", () => {
  test("becomes the same result as the call without streaming", async () => {
    const seed = { field: "seed", message: "has no effect" };
    const late = { field: "stop", message: "only four" };
    const token = (token: string) => ({ token, logprob: -0.1, top: [] });
    const result = await collectStream(
      streamOf(
        { type: "start", warnings: [seed], response: { id: "r1", model: "m" } },
        reasoning("Let me "),
        reasoning("think", { signature: "s" }),
        { type: "logprobs", tokens: [token("It")] },
        text("It is "),
        text("sunny."),
        { type: "logprobs", tokens: [token(" is"), token(" sunny")] },
        { type: "tool-call-start", id: "c1", name: "weather" },
        { type: "tool-call-delta", id: "c1", argumentsDelta: '{"city":' },
        { type: "tool-call-delta", id: "c1", argumentsDelta: '"Oslo"}' },
        { type: "tool-call", id: "c1", name: "weather", arguments: '{"city":"Oslo"}' },
        { ...finish, finishReason: "tool-calls", rawFinishReason: "tool_calls", warnings: [late], raw: { big: 1 } },
      ),
    );
    expect(result).toEqual({
      content: [
        { type: "reasoning", text: "Let me think", signature: "s" },
        { type: "text", text: "It is sunny." },
        { type: "tool-call", id: "c1", name: "weather", arguments: '{"city":"Oslo"}' },
      ],
      finishReason: "tool-calls",
      rawFinishReason: "tool_calls",
      usage,
      warnings: [seed, late],
      logprobs: [token("It"), token(" is"), token(" sunny")],
      response: { id: "r1", model: "m" },
    });
    expect(result).not.toHaveProperty("raw");
  });

  test("has what the finish says of it before what the start says", async () => {
    const begun: StreamPart = { type: "start", warnings: [], response: { id: "r1", model: "asked" } };
    const { response } = await collectStream(streamOf(begun, { ...finish, response: { model: "answered" } }));
    expect(response).toEqual({ id: "r1", model: "answered" });
  });

  test("has no log probabilities where none came", async () => {
    expect(await collectStream(streamOf(start, finish))).not.toHaveProperty("logprobs");
  });

  test("of nothing has no content", async () => {
    expect((await collectStream(streamOf(start, text(""), finish))).content).toEqual([]);
  });

  test("without a finish is an error that may be tried again", async () => {
    const error: unknown = await collectStream(streamOf(start, text("It is"))).catch((e) => e);
    expect(ProviderResponseError.isInstance(error) && error).toMatchObject({ retryable: true, billing: "unknown" });
  });

  test("hands on the error of the stream as it is", async () => {
    const error = new Error("reset");
    async function* broken(): AsyncGenerator<StreamPart> {
      yield start;
      throw error;
    }
    await expect(collectStream(broken())).rejects.toBe(error);
  });

  test("is given back after its finish", async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<StreamPart> {
      try {
        yield start;
        while (true) yield finish;
      } finally {
        closed = true;
      }
    }
    await collectStream(endless());
    expect(closed).toBe(true);
  });
});

describe("parts that follow each other", () => {
  test("are one text, whatever pieces it came in", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (pieces) => {
        const whole = pieces.join("");
        expect(contentOf(...pieces.map(text))).toEqual(whole === "" ? [] : [{ type: "text", text: whole }]);
      }),
    );
  });

  test("are one reasoning up to its signature, which ends it", () => {
    const parts = [reasoning("a"), reasoning("b"), reasoning("", { signature: "s1" }), reasoning("c"), reasoning("d")];
    expect(contentOf(...parts)).toEqual([
      { type: "reasoning", text: "ab", signature: "s1" },
      { type: "reasoning", text: "cd" },
    ]);
  });

  test("keep what is redacted apart on both sides", () => {
    const parts = [reasoning("a"), reasoning("", { redacted: true, signature: "x" }), reasoning("b")];
    expect(contentOf(...parts)).toEqual([
      { type: "reasoning", text: "a" },
      { type: "reasoning", text: "", signature: "x", redacted: true },
      { type: "reasoning", text: "b" },
    ]);
    expect(contentOf(reasoning("", { redacted: true }), reasoning("b"))).toHaveLength(2);
  });

  test("keep a signature that comes without reasoning before it", () => {
    expect(contentOf(text("a"), reasoning("", { signature: "s" }))).toEqual([
      { type: "text", text: "a" },
      { type: "reasoning", text: "", signature: "s" },
    ]);
  });

  test("are not parted by pieces that hold nothing", () => {
    expect(contentOf(reasoning("a"), text(""), reasoning("b"), reasoning(""))).toEqual([
      { type: "reasoning", text: "ab" },
    ]);
  });

  test("stay in the order of the answer", () => {
    const call = { type: "tool-call", id: "1", name: "f", arguments: "{}", signature: "g" } as const;
    expect(contentOf(text("a"), call, { ...call, id: "2" }, text("b")).map(({ type }) => type)).toEqual([
      "text",
      "tool-call",
      "tool-call",
      "text",
    ]);
    expect(contentOf(call)).toEqual([call]);
  });
});

test("what was added before is not changed", () => {
  const content = contentOf(text("a"));
  const [before] = content;
  appendPart(content, text("b"));
  expect(before).toEqual({ type: "text", text: "a" });
});
