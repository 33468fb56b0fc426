import {
  type Baseline,
  type BaselineName,
  fitAllBaselines,
  type LabelledEmbeddings,
  parseBaselineNames,
  toArtifact,
} from "@onehead/baselines";
import { type Artifact, OneheadError, type Prices } from "@onehead/core";
import { type RowTable, selectRows, splitTable } from "@onehead/data";
import { fitTrainedEmbedder, type StaticTable, type TrainedEmbedder } from "@onehead/embed";
import { dataHash, inferPrices, type TrainingSettings } from "@onehead/train";

export interface TrainBaselineOptions {
  /** One of `baselineNames`, or `single:<model>`. */
  baseline: string;
  /** Those of the router whose place it takes: split, seed, embedder, and members for the bag. */
  settings: TrainingSettings;
  prices?: Readonly<Record<string, Prices>> | undefined;
  staticTable?: StaticTable | undefined;
  name?: string | undefined;
  signal: AbortSignal;
  onProgress: (stage: string) => void;
}

/**
 * A rival router, fitted on the same split and the same kind of embedding as `trainRouter` and stored as an artifact.
 *
 * @throws OneheadError "invalid-argument" for a name that is no baseline, and as `fitAllBaselines`; "unknown-model"; "aborted"
 */
export async function trainBaseline(table: RowTable, options: TrainBaselineOptions): Promise<Artifact> {
  const { settings, signal, onProgress } = options;
  const { name, model } = parseBaseline(options.baseline);
  const { seed, holdout, validation } = settings;
  const split = splitTable(table, { seed, holdout, validation });
  onProgress("embedder");
  const embedder = await fitTrainedEmbedder(selectRows(table, split.train).prompts, {
    maxFeatures: settings.features,
    components: Math.min(settings.components, Math.max(1, split.train.length)),
    staticTable: options.staticTable,
    staticWeight: settings.staticWeight,
    seed,
    signal,
  });
  const train = labelled(table, split.train, embedder);
  const held = labelled(table, split.validation, embedder);
  onProgress(name);
  const fitted = await fitAllBaselines(train, held, { seed, members: settings.members, only: [name], signal });
  const fittedRows = selectRows(table, Int32Array.from([...split.train, ...split.validation]).sort());
  return toArtifact(pick(fitted, model, table.models), {
    name: options.name,
    embedder,
    train,
    validation: held,
    prices: pricesOf(fittedRows, options.prices ?? {}),
    dataHash: dataHash(table),
    seed,
    split: { seed, holdout, validation },
  });
}

/** The name of a `fitAllBaselines`, and which single model. @throws OneheadError "invalid-argument" */
export function parseBaseline(text: string): { name: BaselineName; model: string | null } {
  const prefix = "single:";
  if (text.startsWith(prefix)) return { name: "single", model: text.slice(prefix.length) };
  if (text === "all" || text === "single") {
    const expected = text === "all" ? "one name, since one file holds one" : "single:<model>";
    throw new OneheadError("invalid-argument", `train: --baseline: ${text}, expected ${expected}`);
  }
  return { name: parseBaselineNames([text])[0], model: null };
}

function pick(fitted: readonly Baseline[], model: string | null, models: readonly string[]): Baseline {
  if (model === null) return fitted[0];
  const found = fitted.find(({ id }) => id === `single:${model}`);
  if (found !== undefined) return found;
  const expected = `expected one of ${models.join(", ")}`;
  throw new OneheadError("unknown-model", `train: --baseline: unknown model: ${model}, ${expected}`);
}

function labelled(table: RowTable, rows: Int32Array, embedder: TrainedEmbedder): LabelledEmbeddings {
  const picked = selectRows(table, rows);
  return { embeddings: embedder.embedSync(picked.prompts), dimensions: embedder.dimensions, table: picked };
}

/** List prices as given, else as the rows' tokens and costs imply. */
function pricesOf(rows: RowTable, given: Readonly<Record<string, Prices>>): Record<string, Prices> {
  const prices: Record<string, Prices> = { ...given };
  rows.models.forEach((model, m) => {
    const inferred = Object.hasOwn(given, model) ? null : inferPrices(rows, m);
    if (inferred !== null) prices[model] = inferred;
  });
  return prices;
}
