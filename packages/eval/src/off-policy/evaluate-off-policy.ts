import { baselinePredictions } from "@onehead/baselines";
import { type Artifact, OneheadError, type Preference, type PreferenceOptions, Router } from "@onehead/core";
import type { PromptRow } from "@onehead/data";
import type { Embedder } from "@onehead/embed";
import { commonModels, trainedPrompts } from "../artifact/embedded-rows.js";
import { dearestMeanCostUsd } from "../replay/lambda-grid.js";
import { crossFittedPredictions } from "./cross-fitted-predictions.js";
import { importanceWeights, summarizeWeights, type WeightSummary } from "./importance-weights.js";
import { choicesOf, countUnsupported, type JudgedCalls, judgeCalls } from "./judged-calls.js";
import { readLoggedCalls } from "./logged-calls.js";
import { type OffPolicyEstimates, offPolicyEstimates } from "./off-policy-estimates.js";
import { judgeOffPolicy, type OffPolicyVerdict } from "./off-policy-verdict.js";

export interface EvaluateOffPolicyOptions {
  artifact: Artifact;
  /** The artifact's own, by `embedderOf`. A hosted one is sent the calls' prompts: say so before. */
  embedder: Embedder;
  /** Calls of a log, one a row, with the chance of each choice. */
  rows: AsyncIterable<PromptRow>;
  /** What errors call the row that was read last, by its number from 1: its file and line, say. `row N` unless given. */
  locate?: ((row: number) => string) | undefined;
  /** Preferences to judge at; a small sweep of λ around the dearest model's mean cost unless given. */
  preferences?: readonly PreferenceOptions[] | undefined;
  /** Models among which the log's router drew evenly, where propensities were not recorded. */
  uniformOver?: readonly string[] | undefined;
  /** Whose predictions doubly robust estimates correct: the artifact's, or cross-fitted ridge regressions on the log. */
  outcomeModel?: "artifact" | "ridge" | undefined;
  /** Largest weight of a call, at least 1; not clipped unless given. */
  clip?: number | undefined;
  resamples?: number | undefined;
  seed?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** What the log says of the router at one preference. */
export interface OffPolicySetting extends OffPolicyVerdict {
  preference: Preference;
  /** Estimates of mean score, mean USD, and mean linear reward score − USD/λ. */
  quality: OffPolicyEstimates;
  costUsd: OffPolicyEstimates;
  reward: OffPolicyEstimates;
  /** Of the weights before any clip. */
  weights: WeightSummary;
  /** Calls whose weight was clipped. */
  clipped: number;
  /** Calls whose choice the log could not have held. */
  unsupported: number;
}

/** A router judged on the log of another one. */
export interface OffPolicyEvaluation {
  schemaVersion: 1;
  /** Calls that count, and how many prompts they are of: evidence is counted in prompts. */
  calls: number;
  prompts: number;
  /** Calls that do not: the router was trained on their prompt, or no score or no cost is known. */
  trainedOnCalls: number;
  withoutOutcome: number;
  /** Models of the log that the artifact does not know, and candidates that the log does not hold; neither is chosen. */
  unknownModels: string[];
  missingModels: string[];
  outcomeModel: "artifact" | "ridge";
  clip: number | null;
  settings: OffPolicySetting[];
}

/** Multiples of the dearest model's mean cost at which a right answer is valued in the default sweep. */
const sweep = [1, 3, 10, 30, 100, 1000];

/**
 * Judges what an artifact's router would have got on a log in which only the chosen model's result is known.
 *
 * Calls are left out whose prompt the artifact was trained on. Those of models that it does not know count: they are what the
 * log's router got, and the artifact's would have chosen another.
 *
 * @throws as {@link readLoggedCalls}; OneheadError "unknown-model" when no model is in common, "invalid-argument" naming the
 *   option, when no call is left, or where the router can choose no model or an estimate is no number; what the embedder throws
 * Source: docs/design/feedback.md
 */
export async function evaluateOffPolicy(options: EvaluateOffPolicyOptions): Promise<OffPolicyEvaluation> {
  const { artifact, embedder, outcomeModel = "artifact", clip, resamples = 1000 } = options;
  assertOptions({ ...options, outcomeModel, resamples });
  const wasTrainedOn = trainedPrompts(artifact);
  const { calls: all, withoutOutcome } = await readLoggedCalls(options.rows, options.uniformOver, options.locate);
  const unseen = all.filter(({ prompt }) => !wasTrainedOn(prompt));
  if (unseen.length < 2) {
    const found = `${unseen.length} of ${all.length + withoutOutcome} calls`;
    const why = `${withoutOutcome} lack a score or a cost, ${all.length - unseen.length} are of prompts that were trained on`;
    const message = `offPolicy: calls are left to judge by: ${found} (${why}), expected at least 2`;
    throw new OneheadError("invalid-argument", message);
  }
  const recorded = [...new Set(all.map(({ model }) => model))];
  const models = commonModels(artifact, recorded);
  const router = new Router(artifact, { models, predictions: baselinePredictions });
  router.assertEmbedder(embedder);
  const seed = options.seed ?? artifact.manifest.training.seed;
  const calls = await judgeCalls(unseen, router, embedder, options.signal);
  // the policy is the artifact's own either way; only what its choices are predicted to bring may come from elsewhere
  const outcomes =
    outcomeModel === "ridge" ? crossFittedPredictions(calls, calls.predictions, seed) : calls.predictions;
  const preferences = options.preferences ?? defaultSweep(calls);
  return {
    schemaVersion: 1,
    calls: unseen.length,
    prompts: new Set(calls.promptKeys).size,
    trainedOnCalls: all.length - unseen.length,
    withoutOutcome,
    unknownModels: recorded.filter((model) => !models.includes(model)),
    missingModels: artifact.manifest.candidates.map(({ id }) => id).filter((id) => !models.includes(id)),
    outcomeModel,
    clip: clip ?? null,
    settings: preferences.map((preference) =>
      judgeSetting(calls, outcomes, router.resolvePreference(preference), { clip, resamples, seed }),
    ),
  };
}

function judgeSetting(
  calls: JudgedCalls,
  { quality, costUsd }: JudgedCalls["predictions"],
  preference: Preference,
  { clip, resamples, seed }: { clip: number | undefined; resamples: number; seed: number },
): OffPolicySetting {
  const N = calls.models.length;
  const choices = choicesOf(calls, preference);
  const matches = choices.map((choice, call) => (choice === calls.logged[call] ? 1 : 0));
  const unclipped = importanceWeights(matches, calls.propensities);
  const weights = importanceWeights(matches, calls.propensities, clip);
  // of a model that the router does not know, or knows no price of, nothing is predicted; its calls have no weight
  const of = (values: ArrayLike<number>, positions: Int32Array): Float64Array =>
    Float64Array.from(positions, (position, call) => {
      const value = position < 0 ? 0 : values[call * N + position];
      return Number.isNaN(value) ? 0 : value;
    });
  const predicted = {
    quality: { logged: of(quality, calls.logged), target: of(quality, choices) },
    costUsd: { logged: of(costUsd, calls.logged), target: of(costUsd, choices) },
  };
  // the linear reward at λ, whichever reward chose: it is in units of quality, and costs count as they are
  const rewardOf = (score: ArrayLike<number>, usd: Float64Array): Float64Array =>
    usd.map((cost, call) => score[call] - cost / preference.lambdaUsd);
  const estimates = offPolicyEstimates(
    {
      quality: {
        outcomes: calls.scores,
        predictedLogged: predicted.quality.logged,
        predictedTarget: predicted.quality.target,
      },
      costUsd: {
        outcomes: calls.costsUsd,
        predictedLogged: predicted.costUsd.logged,
        predictedTarget: predicted.costUsd.target,
      },
      reward: {
        outcomes: rewardOf(calls.scores, calls.costsUsd),
        predictedLogged: rewardOf(predicted.quality.logged, predicted.costUsd.logged),
        predictedTarget: rewardOf(predicted.quality.target, predicted.costUsd.target),
      },
    },
    weights,
    calls.promptKeys,
    { resamples, seed },
  );
  const summary = summarizeWeights(unclipped, calls.promptKeys);
  const unsupported = countUnsupported(calls, choices);
  return {
    preference,
    ...judgeOffPolicy(choices.length, unsupported, summary, estimates.reward),
    ...estimates,
    weights: summary,
    clipped: unclipped.filter((weight, call) => weight > weights[call]).length,
    unsupported,
  };
}

/** λ in steps from what the dearest model costs to a thousand times that, and "the best at any price". */
function defaultSweep({ costsUsd, logged, models }: JudgedCalls): PreferenceOptions[] {
  const cells = new Float64Array(costsUsd.length * models.length).fill(Number.NaN);
  logged.forEach((model, call) => {
    if (model >= 0) cells[call * models.length + model] = costsUsd[call];
  });
  const dearest = dearestMeanCostUsd(cells, models.length);
  // a pool that costs nothing has one preference
  const priced = dearest > 0 ? sweep.map((multiple) => ({ willingnessToPayUsd: multiple * dearest })) : [];
  return [...priced, { willingnessToPayUsd: Number.POSITIVE_INFINITY }];
}

function assertOptions(options: EvaluateOffPolicyOptions & { resamples: number }): void {
  const { clip, outcomeModel, resamples, preferences, seed } = options;
  if (preferences !== undefined && !(Array.isArray(preferences) && preferences.length > 0)) {
    throw new OneheadError("invalid-argument", "offPolicy: preferences: none, expected a list of at least one");
  }
  for (const [i, preference] of (preferences ?? []).entries()) {
    if (typeof preference === "object" && preference !== null) continue;
    const found = `preferences[${i}]: ${String(preference)}`;
    throw new OneheadError("invalid-argument", `offPolicy: ${found}, expected an object`);
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new OneheadError("invalid-argument", `offPolicy: seed: ${String(seed)}, expected a safe integer`);
  }
  if (clip !== undefined && !(typeof clip === "number" && clip >= 1)) {
    throw new OneheadError("invalid-argument", `offPolicy: clip: ${String(clip)}, expected a number of at least 1`);
  }
  if (outcomeModel !== "artifact" && outcomeModel !== "ridge") {
    const found = `${String(outcomeModel)}, expected artifact or ridge`;
    throw new OneheadError("invalid-argument", `offPolicy: outcomeModel: ${found}`);
  }
  if (!(Number.isInteger(resamples) && resamples >= 2)) {
    throw new OneheadError(
      "invalid-argument",
      `offPolicy: resamples: ${String(resamples)}, expected a whole number from 2`,
    );
  }
}
