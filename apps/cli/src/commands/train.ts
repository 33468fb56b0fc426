import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { type Artifact, OneheadError, serializeArtifact } from "@onehead/core";
import { buildRowTable, type PromptRow, splitOf } from "@onehead/data";
import { type Embedder, embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { evaluateArtifact, heldOutSet } from "@onehead/eval";
import {
  type Checkpoint,
  parseCheckpoint,
  resolveSettings,
  resolveWorkers,
  serializeCheckpoint,
  type TrainingProgress,
  type TrainingSettings,
  trainRouter,
} from "@onehead/train";
import { defineCommand } from "citty";
import { readConfig } from "../config/config.js";
import { type Disclosure, disclose } from "../embedders/disclosure.js";
import { parseEmbedderSpec } from "../embedders/embedder-spec.js";
import { nameEmbedder } from "../embedders/open-embedder.js";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { asStored, parsePrecision, precisionArg } from "../files/precision.js";
import { readInput } from "../files/read-input.js";
import { readPrices } from "../files/read-prices.js";
import { assertWritable, writeFileAtomically } from "../files/write-atomically.js";
import { databaseOf, gatewayArgs } from "../log/gateway-database.js";
import { assertPrintableName } from "../output/assert-printable-name.js";
import { printable } from "../output/printable.js";
import { createProgress, type Progress } from "../output/progress.js";
import { validationAiq } from "../output/validation-aiq.js";
import { interruptSignal } from "../process/interrupt-signal.js";
import { UsageError } from "../process/report-failure.js";
import { parseBaseline, trainBaseline } from "../training/train-baseline.js";
import {
  carryServingFacts,
  describeGatewayRows,
  type GatewayRowsReport,
  openTrainingRows,
  servedPrices,
} from "../training/training-rows.js";
import { parseNumber } from "./parse-number.js";

const settingFlags = {
  seed: { type: "string", description: "Seed of everything random", default: "0" },
  holdout: { type: "string", description: "Share of prompts kept out of training; 0 trains on all", default: "0.3" },
  validation: { type: "string", description: "Share of the rest that steers early stop and calibration" },
  form: {
    type: "string",
    description: "low-rank (default), or models: networks that attend to the models",
  },
  members: { type: "string", description: "Networks averaged" },
  anchors: { type: "string", description: "Representative prompts attended to" },
  epochs: { type: "string", description: "Passes over the rows, at most" },
  components: { type: "string", description: "Text components of the embedding" },
  features: { type: "string", description: "Hashed words and bigrams that the embedder keeps" },
} as const;

export const train = defineCommand({
  meta: {
    name: "train",
    description: `Train a router on recorded rows (JSON Lines, CSV or Parquet; see docs/data.md)

Examples:
  onehead train --data rows.jsonl --out router.onehead
  onehead train --data rows.parquet --out router.onehead --seed 1 --precision int8
  onehead train --data rows.csv.gz --out router.onehead --resume        go on after Ctrl-C
  onehead train --data rows.jsonl --out router.onehead --workers 1      one thread; the artifact has the same bytes
  onehead train --data rows.jsonl --out knn.onehead --baseline knn      a rival instead, to be served and compared
  onehead train --data rows.jsonl --out router.onehead --embedder openai:text-embedding-3-small
  onehead train --from-gateway --out router.onehead                     calls of the gateway's log that got feedback
  onehead train --from-gateway --data rows.jsonl --out router.onehead   both`,
  },
  args: {
    data: { type: "string", description: "Rows to learn from", valueHint: "FILE" },
    ...gatewayArgs,
    out: { type: "string", description: "Where the artifact goes", required: true, valueHint: "FILE" },
    name: { type: "string", description: "Name kept in the artifact" },
    prices: {
      type: "string",
      description: "JSON of list prices by model, else inferred from the rows",
      valueHint: "FILE",
    },
    precision: precisionArg,
    "anchor-excerpts": { type: "boolean", description: "Keep the anchors' first characters, for explain" },
    static: {
      type: "boolean",
      default: true,
      description: "Join the English word vectors",
      negativeDescription: "Leave out the English word vectors: other languages, small edge builds",
    },
    tasks: {
      type: "boolean",
      default: true,
      description: "Learn the rows' task names (dataset)",
      negativeDescription: "Leave the rows' task names (dataset) unread",
    },
    embedder: {
      type: "string",
      description:
        "Join its vectors: openai:MODEL, cohere:, voyage:, ollama:, workers-ai:, transformers:FOLDER, energetic",
      valueHint: "NAME",
    },
    "embedder-alone": { type: "boolean", description: "Leave out the trained features beside --embedder" },
    yes: { type: "boolean", description: "Send prompts to a hosted embedder without being asked" },
    baseline: {
      type: "string",
      description: "A rival router in place of ours: knn, ridge, kernel-ridge, bag, single:<model>, …",
      valueHint: "NAME",
    },
    workers: {
      type: "string",
      description: "Threads that train; the processors, where there is enough to do, unless given. Changes no byte",
      valueHint: "N",
    },
    resume: { type: "boolean", description: "Go on from the checkpoint beside --out" },
    evaluation: {
      type: "boolean",
      default: true,
      description: "Put held-out figures into the artifact",
      negativeDescription: "Skip the held-out figures in the artifact",
    },
    json: { type: "boolean", description: "Print one JSON object" },
    ...settingFlags,
  },
  async run({ args }) {
    const precision = parsePrecision("train", args.precision);
    // checked before the rows are read, which may take minutes
    if (args.name !== undefined) assertPrintableName("--name", args.name);
    const workers = resolveWorkers(args.workers === undefined ? "auto" : parseNumber("train: --workers", args.workers));
    const alone = args["embedder-alone"] === true;
    const settings = resolveSettings({ ...settingsOf(args), tasks: args.tasks, trainedFeatures: !alone });
    if (alone && args.embedder === undefined) throw new UsageError("--embedder-alone needs --embedder");
    const named =
      args.embedder === undefined ? null : await nameEmbedder(args.embedder, parseEmbedderSpec(args.embedder));
    if (args.baseline !== undefined) assertFitsBaseline(args, args.baseline);
    const database = await databaseOf(args);
    const checkpointPath = `${args.out}.checkpoint`;
    await assertKeepsInputs(
      { "--out": args.out, "the checkpoint of --out": checkpointPath },
      { "--data": args.data, "--database": database, "--prices": args.prices },
    );
    await assertWritable(args.out);
    if (args.resume !== true && existsSync(checkpointPath)) {
      const ways = "go on with --resume, or remove it";
      throw new OneheadError("io", `train: ${checkpointPath} is there from an earlier run: ${ways}`);
    }
    const progress = createProgress(process.stderr);
    const signal = interruptSignal();
    const startedMs = performance.now();

    const rows = await openTrainingRows({ data: args.data, database, split: settings, signal });
    const table = await buildRowTable(rows.open());
    progress.update(`${table.ids.length} prompts, ${table.models.length} models`);
    const given = args.prices === undefined ? undefined : await readPrices(args.prices);
    const served = rows.gateway === null ? null : await servedArtifact();
    const prices =
      served === null ? given : { ...servedPrices(table, served, rows.gateway?.providers.keys() ?? []), ...given };
    const evaluates = args.evaluation && settings.holdout > 0;
    let external: Embedder | undefined;
    let sent: Disclosure | null = null;
    if (named !== null) {
      // the held-out part is embedded for its figures only
      const prompts = table.prompts.filter((prompt) => evaluates || splitOf(prompt, settings) !== "heldOut");
      progress.end();
      sent = await disclose("train", named, prompts, { yes: args.yes === true, json: args.json === true });
      // the validation part is met again when the held-out figures are made
      const validation = evaluates ? prompts.filter((prompt) => splitOf(prompt, settings) === "validation").length : 0;
      external = await named.open({ signal, cacheEntries: Math.max(1024, validation) });
    }
    const keeper = new CheckpointKeeper(checkpointPath);
    let artifact: Artifact;
    let notEvaluated: string | undefined;
    try {
      const shared = {
        settings,
        prices,
        name: args.name,
        staticTable: args.static && !alone ? staticEnglish() : undefined,
        external,
        signal,
      };
      let embedder: Embedder;
      if (args.baseline === undefined) {
        ({ artifact, embedder } = await trainRouter(table, {
          ...shared,
          anchorExcerpts: args["anchor-excerpts"],
          workers,
          resume: await resumeFrom(args.resume === true, checkpointPath),
          onCheckpoint: (checkpoint) => keeper.keep(checkpoint),
          onProgress: (event) => progress.update(describe(event)),
        }));
      } else {
        const onProgress = (stage: string): void => progress.update(`${stage} …`);
        ({ artifact, embedder } = await trainBaseline(table, { ...shared, baseline: args.baseline, onProgress }));
      }
      if (precision === "int8") {
        // its figures are those of what is served
        artifact = asStored(artifact, precision);
        embedder = embedderOf(artifact, { tables: [staticEnglish()], external });
      }
      if (served !== null && rows.gateway !== null) carryServingFacts(artifact, served, rows.gateway.providers);
      if (evaluates) notEvaluated = await addEvaluation(artifact, embedder, rows.open, signal, progress);
    } catch (error) {
      progress.end();
      if (OneheadError.isInstance(error) && error.code === "aborted" && (await keeper.save())) {
        throw new OneheadError("aborted", `train: stopped; go on with --resume (kept in ${checkpointPath})`);
      }
      throw error;
    }
    const bytes = serializeArtifact(artifact, { precision });
    await writeFileAtomically(args.out, bytes);
    await rm(checkpointPath, { force: true });
    progress.end();
    if (notEvaluated !== undefined) console.error(`onehead: no held-out figures: ${notEvaluated}`);
    printSummary(
      artifact,
      {
        path: args.out,
        sizeBytes: bytes.length,
        seconds: (performance.now() - startedMs) / 1000,
        sent,
        notEvaluated,
        gateway: rows.gateway?.report ?? null,
      },
      args.json === true,
    );
  },
});

/** @throws OneheadError "invalid-argument" for no baseline's name, and for options that only the router of ours has */
function assertFitsBaseline(args: Record<string, unknown>, baseline: string): void {
  parseBaseline(baseline);
  for (const option of ["resume", "anchor-excerpts", "form", "anchors", "epochs", "workers"]) {
    if (args[option] === undefined || args[option] === false) continue;
    throw new OneheadError(
      "invalid-argument",
      `train: --${option}: given with --baseline, which has nothing of the kind`,
    );
  }
}

/** Keeps the last checkpoint in memory and writes it now and then, and when asked. */
class CheckpointKeeper {
  readonly #path: string;
  #last: Checkpoint | undefined;
  #writtenMs = performance.now();

  constructor(path: string) {
    this.#path = path;
  }

  /** A machine that dies loses at most a minute. */
  async keep(checkpoint: Checkpoint): Promise<void> {
    this.#last = checkpoint;
    if (performance.now() - this.#writtenMs < 60_000) return;
    await this.save();
    this.#writtenMs = performance.now();
  }

  async save(): Promise<boolean> {
    if (this.#last === undefined) return false;
    await writeFileAtomically(this.#path, serializeCheckpoint(this.#last));
    return true;
  }
}

async function resumeFrom(
  wanted: boolean,
  path: string,
): Promise<((fingerprint: string) => Checkpoint | undefined) | undefined> {
  if (!wanted) return undefined;
  if (!existsSync(path)) throw new OneheadError("io", `train: nothing to resume: ${path} does not exist`);
  const bytes = await readInput(path);
  return (fingerprint) => parseCheckpoint(bytes, fingerprint);
}

function settingsOf(args: Record<string, unknown>): Partial<TrainingSettings> {
  const settings: Record<string, unknown> = {};
  for (const name of Object.keys(settingFlags)) {
    const value = args[name];
    if (typeof value !== "string") continue;
    settings[name] = name === "form" ? value : parseNumber(`train: --${name}`, value);
  }
  return settings as Partial<TrainingSettings>;
}

function describe(event: TrainingProgress): string {
  if (event.stage !== "member") return `${event.stage} …`;
  const { member, members, epoch, epochs, trainingLoss, validationLoss, remainingMs } = event;
  const aiq = validationAiq(event.validation());
  return [
    `network ${member + 1}/${members}, epoch ${epoch}/${epochs}: loss ${trainingLoss.toFixed(4)}`,
    `validation ${validationLoss.toFixed(4)}`,
    ...(aiq === null ? [] : [`AIQ ${aiq.toFixed(4)}`]),
    `${Math.ceil(remainingMs / 1000)} s left`,
  ].join(", ");
}

/** The router that serves: the artifact of the configuration, or the built-in one. */
async function servedArtifact(): Promise<Artifact> {
  const { artifact } = await readConfig(undefined);
  return readArtifactOrDefault(artifact);
}

/** Held-out figures without learned rivals: seconds, and the artifact can show what it is worth. */
/** @returns why there are no figures, where there can be none: what was trained is kept all the same */
async function addEvaluation(
  artifact: Artifact,
  embedder: Embedder,
  openRows: () => AsyncIterable<PromptRow>,
  signal: AbortSignal,
  progress: Progress,
): Promise<string | undefined> {
  try {
    const { result } = await evaluateArtifact({
      artifact,
      embedder,
      openRows,
      baselines: [],
      resamples: 200,
      signal,
      onProgress: ({ stage }) => progress.update(stage),
    });
    const set = heldOutSet(artifact.manifest.name, result);
    if (set !== null) artifact.manifest.evaluation = { schemaVersion: 1, sets: [{ ...set }] };
    return undefined;
  } catch (error) {
    if (!OneheadError.isInstance(error) || error.code === "aborted") throw error;
    return error.message;
  }
}

interface Trained {
  path: string;
  sizeBytes: number;
  seconds: number;
  sent: Disclosure | null;
  notEvaluated: string | undefined;
  gateway: GatewayRowsReport | null;
}

function printSummary(
  artifact: Artifact,
  { path, sizeBytes, seconds, sent, notEvaluated, gateway }: Trained,
  json: boolean,
): void {
  const { candidates, training, dial, evaluation } = artifact.manifest;
  const priceless = candidates.filter(({ costKind, prices }) => costKind === "tokens" && prices === undefined);
  if (priceless.length > 0) {
    const names = priceless.map(({ id }) => id).join(", ");
    console.error(`onehead: no cost and no price, not chosen until --prices or a config names one: ${names}`);
  }
  if (json) {
    const models = candidates.map(({ id }) => id);
    console.log(
      JSON.stringify({
        artifact: path,
        sizeBytes,
        seconds,
        models,
        training,
        dial,
        evaluation,
        ...(notEvaluated === undefined ? {} : { notEvaluated }),
        ...(sent === null ? {} : { sent }),
        ...(gateway === null ? {} : { gateway }),
      }),
    );
    return;
  }
  console.log(`${path}: ${(sizeBytes / 1e6).toFixed(1)} MB, ${candidates.length} models, ${seconds.toFixed(0)} s`);
  console.log(`trained on ${training.rows} prompts with ${training.labels} scores (data ${training.dataHash})`);
  if (gateway !== null) console.log(printable(describeGatewayRows(gateway)));
  const needs = sent === null ? "" : ` --embedder ${sent.embedder}`;
  console.log(
    `\nNext: onehead eval --data FILE --artifact ${path}${needs}\n      onehead route --artifact ${path}${needs} "your prompt"`,
  );
}
