import { OneheadError } from "@onehead/core";
import { ProviderError, ProviderHttpError, ProviderTimeoutError, sentenceOf } from "@onehead/provider";
import type { ErrorInfo } from "@onehead/wire-formats";
import { redactSecrets } from "../security/redact.js";
import { GatewayError } from "./gateway-error.js";

/** An error as a client is told of it, with the headers that go with it. */
export interface ToldError extends ErrorInfo {
  headers: Readonly<Record<string, string>>;
}

/**
 * What a client is told of an error: status, code and message, never a key; words of the provider only on the request that it refuses, and
 * to nobody but its sender. What is not an error of ours is a plain
 * 500 whose message says nothing but the request's id.
 */
export function errorInfo(error: unknown, requestId: string): ToldError {
  if (error instanceof GatewayError) {
    const { status, code, message, param, headers } = error;
    return { status, code, message, param, requestId, headers };
  }
  if (ProviderError.isInstance(error)) return providerErrorInfo(error, requestId);
  if (OneheadError.isInstance(error)) {
    const known = ownStatuses[error.code];
    if (known !== undefined) {
      return { status: known, code: error.code, message: error.message, param: null, requestId, headers: {} };
    }
  }
  const message = `internal error; the log has it under request ${requestId}`;
  return { status: 500, code: "internal", message, param: null, requestId, headers: {} };
}

const ownStatuses: Readonly<Record<string, number>> = {
  "no-eligible-model": 400,
  "invalid-argument": 400,
  "unknown-model": 404,
  // of the embedder that a decision needs
  http: 503,
  timeout: 504,
  response: 502,
  io: 503,
};

function providerErrorInfo(error: ProviderError, requestId: string): ToldError {
  const info = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): ToldError => ({
    status,
    code,
    message: error.message,
    param: ProviderHttpError.isInstance(error) ? (error.param ?? null) : status === 400 ? paramOf(error.message) : null,
    requestId,
    headers,
  });
  if (ProviderHttpError.isInstance(error)) return httpInfo(error, info);
  if (ProviderTimeoutError.isInstance(error)) return info(504, "timeout", final);
  switch (error.code) {
    case "invalid-argument":
    case "unsupported":
      return info(400, error.code);
    case "aborted":
      return info(499, "aborted");
    default:
      return info(502, error.code, final);
  }
}

/** The gateway has tried again and elsewhere: a client's own retries would multiply that. */
const final = { "x-should-retry": "false" };

function httpInfo(
  error: ProviderHttpError,
  info: (status: number, code: string, headers?: Readonly<Record<string, string>>) => ToldError,
): ToldError {
  const { status, reason, retryAfterMs } = error;
  // who sent the request is told in the provider's own words why it was refused: programs know some of them
  const sentence = sentenceOf(error);
  const code = reason ?? "upstream";
  // the provider's key is the gateway's: the client's own is not at fault
  if (status === 401 || status === 403) return info(502, "provider-auth", final);
  if (status === 429) {
    return info(
      429,
      reason ?? "rate-limit",
      retryAfterMs === undefined ? {} : { "retry-after": seconds(retryAfterMs) },
    );
  }
  if (status === null) return info(503, "unreachable", final);
  // what is neither an answer nor a fault: a redirect that nobody follows, or a status that can have no body
  if (status < 400) return info(502, "upstream", final);
  if (status < 500)
    return { ...info(status, code), ...(sentence === undefined ? {} : { message: redactSecrets(sentence) }) };
  // a 500 of the gateway is its own
  return info(status === 500 ? 502 : status, code, final);
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}

/** The path that a message begins with, such as `messages[0].content: …`. */
export function paramOf(message: string): string | null {
  return /^([A-Za-z_][\w]*(?:\[\d+\]|\.[A-Za-z_]\w*)*): /.exec(message)?.[1] ?? null;
}
