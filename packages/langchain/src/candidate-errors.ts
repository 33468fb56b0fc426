import {
  ProviderAbortedError,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  ProviderTimeoutError,
} from "@onehead/provider";
import { faultOf } from "./fault-of.js";

/** Faults of a connection before anything was sent: a request that was may have cost something. */
const neverSent = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_)/;

/**
 * Errors of the candidates as the router knows them, and back: whoever calls gets the candidate's own error, and the router gets
 * one that says what can be done about it.
 */
export class CandidateErrors {
  readonly #originals = new WeakMap<object, unknown>();

  toProviderError(error: unknown, model: string, signal: AbortSignal): ProviderError {
    return this.standFor(convert(error, model, signal), error);
  }

  /** The router's `error`, in whose place the caller is to get `original`. */
  standFor<T extends ProviderError>(error: T, original: unknown): T {
    if (error !== original) this.#originals.set(error, original);
    return error;
  }

  toOwnError(error: unknown): unknown {
    return typeof error === "object" && error !== null ? (this.#originals.get(error) ?? error) : error;
  }
}

function convert(error: unknown, model: string, signal: AbortSignal): ProviderError {
  if (ProviderError.isInstance(error)) return error;
  const { names, status, connection, retryAfterMs, retryable, reason } = faultOf(error);
  if (signal.aborted || names[0] === "AbortError" || names[0] === "ModelAbortError") {
    return new ProviderAbortedError(`${model}: aborted`, { model });
  }
  if (status !== undefined && (status < 200 || status > 299)) {
    // LangChain's mark is taken where it rules tries out: a 429 for a quota that is used up
    const over = retryable === false ? { retryable } : {};
    return new ProviderHttpError(`${model}: status ${status}, expected 200`, {
      model,
      status,
      retryAfterMs,
      reason,
      ...over,
    });
  }
  if (reason === "context_length_exceeded") {
    return new ProviderHttpError(`${model}: the request is too long for it`, { model, status: 400, reason });
  }
  if (names.some((name) => name === "TimeoutError" || name === "APIConnectionTimeoutError")) {
    return new ProviderTimeoutError(`${model}: no answer in time`, { model, phase: "answer" });
  }
  if (connection) {
    const billing = neverSent.test(reason ?? "") ? "none" : "unknown";
    return new ProviderHttpError(`${model}: no connection`, { model, status: null, reason, billing });
  }
  return new ProviderResponseError(`${model}: the answer could not be read`, { model, reason });
}
