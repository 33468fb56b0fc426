import { assertLength, OneheadError } from "@onehead/core";

/** One outcome of C logged calls, with what a model of the outcome predicts. */
export interface LoggedOutcome {
  /** (C) what came of the logged choice: score, USD or reward. */
  outcomes: ArrayLike<number>;
  /** (C) predicted outcome of the logged choice. */
  predictedLogged: ArrayLike<number>;
  /** (C) predicted outcome of the judged policy's choice; its expectation over the choices of one that draws. */
  predictedTarget: ArrayLike<number>;
}

/** Three estimates of a policy's mean outcome, and the mean of what the log's own policy got. */
export interface OffPolicyValue {
  /** Σ w r / C: unbiased where propensities are right, of large variance. */
  ips: number;
  /** Σ w r / Σ w: a little biased, steadier; NaN where no weight is above 0. */
  selfNormalised: number;
  /** Σ (q̂(π) + w (r − q̂(a))) / C: unbiased where propensities *or* predictions are right. */
  doublyRobust: number;
  /** Σ r / C. */
  logged: number;
}

/**
 * Mean outcome that another policy would have got on logged calls.
 *
 * @param weights (C) `importanceWeights`
 * @param counts  (C) how often each call counts; once unless given (a bootstrap's draws)
 * @throws ShapeError when lengths differ; OneheadError "invalid-argument" where no call counts
 * Source: Horvitz and Thompson 1952 (ips); Swaminathan and Joachims 2015 (self-normalised); Dudík, Langford and Li 2011,
 * eq. 1 (doubly robust)
 */
export function offPolicyValue(
  { outcomes, predictedLogged, predictedTarget }: LoggedOutcome,
  weights: ArrayLike<number>,
  counts?: ArrayLike<number>,
): OffPolicyValue {
  const C = outcomes.length;
  assertLength("offPolicyValue: weights", weights.length, C);
  assertLength("offPolicyValue: predictedLogged", predictedLogged.length, C);
  assertLength("offPolicyValue: predictedTarget", predictedTarget.length, C);
  if (counts !== undefined) assertLength("offPolicyValue: counts", counts.length, C);
  let total = 0;
  let weight = 0;
  let weighted = 0;
  let corrected = 0;
  let logged = 0;
  for (let i = 0; i < C; i++) {
    const count = counts === undefined ? 1 : counts[i];
    const w = weights[i];
    total += count;
    weight += count * w;
    weighted += count * w * outcomes[i];
    corrected += count * (predictedTarget[i] + w * (outcomes[i] - predictedLogged[i]));
    logged += count * outcomes[i];
  }
  if (!(total > 0)) {
    throw new OneheadError("invalid-argument", `offPolicyValue: calls that count: ${total}, expected at least one`);
  }
  return {
    ips: weighted / total,
    selfNormalised: weighted / weight,
    doublyRobust: corrected / total,
    logged: logged / total,
  };
}
