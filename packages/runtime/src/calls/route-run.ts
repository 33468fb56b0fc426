import {
  ProviderAbortedError,
  ProviderError,
  ProviderHttpError,
  ProviderTimeoutError,
  type RouteAttempt,
  type RouteDecision,
  type RoutedCall,
  type RouteOutcome,
  type RouteTry,
  sumUsd,
  type Usage,
} from "@onehead/provider";
import type { CircuitBreakers } from "./circuit-breakers.js";
import type { ProviderLimits, Release } from "./provider-limits.js";
import { type RetryPolicy, remedyFor, waitBefore } from "./retry-policy.js";
import type { RuntimeRunOptions } from "./run-options.js";
import { sleep } from "./sleep.js";
import { Stop } from "./stop.js";

/** What a run needs besides its decision. */
export interface RunContext {
  retry: RetryPolicy;
  breakers: CircuitBreakers;
  limits: ProviderLimits;
  /** Whose limits a candidate falls under. */
  providerOf(model: string): string;
  /** Silence after which the next candidate is asked as well; Infinity for never. */
  hedgeAfterMs: number;
  /** Until an answer begins, over all tries; Infinity for none. */
  deadlineMs: number;
  /** What it throws leaves the cost unknown. */
  costOf(model: string, usage: Usage): number | null;
  onOutcome(outcome: RouteOutcome): void;
  now(): number;
  random(): number;
}

interface Won<T> {
  value: T;
  record: RouteTry;
  startedMs: number;
  controller: AbortController;
  /** Gives the place at the provider back. */
  release: Release;
}

/** Why a try is stopped that is no longer wanted; one for all, since making one anew for each call costs 10 µs. */
const noLongerWanted = new DOMException("no longer wanted", "AbortError");

/**
 * One routed call: candidate after candidate until one begins to answer.
 *
 * Lanes go down the ranking together: one at first, a second when the first is silent for too long. The first to answer wins, and
 * the other is aborted. What tries have cost is added up whether they won or not.
 */
export class RouteRun<T> {
  readonly #decision: RouteDecision;
  readonly #attempt: RouteAttempt<T>;
  readonly #options: RuntimeRunOptions<T>;
  readonly #context: RunContext;
  readonly #tries: RouteTry[] = [];
  readonly #queue: string[];
  /** Tries under way. */
  readonly #open = new Set<RouteTry>();
  /** Ends the lanes: the caller's signal, the deadline, or that one of them has won. */
  readonly #stop = new Stop();
  #lanes = 0;
  #attempts = 0;
  #winner: Won<T> | undefined;
  #error: unknown;
  #timedOut = false;

  constructor(decision: RouteDecision, attempt: RouteAttempt<T>, options: RuntimeRunOptions<T>, context: RunContext) {
    this.#decision = decision;
    this.#attempt = attempt;
    this.#options = options;
    this.#context = context;
    this.#queue = decision.ranking.map(({ model }) => model);
  }

