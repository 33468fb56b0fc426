import type { Usage } from "../chat/usage.js";
import { ProviderError, type ProviderErrorOptions } from "./provider-error.js";

export interface HttpErrorOptions extends ProviderErrorOptions {
  /** Null where no answer came: no connection, no such host. */
  status: number | null;
  /** The wait that the provider asks for, from `Retry-After` or `retry-after-ms`. */
  retryAfterMs?: number | undefined;
  /** Whether another try may do better; by the status when left out. */
  retryable?: boolean | undefined;
  /** The provider's own name of the fault, such as "context_length_exceeded". */
  reason?: string | undefined;
  /** The field that the provider complains about. */
  param?: string | undefined;
}

/** The provider refused, or could not be reached. */
export class ProviderHttpError extends ProviderError {
  readonly status: number | null;
  readonly retryAfterMs: number | undefined;
  readonly reason: string | undefined;
  readonly param: string | undefined;

  constructor(message: string, options: HttpErrorOptions) {
    super("http", message, { retryable: isRetryableStatus(options.status), ...withoutUndefined(options) });
    this.name = "ProviderHttpError";
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.reason = options.reason;
    this.param = options.param;
  }

  static override isInstance(value: unknown): value is ProviderHttpError {
    return ProviderError.isInstance(value) && value.code === "http";
  }
}

/** No answer in time: to the request ("answer"), or within a stream ("idle"). */
export class ProviderTimeoutError extends ProviderError {
  /** Undefined where it was the limit of the vendor's own client. */
  readonly timeoutMs: number | undefined;
  readonly phase: "answer" | "idle";

  constructor(message: string, options: ProviderErrorOptions & { timeoutMs?: number; phase: "answer" | "idle" }) {
    super("timeout", message, { retryable: true, billing: "unknown", ...withoutUndefined(options) });
    this.name = "ProviderTimeoutError";
    this.timeoutMs = options.timeoutMs;
    this.phase = options.phase;
  }

  static override isInstance(value: unknown): value is ProviderTimeoutError {
    return ProviderError.isInstance(value) && value.code === "timeout";
  }
}

/** An answer that is not what the interface promises: cut off, no JSON, without a field, or an error within a stream. */
export class ProviderResponseError extends ProviderError {
  /** Tokens that the answer was billed for before it broke, where it said so. */
  readonly usage: Usage | undefined;
  readonly reason: string | undefined;

  constructor(message: string, options: ProviderErrorOptions & { usage?: Usage; reason?: string | undefined } = {}) {
    const billing = options.usage === undefined ? "unknown" : "usage";
    super("response", message, { retryable: true, billing, ...withoutUndefined(options) });
    this.name = "ProviderResponseError";
    this.usage = options.usage;
    this.reason = options.reason;
  }

  static override isInstance(value: unknown): value is ProviderResponseError {
    return ProviderError.isInstance(value) && value.code === "response";
  }
}

/** The caller's signal was aborted. Never tried again, and no other model is asked. */
export class ProviderAbortedError extends ProviderError {
  constructor(message: string, options: ProviderErrorOptions = {}) {
    super("aborted", message, { retryable: false, billing: "unknown", ...withoutUndefined(options) });
    this.name = "ProviderAbortedError";
  }

  static override isInstance(value: unknown): value is ProviderAbortedError {
    return ProviderError.isInstance(value) && value.code === "aborted";
  }
}

/** 408, 409 (a lock), 425, 429, 5xx but for 501 and 505, and no answer at all. */
export function isRetryableStatus(status: number | null): boolean {
  if (status === null) return true;
  if (status === 408 || status === 409 || status === 425 || status === 429) return true;
  return status >= 500 && status !== 501 && status !== 505;
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
