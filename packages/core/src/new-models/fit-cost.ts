import type { Candidate, Manifest, Prices } from "../artifact/manifest.js";
import { columnsOf } from "../router/probed-models.js";
import { bad } from "./assert-new-model.js";
import type { KnownOutputs } from "./known-outputs.js";
import type { NewModelSample } from "./new-model.js";
import { newModelPrior } from "./new-model-prior.js";

/** What a new model costs, relative to what the measured models are predicted to. */
export interface FittedCost {
  costKind: Candidate["costKind"];
  /** Samples whose cost was known. */
  costRows: number;
  /** Added to the mean cost output of the measured models of that kind. */
  costShift: number;
  smearing: number;
}

// pseudo-labels of the measured models' smearing, as in training
const smearingLabels = 10;
// a free call or an empty answer has no logarithm
const least = { tokens: 1, usd: 1e-9 };

/**
 * ln cost of a new model = mean over the measured models of their predicted ln cost + a shift, shrunk towards 0:
 *
 *   shift = Σ_i (ln y_i − mean_i) / (n + (noise / shiftDeviation)²)
 *
 * in output tokens where some measured model is counted in tokens and a price is given, else in USD; then a smearing
 * factor, shrunk to the measured models' and kept within [¼, 4].
 *
 * @throws OneheadError "invalid-argument" where a price is missing, or USD are counted and no sample has a cost
 */
export function fitCost(
  manifest: Manifest,
  prices: Prices | undefined,
  samples: readonly NewModelSample[],
  known: KnownOutputs,
): FittedCost {
  const prior = newModelPrior(manifest).cost;
  const costKind = costKindOf(manifest, prices);
  const columns = columnsOf(manifest.candidates, costKind);
  const M = samples.length === 0 ? 0 : known.costOutputs.length / samples.length;
  const recorded: number[] = [];
  const predicted: number[] = [];
  samples.forEach((sample, i) => {
    const cost = costKind === "tokens" ? tokensOf(sample, prices) : usdOf(sample, prices);
    if (cost === undefined) return;
    let sum = 0;
    for (const m of columns) sum += known.costOutputs[i * M + m];
    recorded.push(Math.max(least[costKind], cost));
    predicted.push(sum / columns.length);
  });
  const n = recorded.length;
  if (costKind === "usd" && n === 0) {
    const found = `${samples.length}, none with costUsd, or inputTokens, outputTokens and prices`;
    throw bad("samples", found, "at least 1: this router counts costs in USD");
  }
  let residuals = 0;
  for (let i = 0; i < n; i++) residuals += Math.log(recorded[i]) - predicted[i];
  const costShift = residuals / (n + (prior.noise / prior.shiftDeviation) ** 2);
  return { costKind, costRows: n, costShift, smearing: smearingOf(manifest, columns, recorded, predicted, costShift) };
}

function costKindOf(manifest: Manifest, prices: Prices | undefined): Candidate["costKind"] {
  if (prices !== undefined && columnsOf(manifest.candidates, "tokens").length > 0) return "tokens";
  if (columnsOf(manifest.candidates, "usd").length > 0) return "usd";
  throw bad("prices", prices, "a price: this router counts costs in tokens");
}

/** Output tokens as counted, else as the bill says. */
function tokensOf(sample: NewModelSample, prices: Prices | undefined): number | undefined {
  const { inputTokens, outputTokens, costUsd } = sample;
  if (outputTokens !== undefined || costUsd === undefined || inputTokens === undefined) return outputTokens;
  if (prices === undefined || prices.outputUsdPerMillionTokens === 0) return undefined;
  const tokens = (costUsd * 1e6 - inputTokens * prices.inputUsdPerMillionTokens) / prices.outputUsdPerMillionTokens;
  return tokens >= 0 ? tokens : undefined;
}

/** USD as billed, else as the tokens say. */
function usdOf(sample: NewModelSample, prices: Prices | undefined): number | undefined {
  const { inputTokens, outputTokens, costUsd } = sample;
  if (costUsd !== undefined || prices === undefined) return costUsd;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return (inputTokens * prices.inputUsdPerMillionTokens + outputTokens * prices.outputUsdPerMillionTokens) / 1e6;
}

function smearingOf(
  manifest: Manifest,
  columns: readonly number[],
  recorded: readonly number[],
  predicted: readonly number[],
  shift: number,
): number {
  let pooled = 0;
  for (const m of columns) pooled += Math.log(manifest.candidates[m].smearing) / columns.length;
  const n = recorded.length;
  if (n === 0) return Math.exp(pooled);
  let sum = 0;
  let expected = 0;
  for (let i = 0; i < n; i++) {
    sum += recorded[i];
    expected += Math.exp(predicted[i] + shift);
  }
  const own = Math.log(sum / expected);
  const shrunk = (n * own + smearingLabels * pooled) / (n + smearingLabels);
  return Math.min(4, Math.max(0.25, Math.exp(shrunk)));
}
