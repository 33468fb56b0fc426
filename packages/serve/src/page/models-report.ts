import type { ModelReport, ModelsReport } from "../api/page-api.js";
import type { Engine, GatewayModel } from "../engine/engine.js";

const dayMs = 86_400_000;
/** Age from which prices are called stale, as in a price book. */
const staleAfterDays = 90;

/** Every model that the gateway knows of, with its prices and what it can do. */
export function modelsReport(engine: Engine, nowMs: number): ModelsReport {
  const chat = [...engine.models.values()].map((model) => modelReport(engine, model, nowMs));
  const embeddings = [...engine.embeddings.values()].map(
    ({ id, provider, providerModel, prices }): ModelReport => ({
      id,
      provider,
      providerModel,
      kind: "embedding",
      reachable: true,
      candidate: false,
      reason: "gives vectors, not answers",
      profile: { kind: "unknown", detail: "models of embeddings have none" },
      prices: pricesReport(prices, nowMs),
      capabilities: { contextTokens: null, maxOutputTokens: null, tools: false, vision: false, jsonMode: false },
      circuit: "closed",
    }),
  );
  return { models: [...chat, ...embeddings] };
}

function modelReport(engine: Engine, model: GatewayModel, nowMs: number): ModelReport {
  const { id, provider, providerModel, chat, prices, capabilities, profile, reason } = model;
  const {
    contextTokens = null,
    maxOutputTokens = null,
    tools = false,
    vision = false,
    jsonMode = false,
  } = capabilities;
  return {
    id,
    provider,
    providerModel,
    kind: "chat",
    reachable: chat.length > 0,
    candidate: reason === null,
    reason,
    profile,
    prices: pricesReport(prices, nowMs),
    capabilities: { contextTokens, maxOutputTokens, tools, vision, jsonMode },
    circuit: engine.runtime.circuitState(id),
  };
}

function pricesReport(prices: GatewayModel["prices"], nowMs: number): ModelReport["prices"] {
  if (prices === undefined) return null;
  const { inputUsdPerMillionTokens, outputUsdPerMillionTokens, source, asOf } = prices;
  const { cachedInputUsdPerMillionTokens = null } = prices;
  const ageDays = Math.max(0, Math.floor((nowMs - Date.parse(`${asOf}T00:00:00Z`)) / dayMs));
  return {
    inputUsdPerMillionTokens,
    outputUsdPerMillionTokens,
    cachedInputUsdPerMillionTokens,
    source,
    asOf,
    ageDays,
    stale: ageDays > staleAfterDays,
  };
}
