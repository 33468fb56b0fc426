import type { RowTable, TableSplit } from "@onehead/data";
import {
  type Embedder,
  fitJoinedEmbedder,
  fitTrainedEmbedder,
  type JoinedEmbedder,
  type StaticTable,
  type TrainedEmbedder,
} from "@onehead/embed";
import type { TrainingSettings } from "../settings/training-settings.js";

export interface FittedEmbedder {
  embedder: TrainedEmbedder | JoinedEmbedder;
  /** @returns (R, D) vectors of a part's prompts */
  embed(part: "train" | "validation"): Promise<Float32Array>;
}

/**
 * Fits the embedder on the training part: the trained features, joined with the vectors of an external embedder, if any.
 *
 * The external embedder is asked once for each prompt of the two parts, and for nothing of the held-out part.
 */
export async function fitEmbedder(
  table: RowTable,
  split: TableSplit,
  settings: TrainingSettings,
  options: {
    staticTable?: StaticTable | undefined;
    external?: Embedder | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<FittedEmbedder> {
  const { external, staticTable } = options;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const prompts = {
    train: Array.from(split.train, (r) => table.prompts[r]),
    validation: Array.from(split.validation, (r) => table.prompts[r]),
  };
  const { seed } = settings;
  const fitTrained = (): Promise<TrainedEmbedder> =>
    fitTrainedEmbedder(prompts.train, {
      maxFeatures: settings.features,
      components: Math.min(settings.components, prompts.train.length),
      staticTable,
      staticWeight: settings.staticWeight,
      seed,
      ...signal,
    });
  if (external === undefined) {
    const embedder = await fitTrained();
    return { embedder, embed: (part) => embedder.embed(prompts[part], signal) };
  }
  const trained = settings.trainedFeatures ? await fitTrained() : null;
  const vectors = await external.embed(prompts.train, signal);
  const embedder = await fitJoinedEmbedder(external, vectors, {
    trained,
    weight: settings.externalWeight,
    components: settings.externalComponents,
    seed,
    ...signal,
  });
  return {
    embedder,
    embed: (part) =>
      part === "train" ? embedder.join(prompts.train, vectors, signal) : embedder.embed(prompts.validation, signal),
  };
}
