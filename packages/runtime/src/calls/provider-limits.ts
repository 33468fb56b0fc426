import { invalidArgument } from "@onehead/provider";
import type { StopSignal } from "./stop.js";

/** What one provider may be asked. */
export interface ProviderLimit {
  /** Calls at once. Default: no limit. */
  concurrency?: number | undefined;
  /** Calls begun within any minute, spread evenly but for a burst of a tenth of them. Default: no limit. */
  requestsPerMinute?: number | undefined;
}

/** Gives a place back; only the first call counts. */
export type Release = () => void;

interface Waiting {
  let(release: Release | null): void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * How many calls each provider is asked at once and per minute. A call that finds no place waits for one, in the order of arrival,
 * and not for long: the next candidate is often the faster remedy.
 *
 * Calls per minute are a token bucket: tokens = min(burst, tokens + elapsed · rate), one a call.
 */
export class ProviderLimits {
  readonly #places = new Map<string, Places>();
  readonly #limits: Readonly<Record<string, ProviderLimit>>;
  readonly #waitMs: number;
  readonly #now: () => number;

  /** @throws ProviderError "invalid-argument" naming the provider and option */
  constructor(
    limits: Readonly<Record<string, ProviderLimit>> = {},
    waitMs: number = 1_000,
    now: () => number = Date.now,
  ) {
    for (const [provider, { concurrency, requestsPerMinute }] of Object.entries(limits)) {
      const where = `limits: ${provider}`;
      if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
        throw invalidArgument(`${where}: concurrency`, concurrency, "a whole number above 0");
      }
      if (requestsPerMinute !== undefined && !(requestsPerMinute > 0)) {
        throw invalidArgument(`${where}: requestsPerMinute`, requestsPerMinute, "a number above 0");
      }
    }
    if (!(waitMs >= 0)) throw invalidArgument("limitWaitMs", waitMs, "milliseconds of at least 0");
    this.#limits = limits;
    this.#waitMs = waitMs;
    this.#now = now;
  }

  /** A place at the provider, or null where none came free in time or the signal was aborted. */
  enter(provider: string, signal: StopSignal): Promise<Release | null> | Release | null {
    if (!Object.hasOwn(this.#limits, provider)) return free;
    let places = this.#places.get(provider);
    if (places === undefined) {
      places = new Places(this.#limits[provider], this.#now);
      this.#places.set(provider, places);
    }
    return places.take() ?? (signal.aborted || this.#waitMs === 0 ? null : places.wait(this.#waitMs, signal));
  }
}

const free: Release = () => {};

/** The places of one provider, and who waits for one. */
class Places {
  readonly #concurrency: number;
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #queue: Waiting[] = [];
  #taken = 0;
  #tokens: number;
  #filledMs: number;
  #refill: ReturnType<typeof setTimeout> | undefined;

  constructor(limit: ProviderLimit, now: () => number) {
    const { concurrency = Number.POSITIVE_INFINITY, requestsPerMinute = Number.POSITIVE_INFINITY } = limit;
    this.#concurrency = concurrency;
    this.#perMs = requestsPerMinute / 60_000;
    this.#burst = Math.max(1, requestsPerMinute / 10);
    this.#tokens = this.#burst;
    this.#now = now;
    this.#filledMs = now();
  }

  take(): Release | null {
    if (this.#queue.length > 0 || !this.#hasPlace()) return null;
    return this.#occupy();
  }

  wait(waitMs: number, signal: StopSignal): Promise<Release | null> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        timer: undefined,
        let: (release) => {
          clearTimeout(waiting.timer);
          signal.removeEventListener("abort", leave);
          resolve(release);
        },
      };
      const leave = (): void => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        waiting.let(null);
      };
      waiting.timer = setTimeout(leave, waitMs);
      signal.addEventListener("abort", leave, { once: true });
      this.#queue.push(waiting);
      this.#letIn();
    });
  }

  #occupy(): Release {
    this.#taken++;
    if (this.#perMs !== Number.POSITIVE_INFINITY) this.#tokens--;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#taken--;
      this.#letIn();
    };
  }

  #hasPlace(): boolean {
    if (this.#taken >= this.#concurrency) return false;
    if (this.#perMs === Number.POSITIVE_INFINITY) return true;
    const nowMs = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, nowMs - this.#filledMs) * this.#perMs);
    this.#filledMs = nowMs;
    return this.#tokens >= 1;
  }

  #letIn(): void {
    while (this.#queue.length > 0 && this.#hasPlace()) this.#queue.shift()?.let(this.#occupy());
    // a place comes free by time alone where only the rate holds calls back
    if (this.#queue.length === 0 || this.#taken >= this.#concurrency || this.#refill !== undefined) return;
    this.#refill = setTimeout(
      () => {
        this.#refill = undefined;
        this.#letIn();
      },
      Math.max(1, Math.ceil((1 - this.#tokens) / this.#perMs)),
    );
  }
}
