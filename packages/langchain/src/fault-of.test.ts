import { ContextOverflowError } from "@langchain/core/errors";
import { describe, expect, test } from "vitest";
import { CandidateErrors } from "./candidate-errors.js";

const { signal } = new AbortController();
const named = (name: string, fields: object = {}) => Object.assign(new Error("a prompt, a key"), { name, ...fields });
const marked = (retryable: boolean, fields: object) =>
  Object.assign(named("Error", fields), { [Symbol.for("langchain.errors.retryable")]: retryable });

describe("an error of a candidate is to the router", () => {
  test.each<[string, unknown, object]>([
    [
      "OpenAI's, with its own code and a wait",
      named("RateLimitError", {
        status: 429,
        code: "rate_limit_exceeded",
        headers: new Headers({ "retry-after": "2" }),
      }),
      { code: "http", status: 429, retryable: true, retryAfterMs: 2000, reason: "rate_limit_exceeded" },
    ],
    [
      "one of a quota that is used up, as LangChain marks it",
      marked(false, { status: 429, code: "insufficient_quota" }),
      { code: "http", status: 429, retryable: false, reason: "insufficient_quota" },
    ],
    [
      "Anthropic's, whose type is within its body",
      named("Error", { status: 529, error: { type: "error", error: { type: "overloaded_error" } } }),
      { code: "http", status: 529, retryable: true, reason: "overloaded_error" },
    ],
    [
      "Bedrock's",
      named("ThrottlingException", { $fault: "client", $metadata: { httpStatusCode: 429 } }),
      { code: "http", status: 429, retryable: true, reason: "ThrottlingException" },
    ],
    [
      "Mistral's, with the headers of its response",
      named("SDKError", { statusCode: 503, rawResponse: { headers: new Headers({ "retry-after": "1" }) } }),
      { code: "http", status: 503, retryAfterMs: 1000 },
    ],
    ["Ollama's", named("ResponseError", { status_code: 404 }), { code: "http", status: 404, retryable: false }],
    [
      "an axios error",
      named("AxiosError", { response: { status: 500, headers: { "retry-after": "1" } } }),
      { code: "http", status: 500, retryAfterMs: 1000 },
    ],
    ["one with LangChain's code alone", named("Error", { lc_error_code: "MODEL_AUTHENTICATION" }), { status: 401 }],
    [
      "a context that is too long, whatever it was before",
      ContextOverflowError.fromError(named("BadRequestError", { status: 400, code: "invalid_request" })),
      { code: "http", status: 400, reason: "context_length_exceeded" },
    ],
    [
      "a context that is too long alone",
      new ContextOverflowError(),
      { status: 400, reason: "context_length_exceeded" },
    ],
    [
      "a connection that failed",
      named("TypeError", { message: "fetch failed", cause: named("Error", { code: "ECONNREFUSED" }) }),
      { code: "http", status: null, retryable: true, billing: "none" },
    ],
    [
      "a connection that broke after the request was sent",
      named("APIConnectionError", { cause: named("Error", { code: "ECONNRESET" }) }),
      { code: "http", status: null, billing: "unknown" },
    ],
    ["OpenAI's connection that failed", named("APIConnectionError"), { code: "http", status: null }],
    ["a timeout", named("TimeoutError"), { code: "timeout", phase: "answer", retryable: true }],
    ["an abort", named("AbortError"), { code: "aborted", retryable: false }],
    ["LangChain's abort", named("ModelAbortError"), { code: "aborted" }],
    ["anything else", named("SyntaxError"), { code: "response", retryable: true }],
    ["no error at all", "a text", { code: "response" }],
    ["one that is its own cause", Object.assign(named("E"), { cause: {} }), { code: "response" }],
  ])("%s", (_, error, expected) => {
    const errors = new CandidateErrors();
    const own = errors.toProviderError(error, "first", signal);
    expect(own).toMatchObject({ ...expected, model: "first" });
    expect(own.message).not.toMatch(/prompt|key/);
    expect(errors.toOwnError(own)).toBe(error);
  });

  test("an abort, whatever the candidate says of it", () => {
    const own = new CandidateErrors().toProviderError(named("Error", { status: 500 }), "first", AbortSignal.abort());
    expect(own.code).toBe("aborted");
  });
});
