import { ProviderError, ProviderHttpError, ProviderResponseError, ProviderTimeoutError } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { httpError, toProviderError } from "./to-provider-error.js";

const target = { provider: "p", model: "m", host: "host" };
const secret = "SECRET my prompt";

/** An error as a client or runtime throws it: a name, a message and fields. */
function thrown(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name, ...fields });
}
const coded = (code: string) => Object.assign(new Error("socket"), { code });
const failed = (cause?: unknown) => Object.assign(new TypeError("fetch failed"), cause === undefined ? {} : { cause });

/** As OpenAI's client has them: classes without a name of their own. */
class APIError extends Error {
  constructor(
    message: string,
    readonly status?: number,
    readonly error?: object,
    readonly headers?: Headers,
  ) {
    super(message);
  }
}
class APIConnectionError extends APIError {
  constructor(cause: unknown) {
    super("Connection error.");
    this.cause = cause;
  }
}

const limit = { message: secret, type: "tokens", param: "messages", code: "rate_limit_exceeded" };
const waiting = new Headers({ "retry-after": "3" });
const waitingFor = (name: string, value: string) => ({ get: (asked: string) => (asked === name ? value : null) });

describe("a status", () => {
  test.each<[string, unknown, object]>([
    [
      "openai",
      new APIError(`429 ${secret}`, 429, limit, waiting),
      { status: 429, reason: "rate_limit_exceeded", param: "messages", retryAfterMs: 3000, retryable: true },
    ],
    [
      "openai, an empty account",
      new APIError(`429 ${secret}`, 429, { ...limit, code: "insufficient_quota" }, waiting),
      { status: 429, reason: "insufficient_quota", retryable: false },
    ],
    [
      "anthropic",
      thrown("Error", `529 ${secret}`, {
        status: 529,
        headers: new Headers({ "x-should-retry": "true", "retry-after-ms": "250" }),
        error: { type: "error", error: { type: "overloaded_error", message: secret } },
      }),
      { status: 529, reason: "overloaded_error", retryAfterMs: 250, retryable: true },
    ],
    [
      "google, which keeps the body as its message",
      thrown(
        "ApiError",
        `got status: 429. ${JSON.stringify({ error: { code: 429, message: secret, status: "RESOURCE_EXHAUSTED", details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "33.5s" }] } })}`,
        {
          status: 429,
        },
      ),
      { status: 429, reason: "RESOURCE_EXHAUSTED", retryAfterMs: 33_500 },
    ],
    [
      "mistral, which has it as text",
      thrown("SDKError", `API error occurred: ${secret}`, {
        statusCode: 400,
        body: JSON.stringify({
          object: "error",
          message: secret,
          type: "invalid_request_error",
          param: null,
          code: "1500",
        }),
        headers: new Headers(),
      }),
      { status: 400, reason: "invalid_request_error", retryable: false },
    ],
    [
      "cohere",
      thrown("TooManyRequestsError", `Status code: 429 ${secret}`, {
        statusCode: 429,
        body: { id: "1", message: secret },
        rawResponse: { headers: waitingFor("retry-after", "2") },
      }),
      { status: 429, reason: undefined, retryAfterMs: 2000 },
    ],
    [
      "aws",
      thrown("ThrottlingException", secret, {
        $metadata: { httpStatusCode: 429 },
        $response: { headers: { "retry-after": "4" } },
      }),
      { status: 429, reason: "ThrottlingException", retryAfterMs: 4000 },
    ],
    [
      "ollama, whose body is a sentence",
      thrown("ResponseError", secret, { error: secret, status_code: 404 }),
      { status: 404, reason: undefined, retryable: false },
    ],
    ["a client without a body", thrown("Error", secret, { status: 503 }), { status: 503, retryable: true }],
  ])("is of the kind http, by %s", (_, error, fields) => {
    const made = toProviderError(error, target, false);
    expect(made).toSatisfy(ProviderHttpError.isInstance);
    expect(made).toMatchObject({ ...target, ...fields });
    expect(`${made} ${JSON.stringify(made)}`).not.toContain("SECRET");
  });
});

