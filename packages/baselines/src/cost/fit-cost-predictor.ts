import { assertLength } from "@onehead/core";
import type { CostPredictor, LabelledEmbeddings } from "../baseline.js";
import { assertEveryModelHas, assertMatching, assertRows, queryRows } from "../labels/assert-labelled.js";
import { labelNeighbours } from "../neighbours/label-neighbours.js";
import type { NeighbourMeans } from "../neighbours/neighbour-means.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { fitSmearing } from "./fit-smearing.js";
import { fitKnnLogCost, loadKnnLogCost } from "./knn-log-cost.js";
import type { LogCostModel } from "./log-cost-model.js";
import { logCosts } from "./log-costs.js";
import { fitMeanCost } from "./mean-cost.js";
import { fitRidgeLogCost, loadRidgeLogCost } from "./ridge-log-cost.js";

/** With fewer recorded costs than this a model is predicted to cost their mean. */
const fewestCosts = 10;

/**
 * The cost predictor that all baselines share: tuned kNN or ridge on log cost, whichever has the smaller squared error
 * of the logarithm on the validation rows, turned into expected USD by a smearing factor a model:
 *
 *   ĉ_m = factor_m · exp(clip(predicted ln c_m, least ln c_m, greatest ln c_m)),  factor_m = mean(c_m) / mean(exp(…))
 *
 * A model with fewer than ten training costs is predicted to cost their mean; so is every model when no validation row
 * has a cost. Factors: see `fitSmearing`.
 *
 * @param neighbours `labelNeighbours` of the same training rows, to share its work; built when not given
 * @throws OneheadError "invalid-argument" naming the models without a recorded cost, and as `assertRows` and
 *   `assertMatching`
 */
export function fitCostPredictor(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  neighbours?: NeighbourMeans,
): CostPredictor {
  assertRows("fitCostPredictor", train);
  assertMatching("fitCostPredictor", train, validation);
  const { table, dimensions } = train;
  assertEveryModelHas("fitCostPredictor", "cost", table.costs, table.models);
  if (validation.table.costs.every(Number.isNaN)) return fitMeanCost(train);

  const candidates = [
    fitKnnLogCost(train, validation, neighbours ?? labelNeighbours(train)),
    fitRidgeLogCost(train, validation),
  ];
  const chosen = candidates.reduce((best, other) => (other.validationError < best.validationError ? other : best));
  const N = table.models.length;
  const range = columnRange(logCosts(table.costs, N), N);
  const factors = fitSmearing(train, validation, withinRange(chosen, range.least, range.greatest));
  const constants = fitMeanCost(train).predict(new Float32Array(dimensions), new Float64Array(1));
  // what tells such a model's constant is that its factor is 0
  for (let m = 0; m < N; m++) if (range.counts[m] < fewestCosts) factors[m] = 0;
  return sharedCostOf({ model: chosen, least: range.least, greatest: range.greatest, factors, constants }, dimensions);
}

/** @throws ArtifactError naming the field */
export function loadCostPredictor(reader: StateReader): CostPredictor {
  const N = reader.models;
  const model =
    reader.config.oneOf("model", "knn", "ridge") === "knn" ? loadKnnLogCost(reader) : loadRidgeLogCost(reader);
  const fitted = {
    model,
    least: reader.doubles("least", N),
    greatest: reader.doubles("greatest", N),
    factors: reader.upTo(Number.MAX_VALUE, "factors", N),
    constants: reader.upTo(Number.MAX_VALUE, "constants", N),
  };
  return sharedCostOf(fitted, reader.dimensions);
}

interface SharedCost {
  model: LogCostModel;
  /** (N) range of the recorded logarithms. */
  least: Float64Array;
  greatest: Float64Array;
  /** (N) smearing factors; 0 for a model that is predicted to cost its mean, `constants`. */
  factors: Float64Array;
  constants: Float64Array;
}

function sharedCostOf({ model, least, greatest, factors, constants }: SharedCost, dimensions: number): CostPredictor {
  const N = factors.length;
  const bounded = withinRange(model, least, greatest);
  return {
    name: `${model.name} on log cost`,
    predict(embeddings, inputTokens) {
      const rows = queryRows("costPredictor", embeddings, dimensions);
      assertLength("costPredictor: inputTokens", inputTokens.length, rows);
      const costs = bounded.predict(embeddings, inputTokens);
      for (let i = 0; i < costs.length; i++) {
        const factor = factors[i % N];
        costs[i] = factor === 0 ? constants[i % N] : factor * Math.exp(costs[i]);
      }
      return costs;
    },
    toState() {
      const { kind, config, tensors } = model.toState();
      const own = Object.entries({ least, greatest, factors, constants });
      return {
        kind: "log-cost",
        config: { model: kind, ...config },
        tensors: { ...tensors, ...Object.fromEntries(own.map(([name, values]) => [name, floatTensor(values, N)])) },
      };
    },
  };
}

/** Keeps predictions within what was recorded: a line drawn through logarithms runs off by orders of magnitude. */
function withinRange(
  model: Pick<LogCostModel, "predict">,
  least: Float64Array,
  greatest: Float64Array,
): Pick<LogCostModel, "predict"> {
  return {
    predict(embeddings, inputTokens) {
      const logs = model.predict(embeddings, inputTokens);
      const N = least.length;
      for (let i = 0; i < logs.length; i++) logs[i] = Math.min(greatest[i % N], Math.max(least[i % N], logs[i]));
      return logs;
    },
  };
}

interface ColumnRange {
  /** (N) each. */
  least: Float64Array;
  greatest: Float64Array;
  /** Known entries. */
  counts: Int32Array;
}

function columnRange(values: Float32Array, columns: number): ColumnRange {
  const least = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  const greatest = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY);
  const counts = new Int32Array(columns);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    const c = i % columns;
    least[c] = Math.min(least[c], values[i]);
    greatest[c] = Math.max(greatest[c], values[i]);
    counts[c]++;
  }
  return { least, greatest, counts };
}
