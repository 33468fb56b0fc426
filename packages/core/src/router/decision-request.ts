import type { Requirements } from "../decision/eligibility.js";
import type { Exploration } from "../decision/exploration.js";
import type { PreferenceOptions } from "../decision/preference.js";

/** What `Router.decide` needs to know of one request. */
export interface DecisionRequest extends Requirements, PreferenceOptions {
  /** (D) embedding of the question, by the artifact's embedder. */
  embedding: Float32Array;
  /** Tokens of the whole request, which is what gets priced. */
  inputTokens: number;
  /** "best": when only `minQuality` stands in the way, take the best of those that missed it. Default "throw". */
  onIneligible?: "throw" | "best" | undefined;
  /** Now and then takes another eligible candidate than the best, and records how likely the choice was. */
  exploration?: Exploration | undefined;
}
