/** What went wrong, as data: callers branch on this and never on the message. */
export type ProviderErrorCode =
  | "invalid-argument"
  /** a field of the request that the provider cannot do and that would change the meaning if it were left out */
  | "unsupported"
  | "http"
  | "timeout"
  | "response"
  | "aborted"
  /** a price that is not known, or too old */
  | "price";

/** Whether the failed call costs money: "usage" where the error carries the tokens. */
export type Billing = "none" | "usage" | "unknown";

export interface ProviderErrorOptions {
  provider?: string | undefined;
  model?: string | undefined;
  /** Host that was asked, with its port where that is not the scheme's own. */
  host?: string | undefined;
  retryable?: boolean | undefined;
  billing?: Billing | undefined;
  cause?: unknown;
}

const oneheadBrand = Symbol.for("onehead.error");
const providerBrand = Symbol.for("onehead.provider-error");

/**
 * The base of every error of an adapter.
 *
 * Each adapter carries its own copy of this class, so recognise it with {@link ProviderError.isInstance}, which goes by brand;
 * `OneheadError.isInstance` of `@onehead/core` knows it too. Messages name the provider, host, field and value at fault; never
 * a key, a prompt or a body.
 */
export class ProviderError extends Error {
  readonly code: ProviderErrorCode;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly host: string | undefined;
  /** Whether the same call may succeed if it is made again. */
  readonly retryable: boolean;
  readonly billing: Billing;
  readonly [oneheadBrand] = true;
  readonly [providerBrand] = true;

  constructor(code: ProviderErrorCode, message: string, options: ProviderErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ProviderError";
    this.code = code;
    this.provider = options.provider;
    this.model = options.model;
    this.host = options.host;
    this.retryable = options.retryable ?? false;
    this.billing = options.billing ?? "none";
  }

  static isInstance(value: unknown): value is ProviderError {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[providerBrand] === true;
  }
}

/** The error for an argument; `where` is `<function>: <field>`. */
export function invalidArgument(where: string, found: unknown, expected: string): ProviderError {
  return new ProviderError("invalid-argument", `${where}: ${shown(found)}, expected ${expected}`);
}

/** Objects are named by their kind and texts are cut: what they hold may be a prompt. */
function shown(found: unknown): string {
  if (found === null) return "null";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return "an object";
  if (typeof found === "function") return "a function";
  const text = String(found);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
