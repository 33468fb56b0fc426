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
import type { Embedder, StaticTable } from "@onehead/embed";
import { dataHash, fitSplitEmbedder, inferPrices, type TrainingSettings } from "@onehead/train";

export interface TrainBaselineOptions {
  /** One of `baselineNames`, or `single:<model>`. */
  baseline: string;
  /** Those of the router whose place it takes: split, seed, embedder, and members for the bag. */
  settings: TrainingSettings;
  prices?: Readonly<Record<string, Prices>> | undefined;
  staticTable?: StaticTable | undefined;
  /** As in `trainRouter`. */
  external?: Embedder | undefined;
  name?: string | undefined;
  signal: AbortSignal;
  onProgress: (stage: string) => void;
}

/**
 * A rival router, fitted on the same split and the same kind of embedding as `trainRouter` and stored as an artifact.
 *
 * @throws OneheadError "invalid-argument" for a name that is no baseline, and as `fitAllBaselines`; "unknown-model"; "aborted";
 *   what an external embedder throws
 */
export async function trainBaseline(
  table: RowTable,
  options: TrainBaselineOptions,
): Promise<{ artifact: Artifact; embedder: Embedder }> {
  const { settings, signal, onProgress } = options;
  const { name, model } = parseBaseline(options.baseline);
  const { seed, holdout, validation } = settings;
  const split = splitTable(table, { seed, holdout, validation });
  onProgress("embedder");
  const { embedder, embed } = await fitSplitEmbedder(table, split, settings, options);
  const labelled = async (part: "train" | "validation"): Promise<LabelledEmbeddings> => ({
    embeddings: await embed(part),
    dimensions: embedder.dimensions,
    table: selectRows(table, split[part]),
  });
  const train = await labelled("train");
  const held = await labelled("validation");
  onProgress(name);
  const fitted = await fitAllBaselines(train, held, { seed, members: settings.members, only: [name], signal });
  const fittedRows = selectRows(table, Int32Array.from([...split.train, ...split.validation]).sort());
  const artifact = toArtifact(pick(fitted, model, table.models), {
    name: options.name,
    embedder,
    train,
    validation: held,
    prices: pricesOf(fittedRows, options.prices ?? {}),
    dataHash: dataHash(table),
    seed,
    split: { seed, holdout, validation },
  });
  return { artifact, embedder };
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

/** List prices as given, else as the rows' tokens and costs imply. */
function pricesOf(rows: RowTable, given: Readonly<Record<string, Prices>>): Record<string, Prices> {
  const prices: Record<string, Prices> = { ...given };
  rows.models.forEach((model, m) => {
    const inferred = Object.hasOwn(given, model) ? null : inferPrices(rows, m);
    if (inferred !== null) prices[model] = inferred;
  });
  return prices;
}
