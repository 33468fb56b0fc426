import { OneheadError } from "@onehead/core";
import type { TrainingBackend } from "@onehead/core/training";
import { type RowTable, splitTable, type TableSplit } from "@onehead/data";
import {
  type Embedder,
  fitJoinedEmbedder,
  fitTrainedEmbedder,
  type JoinedEmbedder,
  type StaticTable,
  type TrainedEmbedder,
} from "@onehead/embed";
import { defaultBackend } from "../default-backend.js";
import { resolveSettings, type TrainingSettings } from "../settings/training-settings.js";

/** What of a training run's options shapes its embedder. */
export interface RouterEmbedderOptions {
  settings?: Partial<TrainingSettings> | undefined;
  /** As in `trainRouter`. */
  staticTable?: StaticTable | undefined;
  /** As in `trainRouter`. */
  external?: Embedder | undefined;
  signal?: AbortSignal | undefined;
  /** As in `trainRouter`. */
  backend?: TrainingBackend | undefined;
}

/** A router's embedder, with the vectors that it was fitted on at hand. */
export interface FittedRouterEmbedder {
  embedder: TrainedEmbedder | JoinedEmbedder;
  /** @returns (R, D) vectors of a part's prompts; each call for the validation part embeds it anew */
  embed(part: "train" | "validation"): Promise<Float32Array>;
}

/**
 * The embedder that `trainRouter` fits with the same table and options, and nothing else: rivals that are to be compared with
 * the router need exactly its embeddings (`id` tells).
 *
 * Scores and costs play no part, so that tables which differ only in their labels have the same embedder. An external
 * embedder is asked for the prompts of the training part.
 *
 * @throws OneheadError "invalid-argument" (settings, no training rows), "aborted"; what an external embedder throws
 */
export function fitRouterEmbedder(
  table: RowTable,
  options?: RouterEmbedderOptions & { external?: undefined },
): Promise<TrainedEmbedder>;
export function fitRouterEmbedder(
  table: RowTable,
  options: RouterEmbedderOptions,
): Promise<TrainedEmbedder | JoinedEmbedder>;
export async function fitRouterEmbedder(
  table: RowTable,
  options: RouterEmbedderOptions = {},
): Promise<TrainedEmbedder | JoinedEmbedder> {
  const settings = resolveSettings(options.settings ?? {});
  const { seed, holdout, validation } = settings;
  const split = splitTable(table, { seed, holdout, validation });
  return (await fitSplitEmbedder(table, split, settings, options)).embedder;
}

/**
 * {@link fitRouterEmbedder} once the settings are resolved and the table is split, for who embeds the parts too: an external
 * embedder is then asked once for each prompt of the training and validation parts, and for nothing of the held-out part.
 */
export async function fitSplitEmbedder(
  table: RowTable,
  split: TableSplit,
  settings: TrainingSettings,
  { staticTable, external, signal: aborting, backend = defaultBackend() }: Omit<RouterEmbedderOptions, "settings">,
): Promise<FittedRouterEmbedder> {
  const { seed, trainedFeatures } = settings;
  if (!trainedFeatures && external === undefined) {
    throw new OneheadError(
      "invalid-argument",
      "train: settings.trainedFeatures: false without an external embedder, expected one of the two",
    );
  }
  const signal = aborting === undefined ? {} : { signal: aborting };
  const prompts = {
    train: Array.from(split.train, (r) => table.prompts[r]),
    validation: Array.from(split.validation, (r) => table.prompts[r]),
  };
  const fitTrained = (): Promise<TrainedEmbedder> =>
    fitTrainedEmbedder(prompts.train, {
      maxFeatures: settings.features,
      components: Math.min(settings.components, Math.max(1, prompts.train.length)),
      staticTable,
      staticWeight: settings.staticWeight,
      seed,
      backend,
      ...signal,
    });
  if (external === undefined) {
    const embedder = await fitTrained();
    return { embedder, embed: (part) => embedder.embed(prompts[part], signal) };
  }
  const trained = trainedFeatures ? await fitTrained() : null;
  const vectors = await external.embed(prompts.train, signal);
  const embedder = await fitJoinedEmbedder(external, vectors, {
    trained,
    weight: settings.externalWeight,
    components: settings.externalComponents,
    seed,
    backend,
    ...signal,
  });
  return {
    embedder,
    embed: (part) =>
      part === "train" ? embedder.join(prompts.train, vectors, signal) : embedder.embed(prompts.validation, signal),
  };
}
