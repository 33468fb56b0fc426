import {
  baselinePredictions,
  type CostPredictor,
  fitAllBaselines,
  fitTaskTable,
  type LabelledEmbeddings,
  parseBaselineNames,
  quickBaselineNames,
} from "@onehead/baselines";
import { type Artifact, OneheadError, Router } from "@onehead/core";
import { buildRowTable, type PromptRow, type RowTable, selectModels, selectRows, splitTable } from "@onehead/data";
import type { Embedder } from "@onehead/embed";
import { evaluate } from "../evaluation/evaluate.js";
import type { EvaluationResult } from "../evaluation/evaluation-result.js";
import type { EvaluatedRouter } from "../evaluation/replay-chunks.js";
import { dearestMeanCostUsd } from "../replay/lambda-grid.js";
import type { Replay } from "../replay/replay.js";
import {
  commonModels,
  type EmbeddedRows,
  embeddedChunks,
  filterRows,
  recordRows,
  scanRows,
  trainedPrompts,
} from "./embedded-rows.js";

export interface EvaluateArtifactOptions {
  artifact: Artifact;
  /**
   * The artifact's own, by `embedderOf`. A hosted one is asked for the held-out prompts, and where baselines learn for those
   * that they learn from: say so before.
   */
  embedder: Embedder;
  /** Opens the recorded rows; called once for every pass over them. */
  openRows: () => AsyncIterable<PromptRow>;
  /** Rows for the baselines to learn from; those of `openRows` that the artifact trained on unless given. */
  openTrainingRows?: (() => AsyncIterable<PromptRow>) | undefined;
  /**
   * Names of learned baselines, or "all"; the quick ones unless given. Single models, zero router, random mix and oracle
   * are always there.
   */
  baselines?: readonly string[] | undefined;
  /** Charge the tuned baselines with the router's predicted costs instead of a cost predictor of their own. */
  routerCosts?: boolean | undefined;
  /** USD; the λ at which savings are counted, instead of one chosen on validation rows. */
  lambdaUsd?: number | undefined;
  /** The model that answers everything today: savings are counted against it too. */
  currentModel?: string | undefined;
  seed?: number | undefined;
  resamples?: number | undefined;
  signal?: AbortSignal | undefined;
  /** As in `evaluate`. */
  onReplay?: ((heldOut: Replay) => void) | undefined;
  onProgress?: ((progress: { stage: string; done: number; total: number }) => void) | undefined;
}

/** An evaluation with what was left out of it. */
export interface ArtifactEvaluation {
  result: EvaluationResult;
  /** Rows in the file, and those left out because the artifact was trained on their prompt. */
  rows: number;
  trainedOnRows: number;
  /** Models of the rows that the artifact does not know, and the other way round. */
  unknownModels: string[];
  missingModels: string[];
  /** Why the learned baselines were left out; null when they were not. */
  withoutBaselines: string | null;
}

/**
 * Evaluates an artifact on the rows of a file that it was not trained on, against baselines that learn from the rows that
 * it was trained on: same rows, same validation part, same embeddings.
 *
 * @throws OneheadError "invalid-argument" when no row is left to evaluate; "unknown-model" when no model is in common,
 *   or when the current model is none of them
 */
