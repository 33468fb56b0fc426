import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { baselinePredictions } from "@onehead/baselines";
import { type BatchPool, openBatchWorkers } from "@onehead/batch";
import { jsBackend, OneheadError, type PreferenceOptions, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import type { Embedder } from "@onehead/embed";
import { readConfig } from "../config/config.js";
import type { Config } from "../config/config-schema.js";
import { artifactEmbedder } from "../embedders/artifact-embedder.js";
import { announce } from "../embedders/disclosure.js";
import { artifactPath } from "../files/default-artifact.js";
import { readArtifactFile } from "../files/read-input.js";
import { splitList } from "../routing/routing-options.js";
import { EmbedderThreads } from "./embedder-threads.js";
import { preferenceArgs, workersArg } from "./scoring-args.js";

/** Threads that pay off beside one that reads and writes. */
const defaultWorkers = 3;

/** Fewer are embedded before a thread has started. */
const promptsForThreads = 128;

/** What the rows of a run are scored with. */
export interface ScoreEngine {
  /** SHA-256 of the artifact's file. */
  artifactHash: string;
  router: Router;
  preference: PreferenceOptions;
  /** Threads beside the caller's, for scoring and for embedding each. */
  workers: number;
  /** The embedder for so many prompts, opened for the first: rows with embeddings need none. */
  embedder(prompts: number): Promise<Embedder>;
  /** Null where the caller's thread does the work alone. */
  openWorkers(): Promise<BatchPool | null>;
  close(): Promise<void>;
}

/**
 * Opens the router that the arguments of `score` ask for.
 *
 * @throws OneheadError "invalid-argument" for settings of the configuration that choose among a row's candidates, which a batch does
 *   not
 */
export async function openScoreEngine(args: Record<string, unknown>): Promise<ScoreEngine> {
  const wanted = workersArg(args);
  const text = (name: string): string | undefined => (typeof args[name] === "string" ? args[name] : undefined);
  const config = await readConfig(text("config"));
  refuseRequirements(config);
  const path = artifactPath(text("artifact") ?? config.artifact);
  const { artifact, bytes } = await readArtifactFile(path);
  const named = text("models");
  const pool = { models: named === undefined ? config.models : splitList(named), prices: config.prices };
  const backend = wasmBackend() ?? jsBackend;
  const router = new Router(artifact, { ...pool, backend, predictions: baselinePredictions });
  const preference = preferenceArgs(args, config);
  // before anything is read
  router.resolvePreference(preference);
  const isExternal = artifact.manifest.model.form === "external";
  if (isExternal && wanted !== undefined && wanted > 0) {
    const expected = `expected 0, since the model of ${path} is not one of networks`;
    throw new OneheadError("invalid-argument", `--workers: ${wanted}, ${expected}`);
  }
  const workers = wanted ?? (isExternal ? 0 : Math.min(defaultWorkers, availableParallelism() - 1));
  let opened: Promise<{ embedder: Embedder; isOwn: boolean }> | undefined;
  const openEmbedder = async (): Promise<{ embedder: Embedder; isOwn: boolean }> => {
    const closed = await artifactEmbedder(artifact, text("embedder") ?? config.embedder);
    if (closed.external !== null) announce("score", closed.external, null, args["json"] === true);
    const embedder = await closed.open();
    router.assertEmbedder(embedder);
    return { embedder, isOwn: closed.external === null };
  };
  let threads: EmbedderThreads | undefined;
  return {
    artifactHash: createHash("sha256").update(bytes).digest("hex"),
    router,
    preference,
    workers,
    async embedder(prompts) {
      opened ??= openEmbedder();
      const { embedder, isOwn } = await opened;
      if (!isOwn || workers === 0 || prompts < promptsForThreads) return embedder;
      // beside the file that this is built into
      threads ??= new EmbedderThreads(embedder, bytes, workers, new URL("./embed-thread.js", import.meta.url));
      return threads;
    },
    openWorkers: async () =>
      workers === 0 ? null : openBatchWorkers(bytes, { workers, backend: router.backend, ...pool }),
    close: async () => threads?.close(),
  };
}

/** A batch chooses among the whole pool, so what would narrow it must not be passed over. */
function refuseRequirements(config: Config): void {
  for (const field of ["allow", "deny", "maxCostUsd", "minQuality"] as const) {
    if (config[field] === undefined) continue;
    const instead = field === "allow" || field === "deny" ? ", expected models or --models instead" : "";
    throw new OneheadError(
      "invalid-argument",
      `score: ${field} of the configuration cannot be kept in a batch${instead}`,
    );
  }
}