  /** @throws ProviderError, the last one when nobody answers; whatever an attempt throws that is none */
  async execute(): Promise<RoutedCall<T>> {
    const { signal } = this.#options;
    if (signal?.aborted) throw this.#aborted("none");
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    const { deadlineMs, hedgeAfterMs } = this.#context;
    const deadline = after(deadlineMs, () => {
      this.#timedOut = true;
      this.#stop.abort();
    });
    try {
      await new Promise<void>((resolve) => {
        let ended = false;
        const hedge = after(hedgeAfterMs, () => {
          if (this.#queue.length > 0) void this.#lane(resolve);
        });
        const over = (): void => {
          clearTimeout(hedge);
          // a second time would cost more than it seems
          if (!ended) resolve();
          ended = true;
        };
        // not waited for: an attempt that does not heed its signal would hold everybody up
        this.#stop.addEventListener("abort", over);
        void this.#lane(over);
      });
    } finally {
      clearTimeout(deadline);
      this.#stop.abort();
      if (this.#winner === undefined) this.#unlink();
    }
    for (const record of this.#open) record.outcome = this.#winner === undefined ? "aborted" : "hedged-away";
    if (this.#winner !== undefined) return this.#answered(this.#winner);
    const error = this.#failure();
    this.#context.onOutcome(this.#outcomeOf(this.#decision.model));
    throw error;
  }

  /** The caller gives up: the tries are stopped or, once one has answered, that one is until it is settled. */
  readonly #onAbort = (): void => {
    this.#stop.abort();
    this.#winner?.controller.abort(this.#options.signal?.reason);
  };

  #unlink(): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  /** Takes candidates until one answers, none is left, or the run is over. */
  async #lane(done: () => void): Promise<void> {
    this.#lanes++;
    for (let model = this.#queue.shift(); model !== undefined; model = this.#queue.shift()) {
      const over = await this.#candidate(model);
      if (over || this.#stop.aborted) break;
    }
    this.#lanes--;
    // a lane that has run out leaves it to the other one
    if (this.#lanes === 0 || this.#stop.aborted) done();
  }

  /** Tries one candidate, several times if need be. @returns whether the run is over */
  async #candidate(model: string): Promise<boolean> {
    const { breakers, retry, random } = this.#context;
    for (let n = 0; ; n++) {
      if (!breakers.enter(model, this)) {
        this.#tries.push({ model, outcome: "circuit-open", elapsedMs: 0, costUsd: 0 });
        this.#error ??= new ProviderHttpError(`route: ${model}: its circuit is open after failures in a row`, {
          model,
          status: null,
        });
        return false;
      }
      const release = await this.#place(model);
      if (release === null) return this.#stop.aborted;
      const error = await this.#once(model, release);
      if (error === undefined || this.#stop.aborted) return true;
      this.#error = error;
      const remedy = remedyFor(error);
      if (remedy === "give-up") {
        this.#stop.abort();
        return true;
      }
      if (remedy === "fall-back" || n >= retry.retries) return false;
      const waitMs = waitBefore(n, error, retry, random);
      if (waitMs === null) return false;
      if (!(await sleep(waitMs, this.#stop))) return true;
    }
  }

  /** A place at the candidate's provider; null where there is none, which is on record. */
  async #place(model: string): Promise<Release | null> {
    const { limits, providerOf, breakers } = this.#context;
    const place = limits.enter(providerOf(model), this.#stop);
    // not waited for where there is one: each wait is a turn of the loop
    const release = place instanceof Promise ? await place : place;
    if (release === null) {
      breakers.released(model, this);
      this.#tries.push({ model, outcome: "limited", elapsedMs: 0, costUsd: 0 });
      this.#error ??= new ProviderHttpError(`route: ${model}: its provider's limit of calls is reached`, {
        model,
        status: 429,
      });
    }
    return release;
  }

  /** One try. @returns its error; undefined when it has won, or the run was over before */
  async #once(model: string, release: Release): Promise<unknown> {
    const { breakers, now } = this.#context;
    const controller = new AbortController();
    const stop = (): void => controller.abort(noLongerWanted);
    // it may have been stopped just as its wait was over
    if (this.#stop.aborted) stop();
    else this.#stop.addEventListener("abort", stop);
    const startedMs = now();
    const record: RouteTry = { model, outcome: "failed", elapsedMs: 0, costUsd: null };
    this.#tries.push(record);
    this.#open.add(record);
    try {
      const value = await this.#attempt({ model, attempt: ++this.#attempts, signal: controller.signal });
      if (this.#winner !== undefined || this.#stop.aborted) {
        // too late: somebody else has answered, or nobody waits any more
        this.#options.discard?.(value);
        breakers.released(model, this);
        return undefined;
      }
      // the winner goes on when the run is over
      this.#stop.removeEventListener("abort", stop);
      this.#winner = { value, record, startedMs, controller, release };
      this.#open.delete(record);
      record.outcome = "answered";
      // whether it is well is known when the answer is over: one that always breaks begins well too
      breakers.released(model, this);
      this.#stop.abort();
      return undefined;
    } catch (error) {
      this.#failed(record, error);
      return error;
    } finally {
      record.elapsedMs = now() - startedMs;
      this.#stop.removeEventListener("abort", stop);
      if (this.#winner?.controller !== controller) release();
      this.#open.delete(record);
    }
  }

  #failed(record: RouteTry, error: unknown): void {
    const { breakers } = this.#context;
    const { model } = record;
    if (this.#stop.aborted) record.outcome = this.#winner === undefined ? "aborted" : "hedged-away";
    record.costUsd = this.#costOfFailure(model, error);
    if (!ProviderError.isInstance(error)) {
      breakers.released(model, this);
      return;
    }
    record.error = error.code;
    const status = ProviderHttpError.isInstance(error) ? error.status : null;
    if (status !== null) record.status = status;
    if (record.outcome === "failed" && (error.retryable || status === 401 || status === 403 || status === 404)) {
      breakers.failed(model, this, ProviderHttpError.isInstance(error) ? error.retryAfterMs : undefined);
    } else breakers.released(model, this);
  }

  #costOfFailure(model: string, error: unknown): number | null {
    if (!ProviderError.isInstance(error)) return null;
    if (error.billing === "none") return 0;
    const { usage } = error as { usage?: Usage };
    return usage === undefined ? null : this.#costOf(model, usage);
  }

  #costOf(model: string, usage: Usage): number | null {
    try {
      return this.#context.costOf(model, usage);
    } catch {
      // the answer is there: it is not lost because its usage makes no sense
      return null;
    }
  }

  #answered({ value, record, startedMs, release }: Won<T>): RoutedCall<T> {
    const { breakers, onOutcome, now } = this.#context;
    const outcome = this.#outcomeOf(record.model);
    let settled = false;
    const settle = (usage: Usage | undefined, error?: unknown): void => {
      if (settled) return;
      settled = true;
      this.#unlink();
      release();
      record.elapsedMs = now() - startedMs;
      record.costUsd = usage === undefined ? null : this.#costOf(record.model, usage);
      if (error !== undefined) {
        const aborted = ProviderAbortedError.isInstance(error);
        record.outcome = aborted ? "aborted" : "broken";
        if (ProviderError.isInstance(error)) record.error = error.code;
        if (!aborted) breakers.failed(record.model, this);
      } else breakers.succeeded(record.model);
      Object.assign(outcome, totalOf(this.#tries));
      onOutcome(outcome);
    };
    return { value, outcome, settle };
  }

  #outcomeOf(model: string): RouteOutcome {
    return { decision: this.#decision, model, tries: this.#tries, ...totalOf(this.#tries) };
  }

  #failure(): unknown {
    if (this.#options.signal?.aborted) return this.#aborted("unknown");
    if (this.#timedOut) {
      const { deadlineMs } = this.#context;
      return new ProviderTimeoutError(`route: no answer within the deadline of ${deadlineMs} ms`, {
        timeoutMs: deadlineMs,
        phase: "answer",
      });
    }
    return this.#error;
  }

  #aborted(billing: "none" | "unknown"): ProviderAbortedError {
    return new ProviderAbortedError("route: aborted by the caller", { billing });
  }
}

function totalOf(tries: readonly RouteTry[]): { costUsd: number | null; unresolvedTries: number } {
  const known: number[] = [];
  for (const { costUsd } of tries) if (costUsd !== null) known.push(costUsd);
  return {
    costUsd: known.length === 0 ? null : sumUsd(known),
    unresolvedTries: tries.length - known.length,
  };
}

/** A timer; none for what is longer than timers can be. */
function after(ms: number, work: () => void): ReturnType<typeof setTimeout> | undefined {
  return ms < 2 ** 31 ? setTimeout(work, ms) : undefined;
}
