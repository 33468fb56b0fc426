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
    };

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
    form: "anchors" | "models";
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
  /** Measured candidates in the order of the network's columns, then the inherited ones. */
  candidates: Candidate[];
  /** Ids to route among when the user names none. */
  defaultPool?: string[];
  /** ŝ = σ(logit / temperature + bias). */
  calibration: { temperature: number; bias: number };
  dial: { minLambdaUsd: number; maxLambdaUsd: number };
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