describe("a connection that failed", () => {
  test.each<[string, unknown, string | undefined, "none" | "unknown"]>([
    ["Node, nobody there", failed(coded("ECONNREFUSED")), "ECONNREFUSED", "none"],
    ["Node, no such host", failed(coded("ENOTFOUND")), "ENOTFOUND", "none"],
    ["Node, too slow to connect", failed(coded("UND_ERR_CONNECT_TIMEOUT")), "UND_ERR_CONNECT_TIMEOUT", "none"],
    ["Node, an old certificate", failed(coded("CERT_HAS_EXPIRED")), "CERT_HAS_EXPIRED", "none"],
    ["Node, one of its own", failed(coded("DEPTH_ZERO_SELF_SIGNED_CERT")), "DEPTH_ZERO_SELF_SIGNED_CERT", "none"],
    ["Node, another's", failed(coded("ERR_TLS_CERT_ALTNAME_INVALID")), "ERR_TLS_CERT_ALTNAME_INVALID", "none"],
    ["Node, closed", failed(coded("UND_ERR_SOCKET")), "UND_ERR_SOCKET", "unknown"],
    ["Node, reset", failed(coded("ECONNRESET")), "ECONNRESET", "unknown"],
    ["openai over it", new APIConnectionError(failed(coded("ECONNREFUSED"))), "ECONNREFUSED", "none"],
    ["openai, nothing known", new APIConnectionError(undefined), undefined, "unknown"],
    ["mistral over it", thrown("ConnectionError", secret, { cause: failed(coded("EPIPE")) }), "EPIPE", "unknown"],
    ["aws, whose name says otherwise", thrown("TimeoutError", secret, { code: "ECONNRESET" }), "ECONNRESET", "unknown"],
    [
      "Bun, nobody there",
      thrown("Error", "Unable to connect. Is the computer able to access the url?", { code: "ConnectionRefused" }),
      "ConnectionRefused",
      "none",
    ],
    [
      "Bun, no such host",
      thrown("Error", "Was there a typo in the url or port?", { code: "FailedToOpenSocket" }),
      "FailedToOpenSocket",
      "none",
    ],
    [
      "Bun, closed",
      thrown("Error", "The socket connection was closed unexpectedly.", { code: "ConnectionClosed" }),
      "ConnectionClosed",
      "unknown",
    ],
    ["workerd", new Error("Network connection lost."), undefined, "unknown"],
    ["workerd within", new Error("internal error; reference = abc"), undefined, "unknown"],
    ["Deno", new TypeError(`error sending request for url (${secret})`), undefined, "unknown"],
    ["Chrome", new TypeError("Failed to fetch"), undefined, "unknown"],
    ["Safari", new TypeError("Load failed"), undefined, "unknown"],
    ["Firefox", new TypeError("NetworkError when attempting to fetch resource."), undefined, "unknown"],
  ])("is of the kind http without a status: %s", (_, error, reason, billing) => {
    const made = toProviderError(error, target, false);
    expect(made).toSatisfy(ProviderHttpError.isInstance);
    expect(made).toMatchObject({ ...target, status: null, reason, billing, retryable: true });
    expect(made.message).toBe(`p at host: no connection: ${reason ?? "fetch failed"}`);
    expect(toProviderError(error, target, true)).toSatisfy(ProviderResponseError.isInstance);
  });
});

describe("a time of the client's own", () => {
  test.each<[string, unknown]>([
    ["openai, which has no name", new APIError("Request timed out.")],
    ["anthropic", thrown("APIConnectionTimeoutError", "Request timed out.")],
    ["google, which aborts", new DOMException("This operation was aborted", "AbortError")],
    ["mistral", thrown("RequestTimeoutError", "Request timed out: TimeoutError: x")],
    ["cohere", thrown("CohereTimeoutError", "Timeout exceeded")],
    ["cohere, older", thrown("CohereError", '"timeout"', { cause: "timeout" })],
    ["aws", thrown("TimeoutError", "Connection timed out after 300 ms")],
    ["fetch with AbortSignal.timeout", new DOMException("The operation was aborted due to timeout", "TimeoutError")],
    ["Node, no headers", failed(coded("UND_ERR_HEADERS_TIMEOUT"))],
    ["Node, no body", failed(coded("UND_ERR_BODY_TIMEOUT"))],
  ])("is a timeout: %s", (_, error) => {
    const made = toProviderError(error, target, false);
    expect(made).toSatisfy(ProviderTimeoutError.isInstance);
    expect(made).toMatchObject({ ...target, phase: "answer", timeoutMs: undefined, billing: "unknown" });
    expect(toProviderError(error, target, true)).toMatchObject({ phase: "idle" });
  });
});

