import {
  ProviderAbortedError,
  type ProviderError,
  ProviderResponseError,
  ProviderTimeoutError,
} from "@onehead/provider";
import { assertLimits } from "./limits.js";
import { toProviderError } from "./to-provider-error.js";

/** Whom a call goes to. */
export interface CallTarget {
  provider: string;
  model: string;
  /** Host that is asked, where it is known. */
  host: string | undefined;
}

export interface CallLimits {
  /** Until the answer, or the first event of a stream. */
  timeoutMs: number;
  /** Longest silence within a stream. */
  idleTimeoutMs: number;
}

/** The part of a request that says how long to wait. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  idleTimeoutMs?: number | undefined;
}

/** Why the work of a call that is over is stopped; one for all, since making one anew takes 10 µs too. */
const ended = new DOMException("the call is over", "AbortError");

/**
 * One call with its deadline: whatever is waited for is given up when the caller aborts or the time is over, whether or not
 * the other side heeds the signal. Leaves no timer and no listener behind once it has ended.
 */
export class Call {
  readonly target: CallTarget;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #idleTimeoutMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped: ProviderError | undefined;
  #interrupt: ((error: ProviderError) => void) | undefined;
  /** Whether an event of a stream has come. */
  #begun = false;
  /** Whether headers of an answer have come: what fails from then on is the answer. */
  answered = false;
  /** Whether nothing is open any more: the answer was read to its end. There is nothing to abort then, which takes 10 µs. */
  closed = false;

  /**
   * @throws ProviderAbortedError when the signal is aborted already
   * @throws ProviderError "invalid-argument" for a limit that is no time
   */
  constructor(target: CallTarget, options: CallOptions, limits: CallLimits) {
    this.target = target;
    this.#outer = options.signal;
    const { timeoutMs = limits.timeoutMs, idleTimeoutMs = limits.idleTimeoutMs } = options;
    assertLimits(`${target.provider}: request.`, timeoutMs, idleTimeoutMs);
    this.#idleTimeoutMs = idleTimeoutMs;
    if (this.#outer?.aborted) throw this.#aborted("none");
    this.#outer?.addEventListener("abort", this.#onAbort, { once: true });
    this.#arm(timeoutMs, "answer");
  }

  /** For whoever does the work; aborted with the call, and at its end where something is still open. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Waits for one step of the call.
   *
   * @param late given the outcome if it comes after the call was stopped
   * @throws ProviderError, whatever the step failed with
   */
  wait<T>(step: PromiseLike<T>, late?: (value: T) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#stopped === undefined) this.#interrupt = reject;
      else reject(this.#stopped);
      step.then(
        (value) => {
          if (this.#stopped !== undefined) late?.(value);
          this.#interrupt = undefined;
          resolve(value);
        },
        (error: unknown) => {
          this.#interrupt = undefined;
          reject(this.errorOf(error));
        },
      );
    });
  }

  /** As {@link Call.wait}, for the next event of a stream: the time is that of a silence once one has come. */
  async waitForEvent<T>(step: PromiseLike<T>): Promise<T> {
    const event = await this.wait(step);
    this.#begun = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return event;
  }

  /** From now on a silence is waited for; until the first event, what is left of the time for the answer. */
  expectEvent(): void {
    if (this.#begun && this.#timer === undefined && this.#stopped === undefined) this.#arm(this.#idleTimeoutMs, "idle");
  }

  /** The error of this call for whatever was thrown: why it was stopped goes before what that led to. */
  errorOf(error: unknown): ProviderError {
    if (this.#stopped !== undefined) return this.#stopped;
    return placed(toProviderError(error, this.target, this.answered), this.target);
  }

  /** The call is over: the connection is given back where it is still open, and what is still waited for is given up. */
  end(): void {
    this.#release();
    if (!this.closed) this.#controller.abort(ended);
    this.#interrupt?.(this.#aborted("unknown"));
    this.#interrupt = undefined;
  }

  #arm(timeoutMs: number, phase: "answer" | "idle"): void {
    // Node takes more than 2^31 ms for 1 ms
    if (!(timeoutMs < 2 ** 31)) return;
    this.#timer = setTimeout(() => {
      const what = phase === "answer" ? "no answer" : "silence within the answer";
      this.#stop(
        new ProviderTimeoutError(`${nameOf(this.target)}: ${what} for ${timeoutMs} ms`, {
          ...this.target,
          timeoutMs,
          phase,
        }),
      );
    }, timeoutMs);
  }

  readonly #onAbort = (): void => this.#stop(this.#aborted("unknown"));

  #aborted(billing: "none" | "unknown"): ProviderError {
    return new ProviderAbortedError(`${nameOf(this.target)}: aborted by the caller`, { ...this.target, billing });
  }

  #stop(reason: ProviderError): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = reason;
    this.#release();
    this.#controller.abort(reason);
    this.#interrupt?.(reason);
    this.#interrupt = undefined;
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }
}

/** An error of a reader, who does not know whose answer it reads, with that added. */
function placed(error: ProviderError, target: CallTarget): ProviderError {
  if (!ProviderResponseError.isInstance(error) || error.provider !== undefined) return error;
  const { message, retryable, billing, reason, usage } = error;
  const own = { ...target, retryable, billing, reason, ...(usage === undefined ? {} : { usage }) };
  return new ProviderResponseError(`${nameOf(target)}: ${message}`, own);
}

/** `provider at host`, for messages. */
export function nameOf({ provider, host }: CallTarget): string {
  return host === undefined ? provider : `${provider} at ${host}`;
}
