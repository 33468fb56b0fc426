import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partsOf, resultOf } from "../testing/answers.fixture.js";
import { errorOf, type FormatServer, startFormatServer } from "../testing/format-server.fixture.js";
import { completions } from "./completions.js";

let server: FormatServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startFormatServer(completions);
  client = new OpenAI({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const asked = { model: "auto", prompt: "Once" };
const head = { id: "cmpl-a1", object: "text_completion", created: 1_700_000_000, model: "claude-x" };
const choice = (text: string, finish: string | null, logprobs: object | null = null) => ({
  text,
  index: 0,
  logprobs,
  finish_reason: finish,
});

describe("OpenAI's client", () => {
  const logprobs = ["On", "ce"].map((token) => ({ token, logprob: -1, top: [{ token: "x", logprob: -2 }] }));
  const told = {
    tokens: ["On", "ce"],
    token_logprobs: [-1, -1],
    top_logprobs: [{ x: -2 }, { x: -2 }],
    text_offset: [0, 2],
  };

  test("reads a text, whole and streamed", async () => {
    const result = {
      ...resultOf(
        [
          { type: "reasoning", text: "so" },
          { type: "text", text: "Once" },
        ],
        "length",
      ),
      logprobs,
    };
    server.script = { result, parts: partsOf(result, 1000) };
    const whole = await client.completions.create(asked);
    expect(whole).toMatchObject({ ...head, choices: [choice("Once", "length", told)] });
    expect(whole.usage).toMatchObject({ prompt_tokens: 100, total_tokens: 150 });
    const chunks: unknown[] = [];
    const options = { stream: true, stream_options: { include_usage: true } } as const;
    for await (const chunk of await client.completions.create({ ...asked, ...options })) chunks.push(chunk);
    expect(chunks).toMatchObject([
      { ...head, choices: [choice("Once", null)], usage: null },
      { ...head, choices: [choice("", null, told)] },
      { ...head, choices: [choice("", "length")] },
      { ...head, choices: [], usage: { prompt_tokens: 100 } },
    ]);
  });

  test("throws where a stream breaks off", async () => {
    server.script = { parts: partsOf(resultOf([{ type: "text", text: "On" }])).slice(0, 2), error: errorOf(500) };
    const stream = await client.completions.create({ ...asked, stream: true });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toThrow("Too much.");
  });
});

describe("a prompt", () => {
  test.each([["Once"], [["Once"]]])("%j is what a user says", (prompt) => {
    expect(completions.parse({ prompt, max_tokens: 5, temperature: 0, stop: "\n", logprobs: 2 })).toEqual({
      messages: [{ role: "user", content: "Once" }],
      maxOutputTokens: 5,
      temperature: 0,
      stop: ["\n"],
      topLogprobs: 2,
    });
  });

  test.each<[object, string]>([
    [{}, "prompt: missing, expected text that is not empty"],
    [{ prompt: "" }, "prompt: empty text"],
    [{ prompt: [] }, "prompt: an empty list"],
    [{ prompt: 5 }, "prompt: 5"],
    [{ prompt: "a", max_tokens: 0 }, "max_tokens: 0, expected an integer of at least 1"],
    [{ prompt: "a", logprobs: true }, "logprobs: true, expected an integer from 0 to 5"],
  ])("%j is refused as invalid", (body, message) => {
    expect(() => completions.parse(body as Record<string, unknown>)).toThrow(message);
    expect(() => completions.parse(body as Record<string, unknown>)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });

  test.each<[object, string]>([
    [{ prompt: ["a", "b"] }, "prompt: 2 texts, expected one"],
    [{ prompt: [1, 2] }, "prompt: tokens, expected text"],
    [{ prompt: [[1, 2]] }, "prompt: tokens, expected text"],
    [{ suffix: "b" }, "suffix: given, expected none"],
    [{ best_of: 2 }, "best_of: 2, expected 1"],
    [{ n: 2 }, "n: 2, expected 1"],
    [{ echo: true }, "echo: true, expected false"],
    [{ logit_bias: { 5: 1 } }, "logit_bias: given, expected none"],
  ])("%j is refused as what no conversation can say", (fields, message) => {
    const body = { prompt: "a", ...fields };
    expect(() => completions.parse(body)).toThrow(expect.objectContaining({ code: "unsupported", message }));
    expect(completions.translationRefusal(body)).toMatchObject({ code: "unsupported", message });
  });
});
