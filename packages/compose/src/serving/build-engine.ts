import {
  type Artifact,
  type Candidate,
  jsBackend,
  matchesGlob,
  OneheadError,
  type PoolOptions,
  Router,
  type RouterOptions,
} from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import type { Embedder } from "@onehead/embed";
import { PriceBook, type PricedModel } from "@onehead/provider";
import { createRuntime } from "@onehead/runtime";
import type { Engine, GatewayEmbedding, GatewayModel, Outcomes } from "@onehead/serve";
import type { Environment, FoundProvider } from "../providers/find-providers.js";
import { type ReachableProvider, reachProvider } from "../providers/reach-provider.js";
import { engineNotices } from "./engine-notices.js";
import type { CallSettings, RoutingSettings } from "./engine-settings.js";
import { aliasesOf, candidateModel, type ModelSources, nameOf, unknownModel } from "./gateway-models.js";
import { ModelDirectory } from "./model-directory.js";
import { ownEmbedding } from "./own-embedding.js";

export interface EngineSources {
  artifact: Artifact;
  embedder: Embedder;
  /** For artifacts of rival routers, which predict by themselves; without it only ours are served. */
  predictions?: RouterOptions["predictions"];
  /** Providers of environment and configuration. */
  found: readonly FoundProvider[];
  config: RoutingSettings;
  serve: CallSettings;
  listed: readonly PricedModel[];
  fetch: typeof globalThis.fetch;
  outcomes: Outcomes;
  environment: Environment;
  /** Makes the router learn from feedback. */
  learning?: RouterOptions["learning"];
  nowMs: number;
}

interface BuiltEngine {
  engine: Engine;
  router: Router;
}

/** Makes what answers requests from an artifact, the providers that can be reached and the configuration. */
export function buildEngine(sources: EngineSources): BuiltEngine {
  const { artifact, embedder, found, config, serve, nowMs } = sources;
  const reached = new Map(found.map((provider) => [provider.id, { ...provider, ...reach(provider, sources) }]));
  const echo = reached.size === 0;
  const listed = new PriceBook(sources.listed);
  const modelSources: ModelSources = {
    providers: reached,
    names: serve.names,
    listed,
    stated: config.prices ?? {},
    today: new Date(nowMs).toISOString().slice(0, 10),
    echo,
  };
  const { manifest } = artifact;
  const all = manifest.candidates;
  const pool = config.models ?? manifest.defaultPool ?? all.map(({ id }) => id);
  const unknown = (config.models ?? []).filter(
    (name) => !all.some(({ id, aliases = [] }) => [id, ...aliases].includes(name)),
  );
  const { allow } = config;
  const allowed = all.filter(({ id }) => allow === undefined || allow.some((pattern) => matchesGlob(pattern, id)));
  const models = allowed
    .filter(({ id, aliases = [] }) => pool.includes(id) || aliases.some((alias) => pool.includes(alias)))
    .map((candidate) => candidateModel(candidate, modelSources));
  // with keys for none of the pool, whatever else the keys reach is better than nothing
  if (config.models === undefined && models.every(({ reason }) => reason !== null)) {
    const others = allowed
      .filter(({ id }) => !models.some((model) => model.id === id))
      .map((one) => candidateModel(one, modelSources));
    models.push(...others.filter(({ reason }) => reason === null));
  }
  if (models.length === 0) {
    const found = config.models === undefined ? `allow: ${allow?.join(", ")}` : `models: ${config.models.join(", ")}`;
    const expected = "expected some of those that `onehead inspect` lists";
    throw new OneheadError("unknown-model", `${found}: no candidate of this router, ${expected}`);
  }
  const candidates = models.filter(({ reason }) => reason === null).map(({ id }) => id);
  const router = new Router(artifact, {
    models: candidates.length > 0 ? candidates : models.map(({ id }) => id),
    prices: newPrices(all, models, listed, { ...config, prices: ofCandidates(config.prices, all, serve) }),
    predictions: sources.predictions,
    learning: sources.learning,
    // a Worker does not let code be compiled
    backend: wasmBackend() ?? jsBackend,
  });
  const names = Object.fromEntries(all.map((candidate) => [candidate.id, nameOf(candidate, modelSources)]));
  // further models, which only the configuration knows
  const further = Object.entries(serve.names).filter(([id]) => !models.some((model) => model.id === id));
  models.push(...further.map(([id, name]) => unknownModel(id, name, modelSources)));
  Object.assign(names, Object.fromEntries(further));
  const directory = directoryOf(sources, modelSources, reached, models, names);
  const { costQuality, willingnessToPayUsd, maxCostUsd, minQuality, deny } = config;
  const preference = { costQuality, willingnessToPayUsd, maxCostUsd, minQuality, exclude: deny };
  const runtime = createRuntime({
    router,
    embedder,
    names,
    prices: bookOf(models, names, sources.listed),
    preference,
    sticky: serve.sticky,
    retry: { retries: serve.retries },
    breaker: serve.breaker,
    limits: limitsOf(serve),
    limitWaitMs: serve.limitWaitMs,
    hedgeAfterMs: serve.hedgeAfterMs,
    deadlineMs: serve.deadlineMs,
    explorationRate: serve.explorationRate,
    onOutcome: sources.outcomes.report,
  });
  const engine: Engine = {
    runtime,
    models: directory.models,
    findModel: (name) => directory.find(name),
    embeddings: directory.embeddings,
    findEmbedding: (name) => directory.findEmbedding(name),
    candidates,
    about: {
      artifact: { name: manifest.name ?? "unnamed", candidates: all.length, embedder: manifest.embedder.id },
      providers: [...reached.values()].map(({ id, baseUrl }) => ({ id, host: hostOf(baseUrl) })),
      preference: {
        willingnessToPayUsd: willingnessToPayUsd ?? null,
        // the middle of the dial is what stating nothing means
        costQuality: costQuality ?? (willingnessToPayUsd === undefined ? 5 : null),
      },
      dial: { lowUsd: manifest.dial.minLambdaUsd, highUsd: manifest.dial.maxLambdaUsd },
      notices: engineNotices({ models, candidates, unknown, echo, nowMs }),
    },
  };
  return { engine, router };
}