describe("an answer that is none", () => {
  test.each<[string, unknown, RegExp]>([
    ["an error event, openai", new APIError(secret, undefined, limit), /error within the answer: rate_limit_exceeded$/],
    [
      "an error event, anthropic",
      thrown("Error", secret, { error: { type: "error", error: { type: "overloaded_error" } } }),
      /error within the answer: overloaded_error$/,
    ],
    ["an exception in a stream, aws", thrown("ModelStreamErrorException", secret), /ModelStreamErrorException$/],
    ["no JSON", new SyntaxError(`Unexpected token, "${secret}" is not valid JSON`), /the answer is no JSON$/],
    ["of another form, mistral", thrown("SDKValidationError", secret), /the answer is no JSON$/],
    ["of another type, mistral", thrown("SDKError", secret, { statusCode: 200, body: secret }), /could not be read$/],
    ["with another code", thrown("Error", secret, { status: 200, code: "ECONNRESET" }), /broke off: ECONNRESET$/],
    [
      "cut off, Node",
      Object.assign(new TypeError("terminated"), { cause: coded("UND_ERR_SOCKET") }),
      /UND_ERR_SOCKET$/,
    ],
    ["cut off, cohere", thrown("CohereError", "terminated"), /broke off: connection lost$/],
    ["anything", new Error(secret), /the answer could not be read$/],
    ["no error at all", secret, /the answer could not be read$/],
    ["nothing", undefined, /the answer could not be read$/],
  ])("is of the kind response: %s", (_, error, message) => {
    const made = toProviderError(error, target, false);
    expect(made).toSatisfy(ProviderResponseError.isInstance);
    expect(made.message).toMatch(message);
    expect(made).toMatchObject({ ...target, retryable: true, billing: "unknown" });
    expect(`${made} ${JSON.stringify(made)}`).not.toContain("SECRET");
    expect(made.cause).toBeUndefined();
  });
});

test("an error of ours stays as it is", () => {
  const error = new ProviderError("unsupported", "x");
  expect(toProviderError(error, target, false)).toBe(error);
});

test("a chain of causes without end has one", () => {
  const error = new Error(secret);
  error.cause = error;
  expect(toProviderError(error, target, false)).toSatisfy(ProviderResponseError.isInstance);
});

describe("an http error", () => {
  test.each([
    [200, false],
    [302, false],
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [409, true],
    [425, true],
    [429, true],
    [500, true],
    [501, false],
    [503, true],
    [529, true],
  ])("of status %d is to be tried again: %s", (status, retryable) => {
    expect(httpError(target, status, undefined, undefined)).toMatchObject({ status, retryable });
  });

  test.each<[string, string | undefined, number, boolean]>([
    ["false", undefined, 503, false],
    ["true", undefined, 400, true],
    ["perhaps", undefined, 503, true],
    ["true", "insufficient_quota", 429, false],
    ["true", "billing_error", 402, false],
  ])("heeds x-should-retry: %s, unless the account is empty (%s)", (asked, code, status, retryable) => {
    const headers = new Headers({ "x-should-retry": asked });
    expect(httpError(target, status, headers, { error: { code } })).toMatchObject({ retryable });
  });

  test.each<[Record<string, string>, number | undefined]>([
    [{ "retry-after": "3" }, 3000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after-ms": "7", "retry-after": "3" }, 7],
    [{}, undefined],
  ])("waits as %o says", (headers, retryAfterMs) => {
    expect(httpError(target, 429, new Headers(headers), {})).toMatchObject({ retryAfterMs });
  });

  test("waits as the header says before the body does", () => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "9s" }];
    expect(httpError(target, 429, waiting, { error: { details } }).retryAfterMs).toBe(3000);
    expect(httpError(target, 429, new Headers(), { error: { details } }).retryAfterMs).toBe(9000);
  });

  test("has AWS's name of the fault, from its header", () => {
    const headers = new Headers({ "x-amzn-errortype": "ValidationException:http://internal.amazon.com/x/" });
    expect(httpError(target, 400, headers, { message: secret })).toMatchObject({ reason: "ValidationException" });
  });

  test("says the host, the status and the reason", () => {
    expect(httpError(target, 429, undefined, { error: limit }).message).toBe(
      "p at host: status 429 (rate_limit_exceeded), expected 200",
    );
  });
});
