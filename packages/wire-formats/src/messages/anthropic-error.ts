import type { JsonObject } from "@onehead/provider";
import type { ErrorInfo } from "../server-format.js";

/** Anthropic's form of an error, by which its clients choose their class and message. */
export function anthropicError({ status, message, code, param, requestId }: ErrorInfo): JsonObject {
  // by this code Anthropic's clients go on with the whole conversation
  const details =
    code === "unsupported" && param === "thread"
      ? { error_code: "thread_unsupported_request", unsupported: ["thread"] }
      : { error_code: code };
  return {
    type: "error",
    error: { type: typeOf(status), message, details },
    request_id: requestId,
  };
}

const types: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
  504: "timeout_error",
  529: "overloaded_error",
};

function typeOf(status: number): string {
  return types[status] ?? (status >= 500 ? "api_error" : "invalid_request_error");
}
