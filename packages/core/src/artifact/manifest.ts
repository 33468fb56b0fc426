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
 * What a model without columns of its own is fitted with: components of the measured models' calibrated quality logits z,
 *
 *   t = C (z − μ),   each of unit variance over the training rows,   quality logit of a new model: b + a·t
 *
 * with C (T, M) and μ (M) in the tensors `newModels.components` and `newModels.mean`, and the prior of (b, a) here.
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
  /** What the cost head predicts for it: log output tokens, priced afterwards, or log USD. */
  costKind: "tokens" | "usd";
  prices?: Prices;
  capabilities?: Capabilities;
  /** Factor that turns the exponentiated prediction into a mean. */
  smearing: number;
}

/** Everything in an artifact that is not an array. */
export interface Manifest {
  formatVersion: 1;
  name: string;
  embedder: { id: string; kind: string; dimensions: number; config: JsonValue };
  model: {
    form: "low-rank" | "anchors" | "models";
    /** S networks averaged. */
    members: number;
    /** K, H, P and R of the layers' equations. */
    keyWidth: number;
    hiddenWidth: number;
    anchors: number;
    rank: number;
    /** τ > 0. */
    temperature: number;
    /** Kernel regression beside the networks: γ > 0, rows K of its metric, and its share in the averaged logit, 0 to 1. */
    kernel?: { sharpness: number; width: number; weight: number };
  };
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
