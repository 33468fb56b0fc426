import { OneheadError } from "@onehead/core";
import { type Estimate, estimateOf, type PairedDifference } from "../bootstrap/intervals.js";
import { createPromptResampler } from "../bootstrap/prompt-resampler.js";
import { type LoggedOutcome, offPolicyValue } from "./off-policy-value.js";

/** Estimates of one mean outcome, with 95 % intervals of a bootstrap over prompts. */
export interface OffPolicyEstimates {
  ips: Estimate;
  /** Null where the log holds none of the policy's choices, or in some resample holds none. */
  selfNormalised: Estimate | null;
  doublyRobust: Estimate;
  /** What the log's own policy got. */
  logged: Estimate;
  /** Doubly robust less logged, on the same calls. */
  difference: PairedDifference;
  /** Self-normalised less logged: the cross-check that uses no prediction. */
  differenceWithoutModel: Estimate | null;
}

/**
 * {@link offPolicyValue} of several outcomes with intervals; calls of one prompt are drawn together.
 *
 * @param promptKeys (C) number of each call's prompt
 * @throws OneheadError "invalid-argument" naming the outcome whose estimate is not a finite number
 */
export function offPolicyEstimates<Name extends string>(
  outcomes: Readonly<Record<Name, LoggedOutcome>>,
  weights: Float64Array,
  promptKeys: ArrayLike<number>,
  { resamples, seed }: { resamples: number; seed: number },
): Record<Name, OffPolicyEstimates> {
  const names = Object.keys(outcomes) as Name[];
  const resampler = createPromptResampler([promptKeys], seed);
  const draws = names.map(() => [] as ReturnType<typeof offPolicyValue>[]);
  for (let b = 0; b < resamples; b++) {
    resampler.next();
    names.forEach((name, k) => {
      draws[k].push(offPolicyValue(outcomes[name], weights, resampler.weights[0]));
    });
  }
  const estimates = names.map((name, k) => {
    const value = offPolicyValue(outcomes[name], weights);
    const over = (pick: (drawn: typeof value) => number): Estimate | null =>
      estimateOf(pick(value), draws[k].map(pick));
    // only the self-normalised value may not exist
    const existing = (what: string, pick: (drawn: typeof value) => number): Estimate => {
      const estimate = over(pick);
      if (estimate !== null && Number.isFinite(estimate.value) && Number.isFinite(estimate.standardError))
        return estimate;
      const found = `${estimate?.value ?? Number.NaN} ± ${estimate?.standardError ?? Number.NaN}`;
      throw new OneheadError("invalid-argument", `offPolicy: ${name}: ${what}: ${found}, expected a finite number`);
    };
    const difference = (drawn: typeof value): number => drawn.doublyRobust - drawn.logged;
    const differences = draws[k].map(difference);
    return {
      ips: existing("ips", ({ ips }) => ips),
      selfNormalised: over(({ selfNormalised }) => selfNormalised),
      doublyRobust: existing("doublyRobust", ({ doublyRobust }) => doublyRobust),
      logged: existing("logged", ({ logged }) => logged),
      difference: {
        ...existing("difference", difference),
        winShare: differences.filter((drawn) => drawn > 0).length / differences.length,
      },
      differenceWithoutModel: over(({ selfNormalised, logged }) => selfNormalised - logged),
    };
  });
  return Object.fromEntries(names.map((name, k) => [name, estimates[k]])) as Record<Name, OffPolicyEstimates>;
}
