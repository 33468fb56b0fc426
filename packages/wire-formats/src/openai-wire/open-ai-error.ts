import type { JsonObject } from "@onehead/provider";
import type { ErrorInfo } from "../server-format.js";

/** OpenAI's form of an error, by which its clients choose their class and message. */
export function openAiError({ status, message, code, param }: ErrorInfo): JsonObject {
  return { message, type: typeOf(status), param, code };
}

function typeOf(status: number): string {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 429:
      return "rate_limit_error";
    default:
      return status >= 500 ? "server_error" : "invalid_request_error";
  }
}
