import { randomUUID } from "node:crypto";
import type { OpenedCall, SettledCall } from "./gateway-state.js";

/** A routed call that is about to be sent, an hour after 1 January 2026 in UTC. */
export function openedCall(changes: Partial<OpenedCall> = {}): OpenedCall {
  return {
    id: randomUUID(),
    requestId: "req_1",
    timeMs: Date.UTC(2026, 0, 1, 1),
    surface: "chat-completions",
    streamed: false,
    requestedModel: "auto",
    routed: true,
    model: "openai/small",
    provider: "openai",
    preference: { willingnessToPayUsd: 0.01 },
    ranking: [
      {
        model: "openai/small",
        predictedQuality: 0.7,
        predictedCostUsd: 0.002,
        uncertainty: null,
        reward: 0.5,
        profile: "measured",
      },
    ],
    excluded: [{ model: "openai/tiny", reason: "context", detail: "4096 tokens" }],
    conversationId: null,
    inputTokens: 12.5,
    familiarity: 0.9,
    propensity: null,
    predictedQuality: 0.7,
    predictedCostUsd: 0.002,
    bestModel: "openai/large",
    bestPredictedCostUsd: 0.02,
    atMostUsd: 0.01,
    overheadUs: 310.5,
    embedUs: 120,
    routeUs: 40,
    owner: null,
    ...changes,
  };
}

/** What became of it: answered after 300 ms, at half again the predicted cost. */
export function settledCall(id: string, changes: Partial<Omit<SettledCall, "id">> = {}): SettledCall {
  return {
    id,
    status: "answered",
    model: "openai/small",
    provider: "openai",
    tries: [{ model: "openai/small", outcome: "answered", elapsedMs: 299.5, costUsd: 0.003 }],
    costUsd: 0.003,
    unresolvedTries: 0,
    unresolvedAtMostUsd: null,
    usage: { inputTokens: 13, cachedInputTokens: 2, outputTokens: 40, reasoningTokens: null },
    estimated: false,
    cached: false,
    firstContentMs: 90.25,
    latencyMs: 300,
    errorCode: null,
    httpStatus: 200,
    responseId: null,
    ...changes,
  };
}
