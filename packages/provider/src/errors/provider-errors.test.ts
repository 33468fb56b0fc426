import { describe, expect, test } from "vitest";
import { ProviderError } from "./provider-error.js";
import {
  isRetryableStatus,
  ProviderAbortedError,
  ProviderHttpError,
  ProviderResponseError,
  ProviderTimeoutError,
} from "./provider-errors.js";

const usage = { inputTokens: 10, outputTokens: 2 };
const kinds = [
  { Class: ProviderHttpError, error: new ProviderHttpError("429", { status: 429 }) },
  { Class: ProviderTimeoutError, error: new ProviderTimeoutError("late", { timeoutMs: 5, phase: "answer" }) },
  { Class: ProviderResponseError, error: new ProviderResponseError("cut off") },
  { Class: ProviderAbortedError, error: new ProviderAbortedError("aborted") },
];

describe.each(kinds)("$error.name", ({ Class, error }) => {
  test("is known by its own class and by the base, and by no other", () => {
    expect(ProviderError.isInstance(error)).toBe(true);
    expect(kinds.filter((other) => other.Class.isInstance(error)).map((other) => other.Class)).toEqual([Class]);
    expect(error.name).toBe(Class.name);
  });

  test("is a ProviderError and an Error", () => {
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toBeInstanceOf(Error);
  });
});

describe("a refusal", () => {
  test("keeps what the provider says", () => {
    const error = new ProviderHttpError("too long", {
      status: 400,
      provider: "openai",
      reason: "context_length_exceeded",
      param: "messages",
      retryAfterMs: undefined,
    });
    expect(error).toMatchObject({
      code: "http",
      status: 400,
      provider: "openai",
      reason: "context_length_exceeded",
      param: "messages",
      retryable: false,
      billing: "none",
    });
  });

  test("is worth another try by its status, unless it is said", () => {
    expect(new ProviderHttpError("busy", { status: 503 }).retryable).toBe(true);
    expect(new ProviderHttpError("busy", { status: 503, retryable: undefined }).retryable).toBe(true);
    expect(new ProviderHttpError("out of credit", { status: 429, retryable: false }).retryable).toBe(false);
    expect(new ProviderHttpError("no host", { status: null }).retryable).toBe(true);
  });

  test.each([
    [null, true],
    [200, false],
    [400, false],
    [401, false],
    [402, false],
    [404, false],
    [408, true],
    [409, true],
    [413, false],
    [422, false],
    [425, true],
    [429, true],
    [500, true],
    [501, false],
    [502, true],
    [503, true],
    [504, true],
    [505, false],
    [529, true],
  ])("of status %s may be tried again: %s", (status, retryable) => {
    expect(isRetryableStatus(status)).toBe(retryable);
  });
});

test("a timeout may have cost something, and says how long was waited for what", () => {
  const error = new ProviderTimeoutError("silent", { timeoutMs: 3000, phase: "idle", host: "h" });
  expect(error).toMatchObject({ code: "timeout", timeoutMs: 3000, phase: "idle", retryable: true, billing: "unknown" });
});

test("a broken answer is billed for the tokens that it carries, or nobody knows for what", () => {
  expect(new ProviderResponseError("cut off", { usage })).toMatchObject({ code: "response", billing: "usage", usage });
  expect(new ProviderResponseError("cut off")).toMatchObject({ billing: "unknown", usage: undefined, retryable: true });
  expect(new ProviderResponseError("cut off", { billing: "none" }).billing).toBe("none");
});

test("an abort is never tried again", () => {
  expect(new ProviderAbortedError("aborted")).toMatchObject({
    code: "aborted",
    retryable: false,
    billing: "unknown",
  });
});
