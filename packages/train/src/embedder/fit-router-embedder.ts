import { type RowTable, splitTable } from "@onehead/data";
import { fitTrainedEmbedder, type StaticTable, type TrainedEmbedder } from "@onehead/embed";
import { resolveSettings, type TrainingSettings } from "../settings/training-settings.js";

/** What of a training run's options shapes its embedder. */
export interface RouterEmbedderOptions {
  settings?: Partial<TrainingSettings> | undefined;
  /** As in `trainRouter`. */
  staticTable?: StaticTable | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The embedder that `trainRouter` fits with the same table and options, and nothing else: rivals that are to be compared with
 * the router need exactly its embeddings (`id` tells).
 *
 * Scores and costs play no part, so that tables which differ only in their labels have the same embedder.
 *
 * @throws OneheadError "invalid-argument" (settings, no training rows), "aborted"
 */
export async function fitRouterEmbedder(
  table: RowTable,
  options: RouterEmbedderOptions = {},
): Promise<TrainedEmbedder> {
  const settings = resolveSettings(options.settings ?? {});
  const { seed, holdout, validation } = settings;
  const { train } = splitTable(table, { seed, holdout, validation });
  return fitSplitEmbedder(table, train, settings, options);
}

/**
 * {@link fitRouterEmbedder} once the settings are resolved and the table is split.
 *
 * @param train rows of the table that are trained on
 */
export function fitSplitEmbedder(
  table: RowTable,
  train: Int32Array,
  settings: TrainingSettings,
  { staticTable, signal }: Pick<RouterEmbedderOptions, "staticTable" | "signal">,
): Promise<TrainedEmbedder> {
  return fitTrainedEmbedder(
    Array.from(train, (r) => table.prompts[r]),
    {
      maxFeatures: settings.features,
      components: Math.min(settings.components, train.length),
      staticTable,
      staticWeight: settings.staticWeight,
      seed: settings.seed,
      ...(signal === undefined ? {} : { signal }),
    },
  );
}
