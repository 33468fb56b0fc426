import { baselinePredictions } from "@onehead/baselines";
import { buildEngine } from "@onehead/compose";
import { assertOperatorAddress, type FoundProvider, providerDefinitions } from "@onehead/compose/providers";
import { OneheadError, type Router } from "@onehead/core";
import { type PricedModel, pricesFromLiteLlm, pricesFromModelsDev, pricesFromOpenRouter } from "@onehead/provider";
import type { Engine, Outcomes } from "@onehead/serve";
import { readConfig } from "../config/config.js";
import type { Config } from "../config/config-schema.js";
import { artifactEmbedder } from "../embedders/artifact-embedder.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { readJson } from "../files/read-json.js";
import { findProviders } from "../providers/find-providers.js";
import type { FeedbackLearning } from "./feedback-learning.js";
import { type ServeConfig, serveSchema } from "./serve-config.js";

export interface EngineOptions {
  /** Named on the command line. */
  config: string | undefined;
  artifact: string | undefined;
  embedder: string | undefined;
  fetch: typeof globalThis.fetch;
  outcomes: Outcomes;
  environment: NodeJS.ProcessEnv;
  /** What has been learnt from feedback; only used where the configuration has it on. */
  learning: FeedbackLearning;
}

export interface OpenedEngine {
  engine: Engine;
  /** The router of the engine. */
  router: Router;
  config: Config;
  serve: ServeConfig;
  /** Files that it was made from: a change of one of them is a reason to make it anew. */
  files: string[];
}

/**
 * Reads configuration, artifact and price lists, and makes the engine of them.
 *
 * @throws OneheadError or ProviderError naming the file, variable or field; nothing is changed then
 */
export async function openEngine(options: EngineOptions): Promise<OpenedEngine> {
  const { environment, outcomes, fetch } = options;
  const config = await readConfig(options.config);
  const serve = config.serve ?? serveSchema.parse({});
  const artifactFile = options.artifact ?? config.artifact;
  const artifact = await readArtifactOrDefault(artifactFile);
  const closed = await artifactEmbedder(artifact, options.embedder ?? config.embedder);
  const embedder = await closed.open();
  const found = configuredProviders(findProviders(environment), serve);
  for (const { id, baseUrl } of found) if (baseUrl !== undefined) assertOperatorAddress(id, baseUrl);
  const listed = await readPriceLists(serve);
  const nowMs = Date.now();
  const learning = serve.learning ? options.learning : null;
  const { engine, router } = buildEngine({
    artifact,
    embedder,
    predictions: baselinePredictions,
    learning: learning?.forRouter,
    found,
    config,
    serve,
    listed,
    fetch,
    outcomes,
    environment,
    nowMs,
  });
  const files = [artifactFile, ...serve.priceLists.map(({ file }) => file)].filter((file) => file !== undefined);
  return { engine, router, config, serve, files };
}

/** Providers of the environment as the configuration has them, and those that only it knows. */
function configuredProviders(found: readonly FoundProvider[], { providers }: ServeConfig): FoundProvider[] {
  const byId = new Map(found.map((provider) => [provider.id, provider]));
  for (const [id, { kind, baseUrl, apiKey, enabled }] of Object.entries(providers)) {
    const known = byId.get(id);
    const definition = Object.hasOwn(providerDefinitions, id) ? providerDefinitions[id] : undefined;
    if (!enabled) {
      byId.delete(id);
      continue;
    }
    // limits alone do not make a provider of one that has no key
    if (known === undefined && baseUrl === undefined && apiKey === undefined) continue;
    const speaks = kind ?? known?.kind ?? definition?.kind;
    if (speaks === undefined) {
      throw new OneheadError(
        "invalid-argument",
        `serve.providers.${id}: kind: missing, expected whose interface it speaks, such as "openai-compatible"`,
      );
    }
    byId.set(id, {
      id,
      kind: speaks,
      apiKey: apiKey ?? known?.apiKey,
      baseUrl: baseUrl ?? known?.baseUrl ?? definition?.baseUrl,
      names: definition?.names,
    });
  }
  return [...byId.values()];
}

const readers = {
  litellm: pricesFromLiteLlm,
  openrouter: pricesFromOpenRouter,
  "models.dev": pricesFromModelsDev,
} as const;

async function readPriceLists({ priceLists }: ServeConfig): Promise<PricedModel[]> {
  const models: PricedModel[] = [];
  for (const { file, format, source, asOf } of priceLists) {
    const list = readers[format]((await readJson(file)) as never, source === undefined ? { asOf } : { asOf, source });
    models.push(...list.models);
  }
  return models;
}
