import type { Candidate } from "@onehead/core";
import type { ModelPrices } from "@onehead/provider";
import type { RuntimeOptions } from "../runtime-options.js";

/** Whose model a candidate is, and what it is called there. */
export interface CandidateName {
  provider: string;
  model: string;
}

interface KnownCandidate {
  provider: string;
  /** What the router itself reckons with; it has no dates. */
  prices: ModelPrices | undefined;
}

/** The router's candidates by their ids, with what a call asks of them. */
export class KnownCandidates {
  readonly #options: Pick<RuntimeOptions, "router" | "names" | "prices">;
  /** As `#known` was made from: the router has another list when its models or prices have changed. */
  #candidates: readonly Candidate[] = [];
  readonly #known = new Map<string, KnownCandidate>();

  constructor(options: Pick<RuntimeOptions, "router" | "names" | "prices">) {
    this.#options = options;
  }

  has(id: string): boolean {
    return this.#find(id) !== undefined;
  }

  nameOf(id: string): CandidateName {
    return this.#options.names?.[id] ?? { provider: this.#find(id)?.provider ?? "", model: id };
  }

  /** From the price book or, where that has none, what the router itself reckons with. */
  pricesOf(id: string): ModelPrices | undefined {
    const { provider, model } = this.nameOf(id);
    return this.#options.prices?.find(provider, model)?.prices ?? this.#find(id)?.prices;
  }

  #find(id: string): KnownCandidate | undefined {
    const { candidates } = this.#options.router;
    if (candidates !== this.#candidates) {
      this.#candidates = candidates;
      this.#known.clear();
      for (const candidate of candidates) this.#known.set(candidate.id, known(candidate));
    }
    return this.#known.get(id);
  }
}

function known({ provider, prices }: Candidate): KnownCandidate {
  return {
    provider: provider ?? "",
    // frozen, they are looked at once for whether they are sound, and not in each call
    prices: prices === undefined ? undefined : Object.freeze({ source: "the router", asOf: "1970-01-01", ...prices }),
  };
}
