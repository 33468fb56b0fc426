import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { baselinePredictions } from "@onehead/baselines";
import { type BatchPool, openBatchWorkers } from "@onehead/batch";
import { type Artifact, jsBackend, OneheadError, type PreferenceOptions, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import type { Embedder } from "@onehead/embed";
import { readConfig } from "../config/config.js";
import type { Config } from "../config/config-schema.js";
import { artifactEmbedder } from "../embedders/artifact-embedder.js";
import { announce } from "../embedders/disclosure.js";
import { artifactPath } from "../files/default-artifact.js";
import { parseArtifactFile, readInput } from "../files/read-input.js";
import { splitList } from "../routing/routing-options.js";
import { preferenceArgs } from "./scoring-args.js";

/** Threads that pay off beside one that reads and writes, as long as rows are not embedded. */
const defaultWorkers = 3;

/** What the rows of a run are scored with. */
export interface ScoreEngine {
  artifact: Artifact;
  /** SHA-256 of the artifact's file. */
  artifactHash: string;
  router: Router;
  preference: PreferenceOptions;
  /** The embedder, opened for the first prompt: rows with embeddings need none. */
  embedder(): Promise<Embedder>;
  /** Null where the caller's thread does the work alone. */
  openWorkers(wanted: number | undefined): Promise<BatchPool | null>;
}

/**
 * Opens the router that the arguments of `score` ask for.
 *
 * @throws OneheadError "invalid-argument" for settings of the configuration that choose among a row's candidates, which a batch does
 *   not
 */
export async function openScoreEngine(args: Record<string, unknown>): Promise<ScoreEngine> {
  const text = (name: string): string | undefined => (typeof args[name] === "string" ? args[name] : undefined);
  const config = await readConfig(text("config"));
  refuseRequirements(config);
  const path = artifactPath(text("artifact") ?? config.artifact);
  const bytes = await readInput(path);
  const artifact = parseArtifactFile(path, bytes);
  const named = text("models");
  const pool = { models: named === undefined ? config.models : splitList(named), prices: config.prices };
  const backend = wasmBackend() ?? jsBackend;
  const router = new Router(artifact, { ...pool, backend, predictions: baselinePredictions });
  const preference = preferenceArgs(args, config);
  // before anything is read
  router.resolvePreference(preference);
  let opened: Promise<Embedder> | undefined;
  const openEmbedder = async (): Promise<Embedder> => {
    const closed = await artifactEmbedder(artifact, text("embedder") ?? config.embedder);
    if (closed.external !== null) announce("score", closed.external, null, args["json"] === true);
    const embedder = await closed.open();
    router.assertEmbedder(embedder);
    return embedder;
  };
  return {
    artifact,
    artifactHash: createHash("sha256").update(bytes).digest("hex"),
    router,
    preference,
    embedder: () => {
      opened ??= openEmbedder();
      return opened;
    },
    async openWorkers(wanted) {
      const isExternal = artifact.manifest.model.form === "external";
      if (isExternal && wanted !== undefined && wanted > 0) {
        const found = `the model of ${path} is ${artifact.manifest.model.form}`;
        throw new OneheadError("invalid-argument", `--workers: ${wanted}, expected 0, since ${found}`);
      }
      const workers = wanted ?? (isExternal ? 0 : Math.min(defaultWorkers, availableParallelism() - 1));
      return workers === 0 ? null : openBatchWorkers(bytes, { workers, backend: router.backend, ...pool });
    },
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