export async function evaluateArtifact(options: EvaluateArtifactOptions): Promise<ArtifactEvaluation> {
  const { artifact, embedder, onProgress = () => {} } = options;
  const wasTrainedOn = trainedPrompts(artifact);
  onProgress({ stage: "reading rows", done: 0, total: 0 });
  const scan = await scanRows(options.openRows(), wasTrainedOn);
  const models = commonModels(artifact, scan.models);
  const { currentModel } = options;
  // known before anything is fitted, which may take minutes
  if (currentModel !== undefined && !models.includes(currentModel)) {
    throw new OneheadError(
      "unknown-model",
      `evaluateArtifact: currentModel: ${currentModel}, expected one of ${models.join(", ")}`,
    );
  }
  const heldOutRows = scan.rows - scan.trainedOn;
  if (heldOutRows === 0) {
    throw new OneheadError("invalid-argument", `evaluateArtifact: the artifact was trained on all ${scan.rows} rows`);
  }
  const router = new Router(artifact, { models, predictions: baselinePredictions });
  router.assertEmbedder(embedder);
  const fitted = await fitRivals(options, router, models, scan.trainedOn, wasTrainedOn);
  const chunks = (rows: AsyncIterable<PromptRow>): AsyncGenerator<EmbeddedRows> =>
    embeddedChunks(rows, models, embedder, { whole: scan.repeatsIds, signal: options.signal });
  const heldOut = (): AsyncIterable<PromptRow> => filterRows(options.openRows(), (prompt) => !wasTrainedOn(prompt));

  const result = await evaluate<EmbeddedRows>({
    models,
    routers: [...subjects(artifact, router), ...fitted.routers],
    heldOut: chunks(heldOut()),
    ...(fitted.validation === null ? {} : { validation: [fitted.validation] }),
    referenceCostUsd: usableReference(fitted.referenceCostUsd ?? (await dearestCost(heldOut(), models))),
    lambdaUsd: options.lambdaUsd,
    currentModel,
    seed: options.seed ?? artifact.manifest.training.seed,
    ...(options.resamples === undefined ? {} : { resamples: options.resamples }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onReplay === undefined ? {} : { onReplay: options.onReplay }),
    onProgress: ({ part, rows }) => onProgress({ stage: `replaying ${part} rows`, done: rows, total: heldOutRows }),
  });
  return {
    result,
    rows: scan.rows,
    trainedOnRows: scan.trainedOn,
    unknownModels: scan.models.filter((model) => !models.includes(model)),
    missingModels: artifact.manifest.candidates.map(({ id }) => id).filter((id) => !models.includes(id)),
    withoutBaselines: fitted.withoutBaselines,
  };
}

/** The router under both rewards; the first is the one that comparisons are about. */
function subjects({ manifest }: Artifact, router: Router): EvaluatedRouter<EmbeddedRows>[] {
  const predict = (rows: EmbeddedRows) => router.predictBatch(rows.embeddings, rows.inputTokens);
  // a stored rival is called by its own name, and told from the one that is fitted here
  const [id, name] =
    manifest.model.form === "external" ? ["artifact", `${manifest.name} (artifact)`] : ["onehead", "onehead"];
  return [
    { id, name, role: "subject", predict },
    { id: `${id}-exponential`, name: `${name}, exponential reward`, role: "variant", reward: "exponential", predict },
  ];
}

interface FittedRivals {
  routers: EvaluatedRouter<EmbeddedRows>[];
  validation: EmbeddedRows | null;
  referenceCostUsd: number | null;
  withoutBaselines: string | null;
}

async function fitRivals(
  options: EvaluateArtifactOptions,
  router: Router,
  models: string[],
  trainedOn: number,
  wasTrainedOn: (prompt: string) => boolean,
): Promise<FittedRivals> {
  const asked = options.baselines ?? quickBaselineNames;
  // single models, the random mix and the zero router are part of every evaluation by themselves
  const names = asked.length === 0 ? [] : parseBaselineNames(asked).filter((name) => !builtIn.includes(name));
  const parts = await trainingParts(options, models, trainedOn, wasTrainedOn);
  if (typeof parts === "string") {
    const withoutBaselines = asked.length === 0 ? noneAskedFor : parts;
    return { routers: [], validation: null, referenceCostUsd: null, withoutBaselines };
  }
  const validating = await labelled(parts.validation, options.embedder, options.signal);
  const found = {
    validation: validating.table.ids.length > 0 ? recordRows(validating.table, models, validating.embeddings) : null,
    referenceCostUsd: dearestMeanCostUsd(parts.train.costs, models.length),
  };
  if (asked.length === 0) return { ...found, routers: [], withoutBaselines: noneAskedFor };
  const train = await labelled(parts.train, options.embedder, options.signal);
  const baselines = await fitAllBaselines(train, validating, {
    seed: options.seed ?? options.artifact.manifest.training.seed,
    members: membersOf(options.artifact),
    only: names,
    ...(options.routerCosts ? { costs: costsOf(router) } : {}),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onProgress: ({ name, done, total }) => options.onProgress?.({ stage: `fitting ${name}`, done, total }),
  });
  const routers = baselines.map(
    (baseline): EvaluatedRouter<EmbeddedRows> => ({
      id: baseline.id,
      name: baseline.name,
      estimatesQuality: baseline.estimatesQuality,
      predict: (rows) => baseline.predict(rows.embeddings, rows.inputTokens),
    }),
  );
  return { ...found, routers: [...routers, ...taskReference(train, validating)], withoutBaselines: null };
}

