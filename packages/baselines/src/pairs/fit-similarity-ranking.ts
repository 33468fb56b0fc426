import { matmulTransposedB } from "@onehead/core";
import type { LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, queryRows } from "../labels/assert-labelled.js";
import { priorMeans } from "../labels/prior-means.js";
import { unitRows } from "../neighbours/unit-rows.js";
import { cellTensors } from "../state/known-cells.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { calibratedWinRates, winRates } from "./win-rates.js";

/** γ of the weights, as published. */
const base = 10;
const rounds = 40;
/** Wins of each model over each other that are added, so that strengths stay finite. */
const priorWins = 0.5;
const blockRows = 64;

/**
 * RouteLLM's similarity-weighted ranking, for any number of models: for each query a Bradley–Terry model of all recorded
 * comparisons, weighted by γ^(1 + S) with S the cosine to the query over the greatest such cosine, γ = 10.
 *
 *   max over δ of Σ_i ω_i Σ over pairs (a beats b on i) of ln σ(δ_a − δ_b)
 *
 * A comparison is any two models with different scores on one prompt. Nothing is tuned, as published. The repository also
 * counts ties, as half a win of each; on 0/1 scores these are most pairs, and with them AIQ was .3 to 1.2 % lower on
 * routerbench, llmrouter_nim and mmlu_pro, so they are left out.
 *
 * @throws as `assertTrainable`
 * Source: Ong et al. 2024 (arXiv 2406.18665); Hunter 2004, "MM algorithms for generalized Bradley–Terry models"
 */
export function fitSimilarityRanking(train: LabelledEmbeddings): QualityPredictor {
  assertTrainable("fitSimilarityRanking", train);
  const { dimensions: D, table } = train;
  const N = table.models.length;
  const memory = unitRows(train.embeddings, D);
  // without a query every comparison weighs the same
  const strengths = bradleyTerry(weightedWins(new Float32Array(table.ids.length), table.scores, N), N);
  const usual = Float64Array.from(winRates(strengths, N));
  return predictorOf({ memory, scores: table.scores, prior: priorMeans(table.scores, N), usual }, D);
}

/** @throws ArtifactError naming the field */
export function loadSimilarityRanking(reader: StateReader): QualityPredictor {
  const { dimensions: D, models: N } = reader;
  const memory = reader.floats("memory", null, D);
  const scores = reader.cells("targets", memory.length / D, N);
  return predictorOf({ memory, scores, prior: reader.upTo(1, "prior", N), usual: reader.doubles("usual", N) }, D);
}

interface Comparisons {
  /** (T, D) of length 1. */
  memory: Float32Array;
  /** (T, N). */
  scores: Float32Array;
  /** (N) mean scores, and chances to win on all comparisons alike. */
  prior: Float64Array;
  usual: Float64Array;
}

function predictorOf({ memory, scores, prior, usual }: Comparisons, D: number): QualityPredictor {
  const T = memory.length / D;
  const N = prior.length;
  return {
    id: "routellm-sw",
    name: "RouteLLM similarity-weighted",
    predict(embeddings) {
      const R = queryRows("similarityRanking", embeddings, D);
      const queries = unitRows(embeddings, D);
      const strengths = new Float32Array(R * N);
      for (let start = 0; start < R; start += blockRows) {
        const count = Math.min(blockRows, R - start);
        const cosines = new Float32Array(count * T);
        matmulTransposedB(cosines, queries.subarray(start * D, (start + count) * D), memory, count, D, T);
        for (let b = 0; b < count; b++) {
          const wins = weightedWins(cosines.subarray(b * T, (b + 1) * T), scores, N);
          strengths.set(bradleyTerry(wins, N), (start + b) * N);
        }
      }
      return calibratedWinRates(strengths, prior, usual);
    },
    toState: () => ({
      kind: "routellm-sw",
      config: {},
      tensors: {
        memory: floatTensor(memory, T, D),
        ...cellTensors("targets", scores, T, N),
        prior: floatTensor(prior, N),
        usual: floatTensor(usual, N),
      },
    }),
  };
}

/** (N, N) weight of the rows on which the row's model beat the column's. */
function weightedWins(cosines: Float32Array, scores: Float32Array, N: number): Float64Array {
  const wins = new Float64Array(N * N);
  const most = cosines.reduce((max, cosine) => Math.max(max, cosine), 0);
  let total = 0;
  for (let r = 0; r < cosines.length; r++) {
    const weight = base ** (1 + (most > 0 ? cosines[r] / most : 0));
    total += weight;
    for (let a = 0; a < N; a++) {
      const own = scores[r * N + a];
      // a NaN is greater than nothing
      for (let b = 0; b < N; b++) if (own > scores[r * N + b]) wins[a * N + b] += weight;
    }
  }
  // weights of mean 1, so that the added wins mean the same for every query
  const scale = cosines.length / total;
  return wins.map((win) => win * scale + priorWins);
}

/** (N) log strengths of mean 0 by minorisation–maximisation. */
function bradleyTerry(wins: Float64Array, N: number): Float32Array {
  let strengths = new Float64Array(N).fill(1);
  for (let round = 0; round < rounds; round++) {
    strengths = strengths.map((own, a) => {
      let won = 0;
      let met = 0;
      for (let b = 0; b < N; b++) {
        if (b === a) continue;
        won += wins[a * N + b];
        met += (wins[a * N + b] + wins[b * N + a]) / (own + strengths[b]);
      }
      return met > 0 ? won / met : own;
    });
    const mean = Math.exp(strengths.reduce((sum, value) => sum + Math.log(value), 0) / N);
    strengths = strengths.map((value) => value / mean);
  }
  return Float32Array.from(strengths, Math.log);
}
