import {
  ProviderAbortedError,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  parseRetryAfter,
} from "@onehead/provider";
import { isFields } from "./language-model.js";

/**
 * Errors of the SDK's models as the router knows them, and back: whoever calls gets the SDK's own error, and the router gets one
 * that says what can be done about it.
 */
export class SdkErrors {
  readonly #originals = new WeakMap<object, unknown>();

  toProviderError(error: unknown, model: string, signal: AbortSignal): ProviderError {
    const own = convert(error, model, signal);
    if (own !== error) this.#originals.set(own, error);
    return own;
  }

  /** What the caller is to see: never one that the SDK would try again, since that has been done. */
  toSdkError(error: unknown): unknown {
    const original = typeof error === "object" && error !== null ? (this.#originals.get(error) ?? error) : error;
    if (isFields(original) && original["isRetryable"] === true) {
      Object.defineProperty(original, "isRetryable", { value: false });
    }
    return original;
  }
}

function convert(error: unknown, model: string, signal: AbortSignal): ProviderError {
  if (ProviderError.isInstance(error)) return error;
  const fields = isFields(error) ? error : {};
  const { name, statusCode, isRetryable, responseHeaders } = fields;
  if (signal.aborted || name === "AbortError") return new ProviderAbortedError(`${model}: aborted`, { model });
  if (name === "AI_UnsupportedFunctionalityError") {
    return new ProviderError("unsupported", `${model}: it cannot do what is asked`, { model });
  }
  if (name === "AI_InvalidPromptError" || name === "AI_InvalidArgumentError") {
    return new ProviderError("invalid-argument", `${model}: the request is not valid`, { model });
  }
  const status = typeof statusCode === "number" ? statusCode : null;
  // a call that failed with a good status is an answer that could not be read
  if (name === "AI_APICallError" && (status === null || status < 200 || status > 299)) {
    const headers = isFields(responseHeaders) ? responseHeaders : {};
    const get = (header: string): string | undefined => {
      const value = headers[header];
      return typeof value === "string" ? value : undefined;
    };
    return new ProviderHttpError(`${model}: status ${status ?? "none"}, expected 200`, {
      model,
      status,
      retryable: typeof isRetryable === "boolean" ? isRetryable : undefined,
      retryAfterMs: parseRetryAfter({ get }),
      reason: reasonOf(fields["data"]),
      billing: status === null && !neverSent(fields) ? "unknown" : "none",
    });
  }
  if (name === "AI_LoadAPIKeyError") return new ProviderHttpError(`${model}: no key`, { model, status: 401 });
  return new ProviderResponseError(`${model}: the answer could not be read`, { model });
}

/** Whether the connection failed before anything was sent: a request that was may have cost something. */
function neverSent({ code, cause }: Record<string, unknown>): boolean {
  if (typeof code !== "string") return isFields(cause) && neverSent(cause);
  return /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_)/.test(code);
}

/** The provider's name of the fault, where the SDK has read it. */
function reasonOf(data: unknown): string | undefined {
  const inner = isFields(data) && isFields(data["error"]) ? data["error"] : data;
  const code = isFields(inner) ? (inner["code"] ?? inner["type"]) : undefined;
  return typeof code === "string" && /^[A-Za-z_][\w.-]{0,79}$/.test(code) ? code : undefined;
}
