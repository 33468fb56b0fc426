import { ArtifactError } from "./artifact-error.js";
import type { JsonValue } from "./field-reader.js";

/** List prices, in USD per million tokens. */
export interface Prices {
  inputUsdPerMillionTokens: number;
  outputUsdPerMillionTokens: number;
  /** Where the prices were read, and on which day (YYYY-MM-DD). */
  source?: string;
  asOf?: string;
}

/** What a model can do; what is not recorded counts as missing, except the context length. */
export interface Capabilities {
  contextTokens?: number;
  maxOutputTokens?: number;
  tools?: boolean;
  vision?: boolean;
  jsonMode?: boolean;
  regions?: readonly string[];
}

/** Where a candidate's predictions come from. */
export type Profile =
  | { kind: "measured" /** Scored prompts that it was trained on. */; rows: number }
  | {
      kind: "inherited";
      /** The measured candidate whose predictions are used. */
      from: string;
      /** Added to the logit of quality: what published benchmarks say of the difference. */
      qualityLogitShift: number;
      /** Answer length against the relative's. */
      outputTokensFactor: number;
      source?: string;
      asOf?: string;
    }
  | {
      kind: "probed";
      /** Scored prompts that it was fitted to: none, and all that is known is the prior. */
      rows: number;
      /** Those of them whose cost was known: none, and its answers are taken to be as long as everybody's. */
      costRows: number;
      /** b and a (T) of its quality logit b + a·t, t the components of {@link NewModelPrior}. */
      level: number;
      loadings: readonly number[];
      /** G, the lower triangle row by row: the variance of that logit is |G (1, t)|². */
      spread: readonly number[];
      /** Added to the mean cost output of the measured models of its `costKind`. */
      costShift: number;
    };

/**
 * What a model without columns of its own is fitted with: components of the measured models' calibrated quality logits z (M)
 * and of the clusters' weights p (K),
 *
 *   t = C (x − μ),  x = (z, p),   each of unit variance over the training rows,   quality logit of a new model: b + a·t
 *
 * with C (T, M + K) and μ (M + K) in the tensors `newModels.components` and `newModels.mean`, and the prior of (b, a) here.
 */
export interface NewModelPrior {
  /** T. */
  components: number;
  /** b ~ N(mean + slope · (x − meanLogUsd), deviation²), x the log USD of a typical request, |x − meanLogUsd| ≤ reach. */
  level: { mean: number; slope: number; reach: number; deviation: number };
  /** a ~ N(mean, deviation²), each (T). */
  loadings: { mean: readonly number[]; deviation: readonly number[] };
  /** What the components leave of a model's logit, standard deviation. */
  noise: number;
  /** A request as the training rows have them: tokens price it; null where no cost or price was known. */
  typical: { inputTokens: number; outputTokens: number; meanLogUsd: number | null };
  /** Standard deviation of a model's mean log cost around everybody's, and of one answer around its model's. */
  cost: { shiftDeviation: number; noise: number };
}

/** A model that can be chosen. */
export interface Candidate {
  id: string;
  aliases?: readonly string[];
  provider?: string;
  profile: Profile;
  /**
   * What the cost head predicts for it: log output tokens, priced afterwards, or log USD. External models always predict USD;
   * "tokens" says there that other prices can be reckoned from the model's `learntPrices`.
   */
  costKind: "tokens" | "usd";
  prices?: Prices;
  /** Of one whose cost was learnt in USD: its prices today over those that were paid in the rows; 1 when left out. */
  priceFactor?: number;
  capabilities?: Capabilities;
  /** Factor that turns the exponentiated prediction into a mean. */
  smearing: number;
}

/** What core predicts with by itself: averaged networks, with a kernel regression beside them or without. */
export interface NetworkModel {
  form: "low-rank" | "models";
  /** S networks averaged. */
  members: number;
  /** K, H (of each head where there are two), P and R of the layers' equations. */
  keyWidth: number;
  hiddenWidth: number;
  anchors: number;
  rank: number;
  /** τ > 0. */
  temperature: number;
  kernel?: KernelModel;
  clusters?: ClusterModel;
}

/** The attention over anchors that stands beside the networks: `KernelRegression`. */
export interface KernelModel {
  /** γ > 0. */
  sharpness: number;
  /** Q principal directions of the training embeddings. */
  directions: number;
  /** K rows of the metric learnt in them; absent where distances are plain. */
  metric?: number;
  /** Share in the averaged logit, 0 to 1. */
  weight: number;
  /** Novelty up to which a prompt is familiar, and from which on it is not at all; both in [0, 2], near < far. */
  near: number;
  far: number;
}

/** The attention over clusters of prompts that stands beside both: `ClusterAttention`. */
export interface ClusterModel {
  /** K_g of every group. */
  sizes: readonly number[];
  /** Share in the averaged logit, 0 to 1; networks and kernel share the rest. */
  weight: number;
}

/**
 * A predictor that another package reads: its tensors are those named `external.…`, and a `Router` serves it with that
 * package's `predictions`. It has no anchors, and its predictions are final: `calibration` is the identity.
 */
export interface ExternalModel {
  form: "external";
  /** Where the code lives: "@onehead/baselines". */
  package: string;
  /** What that package calls it: "knn". */
  kind: string;
  config: { [key: string]: JsonValue };
  /** By id, of every measured candidate with `costKind` "tokens": the prices in its predicted costs, the output's above 0. */
  learntPrices: { [id: string]: Prices };
}

/** Everything in an artifact that is not an array. */
export interface Manifest {
  /** As {@link formatVersionOf} says of the model's form. */
  formatVersion: 1 | 2;
  name: string;
  embedder: { id: string; kind: string; dimensions: number; config: JsonValue };
  model: NetworkModel | ExternalModel;
  /** Measured candidates in the order of the network's columns, then the inherited and the probed ones. */
  candidates: Candidate[];
  /** Ids to route among when the user names none. */
  defaultPool?: string[];
  /** ŝ = σ(logit / temperature + bias). */
  calibration: { temperature: number; bias: number };
  dial: { minLambdaUsd: number; maxLambdaUsd: number };
  /** What models are added with later. */
  newModels?: NewModelPrior;
  /** (P) training prompts behind the anchors. */
  anchors: { ids: string[]; datasets: string[]; excerpts?: string[] };
  training: {
    dataHash: string;
    rows: number;
    labels: number;
    seed: number;
    split: { seed: number; holdout: number; validation: number };
    settings: JsonValue;
    sources?: Array<{ name: string; licence: string }>;
  };
  /** Held-out metrics and curves, for display. */
  evaluation?: JsonValue;
}

/**
 * The version of what an artifact of a form holds. Version 1 of "models" had one head for quality and cost, with gelu and a term
 * q ⊙ k_m: nothing reads it any more.
 */
export function formatVersionOf(form: Manifest["model"]["form"]): Manifest["formatVersion"] {
  return form === "models" ? 2 : 1;
}

/** The networks of a manifest. @throws OneheadError "artifact" for a model of another package */
export function networkModel({ model }: Manifest): NetworkModel {
  if (model.form !== "external") return model;
  throw new ArtifactError("manifest.model.form", "external, expected anchors or models");
}
