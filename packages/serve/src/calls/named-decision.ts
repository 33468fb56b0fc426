import type { RouteCandidate } from "@onehead/provider";
import { decisionId } from "@onehead/runtime";
import type { GatewayDecision } from "../engine/engine.js";

/** A decision that the client has made, by a name; nothing is predicted. @param ids the named model, and those to fall back to */
export function namedDecision(ids: readonly [string, ...string[]]): GatewayDecision {
  return {
    id: decisionId(),
    model: ids[0],
    ranking: ids.map(
      (model): RouteCandidate => ({
        model,
        predictedQuality: Number.NaN,
        predictedCostUsd: Number.NaN,
        reward: Number.NaN,
      }),
    ),
    conversationId: null,
    inputTokens: 0,
    core: null,
    timing: { embedMs: 0, decideMs: 0 },
  };
}
