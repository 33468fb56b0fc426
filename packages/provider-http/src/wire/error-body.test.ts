import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readErrorBody } from "./error-body.js";

const retry = (retryDelay: unknown, type = "type.googleapis.com/google.rpc.RetryInfo") => ({
  error: { details: [{ "@type": "type.googleapis.com/google.rpc.Help" }, { "@type": type, retryDelay }] },
});

describe("an error body", () => {
  test.each<[string, unknown, string | undefined]>([
    [
      "OpenAI",
      { error: { message: "m", type: "tokens", param: null, code: "rate_limit_exceeded" } },
      "rate_limit_exceeded",
    ],
    ["OpenAI without a code", { error: { type: "invalid_request_error", code: null } }, "invalid_request_error"],
    ["OpenAI, an event of responses", { type: "error", code: "server_error", message: "m" }, "server_error"],
    ["Anthropic", { type: "error", error: { type: "overloaded_error", message: "m" } }, "overloaded_error"],
    ["Google", { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "m" } }, "RESOURCE_EXHAUSTED"],
    ["Google, in a list", [{ error: { code: 400, status: "INVALID_ARGUMENT" } }], "INVALID_ARGUMENT"],
    ["Mistral", { object: "error", type: "invalid_request_error", code: "1500" }, "invalid_request_error"],
    ["AWS", { __type: "com.amazon.coral#ThrottlingException", message: "m" }, "ThrottlingException"],
    ["OpenRouter, whose code is a number", { error: { code: 402, message: "m" } }, undefined],
    ["Ollama, a sentence", { error: "model 'x' not found" }, undefined],
    ["a sentence for a code", { error: { code: "No such model: my prompt" } }, undefined],
    ["a code too long to be one", { error: { code: "a".repeat(81) } }, undefined],
    ["text", "<html>", undefined],
    ["nothing", undefined, undefined],
    ["an empty list", [], undefined],
  ])("of %s names its fault", (_, body, reason) => {
    expect(readErrorBody(body).reason).toBe(reason);
  });

  test("names the field that it complains about", () => {
    expect(readErrorBody({ error: { param: "messages[0].content" } }).param).toBe("messages[0].content");
    expect(readErrorBody({ error: { param: "the prompt 'x'" } }).param).toBeUndefined();
  });

  test.each([
    ["33.5s", 33_500],
    ["0s", 0],
    ["1.0001s", 1001],
    ["soon", undefined],
    ["33", undefined],
    [33, undefined],
    [undefined, undefined],
  ])("asks to wait %j, %j ms", (delay, ms) => {
    expect(readErrorBody(retry(delay)).retryAfterMs).toBe(ms);
  });

  test("asks for no wait in details of other kinds", () => {
    expect(readErrorBody(retry("3s", "type.googleapis.com/google.rpc.ErrorInfo")).retryAfterMs).toBeUndefined();
  });

  test.each([
    "sk-proj-aB3dE6gH9jK2mN5pQ8sT",
    "AKIAIOSFODNN7EXAMPLE",
    "gsk_0123456789abcdef",
    "e8f14e45-ceea-467f-a0e6-1679091c5a88",
    "xai-a1b2c3d4e5f6g7h8",
  ])("does not take %s, which a provider repeats, for a name", (key) => {
    expect(readErrorBody({ error: { code: key, param: key, type: "invalid_request_error" } })).toMatchObject({
      reason: "invalid_request_error",
      param: undefined,
    });
  });

  test.each([
    "messages[12].content[3].image_url",
    "model_context_window_exceeded",
    "ServiceUnavailableException",
    "tools.0.input_schema",
  ])("takes %s for one", (name) => {
    expect(readErrorBody({ error: { code: name, param: name } })).toMatchObject({ reason: name, param: name });
  });

  test("of any form gives names alone, and never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        for (const wrapped of [body, { error: body }, [{ error: body }]]) {
          const { reason, param } = readErrorBody(wrapped);
          for (const name of [reason, param]) expect(name ?? "a").toMatch(/^[A-Za-z_][\w.[\]-]{0,79}$/);
        }
      }),
    );
  });
});
