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
   * Weighted standard deviation of what the averaged networks and the kernel regression say; inherited and probed profiles add
   * theirs. NaN (null in JSON) for external models, which do not say.
   */
  uncertainty: number;
  /** How much of `predictedQuality` was learnt from feedback; only where the router learns. */
  feedbackShift?: number;
  /** R under the decision's preference; for the exponential reward its logarithm. */
  reward: number;
  /** "measured" on rows of its own, "inherited" from a relative, or "probed" by a few scored prompts. */
  profile: "measured" | "inherited" | "probed";
  eligible: boolean;
}

/** Why this model. With one backend, two runtimes give equal decisions but for `elapsedMs`; those of two backends agree to 1e-5. */
export interface Decision {
  schemaVersion: 1;
  /** The chosen model. */
  model: string;
  preference: Preference;
  /** Every candidate with finite predictions: the eligible ones by falling reward, then the excluded ones. */
  ranking: RankedCandidate[];
  /**
   * Reward of the choice above that of the next eligible candidate, below 0 where it was explored; Infinity is not JSON, so
   * null when alone.
   */
  margin: number | null;
  /** Chance that the request had of getting this model, in (0, 1]; only where the request explores. */
  propensity?: number;
  excluded: Exclusion[];
  /**
   * How like the prompts that the router was trained on this one is: 1 for nearly all, below 1 where the predictions give way
   * to every model's mean, 0 where they are nothing else.
   */
  familiarity: number;
  /** Tokens that the request was priced with. */
  inputTokens: number;
  backend: Backend["name"];
  elapsedMs: number;
}