function reach(provider: FoundProvider, { serve, fetch, environment }: EngineSources): ReachableProvider {
  const { timeoutMs, idleTimeoutMs } = serve.providers[provider.id] ?? {};
  const { id, apiKey, baseUrl } = provider;
  return reachProvider(provider.kind, { provider: id, apiKey, baseUrl, fetch, timeoutMs, idleTimeoutMs, environment });
}

function directoryOf(
  sources: EngineSources,
  modelSources: ModelSources,
  found: ReadonlyMap<string, FoundProvider & ReachableProvider>,
  models: readonly GatewayModel[],
  names: Record<string, { provider: string; model: string }>,
): ModelDirectory {
  const { artifact, embedder } = sources;
  const aliases = artifact.manifest.candidates.flatMap((candidate) =>
    aliasesOf(candidate).map((alias) => [alias.toLowerCase(), candidate.id] as const),
  );
  const own: GatewayEmbedding[] = [ownEmbedding(embedder)];
  return new ModelDirectory({
    ...modelSources,
    found,
    models,
    aliases: new Map(aliases),
    own,
    onNamed(id, name) {
      names[id] = name;
    },
    onForgotten(id) {
      delete names[id];
    },
  });
}

/** The prices of calls: of lists, of the router's candidates, and what the configuration says of them. */
function bookOf(
  models: readonly GatewayModel[],
  names: Readonly<Record<string, { provider: string; model: string }>>,
  listed: readonly PricedModel[],
): PriceBook {
  const own = models.flatMap(({ id, prices, capabilities }): PricedModel[] =>
    prices === undefined ? [] : [{ ...names[id], kind: "chat", prices, capabilities }],
  );
  return new PriceBook([...listed, ...own]);
}

/** Prices that the router is to reckon with instead of its artifact's: those of lists, and what the configuration says. */
function newPrices(
  candidates: readonly Candidate[],
  models: readonly GatewayModel[],
  listed: PriceBook,
  { prices: stated = {} }: RoutingSettings,
): NonNullable<PoolOptions["prices"]> {
  const found = models.flatMap(({ id, provider, providerModel, prices }) => {
    // a cost that was learnt in USD knows no tokens: it can only be multiplied
    const inUsd = candidates.find((candidate) => candidate.id === id)?.costKind === "usd";
    if (inUsd || prices === undefined || listed.find(provider, providerModel) === undefined) return [];
    return [[id, prices] as const];
  });
  return { ...stated, ...Object.fromEntries(found) };
}

/** What is said of prices, without those of further models: these are no candidates of the router's. */
function ofCandidates(
  stated: RoutingSettings["prices"] = {},
  candidates: readonly Candidate[],
  { names }: CallSettings,
): NonNullable<RoutingSettings["prices"]> {
  const further = (name: string): boolean => Object.hasOwn(names, name) && !candidates.some(({ id }) => id === name);
  return Object.fromEntries(Object.entries(stated).filter(([name]) => !further(name)));
}

function limitsOf({ providers }: CallSettings): Record<string, { concurrency?: number; requestsPerMinute?: number }> {
  return Object.fromEntries(
    Object.entries(providers).map(([id, { concurrency, requestsPerMinute }]) => [
      id,
      {
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
      },
    ]),
  );
}

function hostOf(baseUrl: string | undefined): string | null {
  return baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).host : null;
}
