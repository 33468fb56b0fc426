import { invalidArgument } from "@onehead/provider";

export interface BreakerOptions {
  /** Failures in a row after which a candidate is left out. Default 5; Infinity never leaves one out. */
  failures?: number | undefined;
  /** How long it is left out before one call may probe it. Default 30,000. */
  openMs?: number | undefined;
}

export type CircuitState = "closed" | "open" | "half-open";

/** Candidates are few, but models can be asked for by any name. */
const mostCircuits = 1_000;

interface Circuit {
  failures: number;
  /** Until when nobody is let through; 0 while it is closed. */
  openUntilMs: number;
  /** Whose call finds out whether it is back. */
  probe: object | undefined;
}

/**
 * One circuit breaker a candidate: after several failures in a row it is left out for a while, and then a single call finds out
 * whether it is back.
 */
export class CircuitBreakers {
  readonly #circuits = new Map<string, Circuit>();
  readonly #failures: number;
  readonly #openMs: number;
  readonly #now: () => number;

  /** @throws ProviderError "invalid-argument" naming the option */
  constructor(options: BreakerOptions = {}, now: () => number = Date.now) {
    const { failures = 5, openMs = 30_000 } = options;
    if (!(failures >= 1)) throw invalidArgument("breaker: failures", failures, "a number of at least 1");
    if (!(openMs > 0)) throw invalidArgument("breaker: openMs", openMs, "milliseconds above 0");
    this.#failures = failures;
    this.#openMs = openMs;
    this.#now = now;
  }

  state(model: string): CircuitState {
    const circuit = this.#circuits.get(model);
    if (circuit === undefined || circuit.openUntilMs === 0) return "closed";
    return this.#now() < circuit.openUntilMs ? "open" : "half-open";
  }

  /**
   * Whether a call may be made now; in the half-open state only one may, until it is reported or released.
   *
   * @param caller whose call it is: calls from before the circuit opened may end while another one probes
   */
  enter(model: string, caller: object): boolean {
    const state = this.state(model);
    if (state === "closed") return true;
    const circuit = this.#circuits.get(model);
    if (state === "open" || circuit === undefined || circuit.probe !== undefined) return false;
    circuit.probe = caller;
    return true;
  }

  succeeded(model: string): void {
    this.#circuits.delete(model);
  }

  /** @param waitMs for which the provider itself asks not to be called */
  failed(model: string, caller: object, waitMs = 0): void {
    const circuit = this.#circuits.get(model) ?? { failures: 0, openUntilMs: 0, probe: undefined };
    // the one that failed last is the last to be forgotten
    this.#circuits.delete(model);
    this.#circuits.set(model, circuit);
    if (this.#circuits.size > mostCircuits) this.#circuits.delete(this.#circuits.keys().next().value as string);
    const probed = circuit.openUntilMs !== 0;
    circuit.failures++;
    if (circuit.probe === caller) circuit.probe = undefined;
    if (probed || circuit.failures >= this.#failures) {
      circuit.openUntilMs = this.#now() + Math.max(this.#openMs, waitMs);
    }
  }

  /** The call ended without saying anything of the candidate: it was aborted, or the request was at fault. */
  released(model: string, caller: object): void {
    const circuit = this.#circuits.get(model);
    if (circuit?.probe === caller) circuit.probe = undefined;
  }
}
