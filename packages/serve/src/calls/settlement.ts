import { estimateTokens } from "@onehead/core";
import {
  ProviderAbortedError,
  ProviderError,
  ProviderHttpError,
  type RouteOutcome,
  type RouteTry,
  type Usage,
} from "@onehead/provider";
import type { GatewayModel } from "../engine/engine.js";
import type { LoggedTry, SettledCall } from "../state/gateway-state.js";

export interface SettlementFacts {
  status: SettledCall["status"];
  /** Undefined where nothing was tried. */
  outcome: RouteOutcome | undefined;
  /** Of the answer; undefined where the provider has not said. */
  usage: Usage | undefined;
  /** The tokens of `usage` were counted here. */
  estimated: boolean;
  /** The candidate that answered, or the first choice. */
  model: GatewayModel;
  error: unknown;
  httpStatus: number;
  responseId: string | null;
  firstContentMs: number | null;
  latencyMs: number;
}

/** The record of how a call ended, but for whose it is. */
export function settlement(facts: SettlementFacts): Omit<SettledCall, "id" | "unresolvedAtMostUsd"> {
  const { outcome, usage, model, error } = facts;
  const { inputTokens = null, cachedInputTokens = null, outputTokens = null, reasoningTokens = null } = usage ?? {};
  return {
    status: facts.status,
    model: model.id,
    provider: model.provider,
    tries: outcome === undefined ? [] : outcome.tries.map(loggedTry),
    costUsd: outcome?.costUsd ?? (outcome === undefined ? 0 : null),
    // what was counted here may be off: the provider's own count has not come
    unresolvedTries: (outcome?.unresolvedTries ?? 0) + (facts.estimated ? 1 : 0),
    usage: { inputTokens, cachedInputTokens, outputTokens, reasoningTokens },
    estimated: facts.estimated,
    cached: false,
    firstContentMs: facts.firstContentMs === null ? null : Math.round(facts.firstContentMs),
    latencyMs: Math.round(facts.latencyMs),
    errorCode: error === undefined ? null : errorCodeOf(error),
    httpStatus: facts.httpStatus,
    responseId: facts.responseId,
  };
}

/** Tokens of an answer that was left, as far as it was seen. */
export function estimatedUsage(inputTokens: number, seen: string): Usage {
  return { inputTokens, outputTokens: Math.ceil(estimateTokens(seen)) };
}

function loggedTry({ model, outcome, elapsedMs, error, status, costUsd }: RouteTry): LoggedTry {
  return { model, outcome, elapsedMs: Math.round(elapsedMs), error, status, costUsd };
}

/** What went wrong, as data; of an error that is not ours nothing but its kind. */
export function errorCodeOf(error: unknown): string {
  if (ProviderAbortedError.isInstance(error)) return "aborted";
  if (ProviderHttpError.isInstance(error)) return error.status === null ? "unreachable" : `http-${error.status}`;
  if (ProviderError.isInstance(error)) return error.code;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "internal";
}
