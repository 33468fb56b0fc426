import type { Backend } from "../kernels/backend.js";
import type { Exclusion } from "./eligibility.js";
import type { Preference } from "./reward.js";

/** One candidate as the decision saw it. */
export interface RankedCandidate {
  model: string;
  /** ŝ in [0, 1]. */
  predictedQuality: number;
  /** ĉ of this request, USD. */
  predictedCostUsd: number;
  /**
   * Weighted standard deviation of what the averaged networks and the kernel regression say; inherited profiles add theirs. NaN
   * (null in JSON) for external models, which do not say.
   */
  uncertainty: number;
  /** R under the decision's preference; for the exponential reward its logarithm. */
  reward: number;
  /** "measured" on rows of its own, or "inherited" from a relative. */
  profile: "measured" | "inherited";
  eligible: boolean;
}

/** Why this model. Two runtimes give equal decisions but for `backend` and `elapsedMs`. */
export interface Decision {
  schemaVersion: 1;
  /** The chosen model. */
  model: string;
  preference: Preference;
  /** Every candidate with finite predictions: the eligible ones by falling reward, then the excluded ones. */
  ranking: RankedCandidate[];
  /** Reward of the choice above that of the next eligible candidate; Infinity is not JSON, so null when alone. */
  margin: number | null;
  excluded: Exclusion[];
  /** Tokens that the request was priced with. */
  inputTokens: number;
  backend: Backend["name"];
  elapsedMs: number;
}
