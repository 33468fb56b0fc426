import {
  type Artifact,
  type Candidate,
  type Capabilities,
  type Manifest,
  OneheadError,
  type Prices,
  type Tensor,
} from "@onehead/core";
import { calibrateDial } from "@onehead/core/training";
import { promptHash, type RowTable } from "@onehead/data";
import type { Baseline, BaselineState, LabelledEmbeddings } from "../baseline.js";
import { packageName, tensorPrefix } from "./load-baseline.js";

/** An embedder that can travel in an artifact: the trained one of `@onehead/embed`. */
export interface StorableEmbedder {
  readonly id: string;
  readonly dimensions: number;
  toTensors(): { config: { readonly kind: string }; tensors: Readonly<Record<string, Tensor>> };
}

export interface BaselineArtifactOptions {
  /** Goes into the manifest; the baseline's own name unless given. */
  name?: string | undefined;
  embedder: StorableEmbedder;
  /** The rows that it was fitted on; their models are the candidates. */
  train: LabelledEmbeddings;
  /** The rows that chose its settings: they calibrate the dial. */
  validation: LabelledEmbeddings;
  /** List prices at which the rows were recorded, by model: what later prices are reckoned from. */
  prices?: Readonly<Record<string, Prices>> | undefined;
  capabilities?: Readonly<Record<string, Capabilities>> | undefined;
  /** Hash of the whole table, as `dataHash` of `@onehead/train` gives it. */
  dataHash: string;
  seed: number;
  split: Manifest["training"]["split"];
}

/**
 * A fitted baseline as an artifact that `serializeArtifact` writes and a `Router` serves, given `baselinePredictions`.
 *
 * A candidate with an output price above 0 can be re-priced when it is served; one without costs what the rows said.
 * Arrays that quality and cost share (the memory of kNN) are stored once.
 *
 * @throws OneheadError "invalid-argument" when its cost predictor cannot be stored, for prices or capabilities of models that
 *   the rows do not have, or where the embedder's dimensions are not those of the rows
 */
export function toArtifact(baseline: Baseline, options: BaselineArtifactOptions): Artifact {
  const { embedder, train, validation, seed, split } = options;
  assertOptions(options);
  const state = baseline.toState();
  const { config, tensors } = toTensors(state);
  const serialized = embedder.toTensors();
  for (const [name, tensor] of Object.entries(serialized.tensors)) tensors.set(`embedder.${name}`, tensor);
  tensors.set("training.promptHashes", sortedHashes([...train.table.prompts, ...validation.table.prompts]));

  const dialRows = validation.table.ids.length > 0 ? validation : train;
  const { quality, costUsd } = baseline.predict(dialRows.embeddings, dialRows.table.inputTokens);
  const candidates = train.table.models.map((id) => candidateOf(id, options));
  const manifest: Manifest = {
    formatVersion: 1,
    name: options.name ?? baseline.name,
    embedder: {
      id: embedder.id,
      kind: serialized.config.kind,
      dimensions: embedder.dimensions,
      // plain JSON: an embedder's config may hold read-only lists
      config: JSON.parse(JSON.stringify(serialized.config)),
    },
    model: {
      form: "external",
      package: packageName,
      kind: state.quality.kind,
      config: { id: baseline.id, name: baseline.name, ...config },
      learntPrices: learntPricesOf(candidates),
    },
    candidates,
    calibration: { temperature: 1, bias: 0 },
    dial: calibrateDial(quality, costUsd, dialRows.table.ids.length, train.table.models.length),
    anchors: { ids: [], datasets: [] },
    training: {
      dataHash: options.dataHash,
      rows: train.table.ids.length + validation.table.ids.length,
      labels: countLabels(train.table) + countLabels(validation.table),
      seed,
      split,
      settings: { baseline: baseline.id },
    },
  };
  return { manifest, tensors };
}

/** Configs of both halves, and all tensors by their names in the file; the same array under two names is kept once. */
function toTensors({ quality, cost }: BaselineState) {
  const tensors = new Map<string, Tensor>();
  const names = new Map<Tensor["data"], string>();
  const shared: Record<string, string> = {};
  for (const [part, state] of [["quality", quality] as const, ["cost", cost] as const]) {
    for (const [name, tensor] of Object.entries(state?.tensors ?? {})) {
      const own = `${part}.${name}`;
      const first = names.get(tensor.data);
      if (first === undefined) tensors.set(tensorPrefix + own, tensor);
      else shared[own] = first;
      names.set(tensor.data, first ?? own);
    }
  }
  const config = {
    quality: quality.config,
    ...(cost === null ? {} : { cost: { kind: cost.kind, ...cost.config } }),
    ...(Object.keys(shared).length === 0 ? {} : { shared }),
  };
  return { config, tensors };
}

function candidateOf(
  id: string,
  { train, validation, prices = {}, capabilities = {} }: BaselineArtifactOptions,
): Candidate {
  const m = train.table.models.indexOf(id);
  const own = Object.hasOwn(prices, id) ? prices[id] : undefined;
  return {
    id,
    profile: { kind: "measured", rows: countLabels(train.table, m) + countLabels(validation.table, m) },
    costKind: own !== undefined && own.outputUsdPerMillionTokens > 0 ? "tokens" : "usd",
    ...(own === undefined ? {} : { prices: own }),
    ...(Object.hasOwn(capabilities, id) ? { capabilities: capabilities[id] } : {}),
    smearing: 1,
  };
}

function learntPricesOf(candidates: readonly Candidate[]): Record<string, Prices> {
  return Object.fromEntries(
    candidates.flatMap(({ id, costKind, prices }) =>
      costKind === "tokens" && prices !== undefined ? [[id, prices] as const] : [],
    ),
  );
}

/** Known scores, of one model or of all. */
function countLabels({ scores, models }: RowTable, model?: number): number {
  let labels = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isNaN(scores[i]) && (model === undefined || i % models.length === model)) labels++;
  }
  return labels;
}

/** Hashes of the prompts that were learnt from: evaluation leaves them out wherever it meets them. */
function sortedHashes(prompts: readonly string[]): Tensor {
  const hashes = Uint32Array.from(new Set(prompts.map((prompt) => promptHash(prompt)))).sort();
  return { shape: [hashes.length], data: hashes };
}

function assertOptions({ embedder, train, prices = {}, capabilities = {} }: BaselineArtifactOptions): void {
  if (embedder.dimensions !== train.dimensions) {
    const expected = `expected those of the training rows, ${train.dimensions}`;
    throw new OneheadError("invalid-argument", `toArtifact: embedder.dimensions: ${embedder.dimensions}, ${expected}`);
  }
  for (const [field, given] of Object.entries({ prices, capabilities })) {
    for (const id of Object.keys(given)) {
      if (train.table.models.includes(id)) continue;
      const expected = `expected models of the rows: ${train.table.models.join(", ")}`;
      throw new OneheadError("invalid-argument", `toArtifact: ${field}: unknown model: ${id}, ${expected}`);
    }
  }
}