const noneAskedFor = "none was asked for";

/** The rows that the artifact learnt from, split as it split them; or why there are none to learn or choose settings from. */
async function trainingParts(
  options: EvaluateArtifactOptions,
  models: string[],
  trainedOn: number,
  wasTrainedOn: (prompt: string) => boolean,
): Promise<{ train: RowTable; validation: RowTable } | string> {
  if (options.openTrainingRows === undefined && trainedOn < 2) {
    return `the artifact was trained on ${trainedOn} of these rows, and baselines need 2 to learn from`;
  }
  const source =
    options.openTrainingRows === undefined ? filterRows(options.openRows(), wasTrainedOn) : options.openTrainingRows();
  const table = await buildRowTable(source);
  if (!models.every((model) => table.models.includes(model))) {
    const lacking = models.filter((model) => !table.models.includes(model)).join(", ");
    return `the training rows have no score of ${lacking}`;
  }
  const { seed, validation } = options.artifact.manifest.training.split;
  const split = splitTable(table, { seed, holdout: 0, validation });
  const pool = selectModels(table, models);
  return { train: selectRows(pool, split.train), validation: selectRows(pool, split.validation) };
}

/** The line of who knows the true task, where the rows name more than one. */
function taskReference(train: LabelledEmbeddings, validation: LabelledEmbeddings): EvaluatedRouter<EmbeddedRows>[] {
  if (new Set(train.table.datasets).size < 2 || validation.table.ids.length === 0) return [];
  const table = fitTaskTable(train, validation);
  return [{ id: "true-task", name: table.name, role: "reference", predict: ({ datasets }) => table.predict(datasets) }];
}

/** Networks of the bag: as many as the artifact averages, or as Onehead does by itself. */
function membersOf({ manifest: { model } }: Artifact): number {
  return model.form === "external" ? 4 : model.members;
}

const builtIn: readonly string[] = ["single", "random", "zero"];

/** The router's own predicted costs, so that a comparison is one of predicted qualities. */
function costsOf(router: Router): CostPredictor {
  return {
    name: "the router's",
    predict: (embeddings, inputTokens) => router.predictBatch(embeddings, inputTokens).costUsd,
  };
}

async function labelled(
  table: RowTable,
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<LabelledEmbeddings> {
  const embeddings = await embedder.embed(table.prompts, signal === undefined ? {} : { signal });
  return { embeddings, dimensions: embedder.dimensions, table };
}

/** The dearest model's mean cost where there are no training rows to take it from. */
async function dearestCost(rows: AsyncIterable<PromptRow>, models: readonly string[]): Promise<number> {
  const sums = new Float64Array(models.length);
  const known = new Float64Array(models.length);
  for await (const { costs } of rows) {
    models.forEach((model, m) => {
      const cost = costs[model] ?? Number.NaN;
      if (Number.isNaN(cost)) return;
      sums[m] += cost;
      known[m]++;
    });
  }
  return dearestMeanCostUsd(
    sums.map((sum, m) => (known[m] > 0 ? sum / known[m] : Number.NaN)),
    models.length,
  );
}

/** @throws OneheadError "invalid-argument" where nothing is paid: a curve of cost and quality needs costs */
function usableReference(costUsd: number): number {
  if (costUsd > 0) return costUsd;
  throw new OneheadError(
    "invalid-argument",
    `evaluateArtifact: costs: ${Number.isNaN(costUsd) ? "none recorded" : "all 0"} on the held-out rows, expected some above 0: without costs there is no trade-off to measure`,
  );
}
