/** What went wrong, as data: callers branch on this and never on the message. */
export type OneheadErrorCode =
  | "shape"
  | "invalid-argument"
  | "artifact"
  | "no-eligible-model"
  | "unknown-model"
  | "embedder-mismatch"
  | "learning-off"
  | "no-propensity"
  | "row-schema"
  | "row-format"
  | "io"
  | "aborted"
  | "diverged"
  /** a thread that ended or failed */
  | "worker"
  /** a request that failed: an answer other than 200, or none */
  | "http"
  | "timeout"
  /** an answer that is not what the interface promises */
  | "response"
  /** a thread that ended, or could not be started, with work to do */
  | "worker-lost"
  /** an optional package that is not installed */
  | "missing-package";

const brand = Symbol.for("onehead.error");

/**
 * The one base of every error that Onehead throws.
 *
 * Recognise it with {@link OneheadError.isInstance}, which holds across entry points and duplicate installs, where
 * `instanceof` does not. Messages name the function, field and value at fault; never a prompt, a body or a key.
 */
export class OneheadError extends Error {
  readonly code: OneheadErrorCode;
  readonly [brand] = true;

  constructor(code: OneheadErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "OneheadError";
    this.code = code;
  }

  static isInstance(value: unknown): value is OneheadError {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  }
}
