import type { JsonObject } from "@onehead/provider";
import type { Engine, GatewayDecision } from "../engine/engine.js";
import type { RouterOptions } from "../request/router-options.js";
import type { LoggedCandidate, OpenedCall, SurfaceName } from "../state/gateway-state.js";

export interface CallFacts {
  engine: Engine;
  decision: GatewayDecision;
  surface: SurfaceName;
  streamed: boolean;
  requestId: string;
  requestedModel: string;
  options: RouterOptions;
  timeMs: number;
  atMostUsd: number | null;
  overheadMs: number;
}

/** The record of a request that is about to be sent. */
export function openedCall(facts: CallFacts): OpenedCall {
  const { engine, decision, surface, streamed, requestId, requestedModel, timeMs, atMostUsd } = facts;
  const { core, timing } = decision;
  const routed = core !== null;
  const [first] = decision.ranking;
  const best = routed ? bestOf(decision) : null;
  return {
    id: decision.id,
    requestId,
    timeMs,
    surface,
    streamed,
    requestedModel,
    routed,
    model: decision.model,
    provider: engine.findModel(decision.model)?.provider ?? "",
    preference: preferenceOf(facts),
    ranking: loggedRanking(engine, decision),
    excluded: decision.excluded ?? [],
    conversationId: decision.conversationId,
    inputTokens: decision.inputTokens,
    familiarity: core?.familiarity ?? null,
    propensity: decision.propensity ?? null,
    predictedQuality: routed ? first.predictedQuality : null,
    predictedCostUsd: routed ? first.predictedCostUsd : null,
    bestModel: best?.model ?? null,
    bestPredictedCostUsd: best?.predictedCostUsd ?? null,
    atMostUsd,
    overheadUs: microseconds(facts.overheadMs),
    embedUs: microseconds(timing.embedMs),
    routeUs: microseconds(timing.decideMs),
    owner: null,
  };
}

/** The candidates as the decision saw them; of a named model nothing is predicted. */
export function loggedRanking(engine: Engine, { core, ranking }: GatewayDecision): LoggedCandidate[] {
  if (core === null) return [];
  const known = new Map(core.ranking.map((candidate) => [candidate.model, candidate]));
  return ranking.map(({ model, predictedQuality, predictedCostUsd, reward }) => {
    const { uncertainty = Number.NaN, feedbackShift = 0 } = known.get(model) ?? {};
    const logged: LoggedCandidate = {
      model,
      predictedQuality,
      predictedCostUsd,
      uncertainty: Number.isNaN(uncertainty) ? null : uncertainty,
      reward,
      profile: engine.findModel(model)?.profile.kind ?? "unknown",
    };
    if (feedbackShift !== 0) logged.feedbackShift = feedbackShift;
    return logged;
  });
}

/** The eligible candidate of the best predicted quality, the cheaper one of equals. */
function bestOf({ ranking }: GatewayDecision): { model: string; predictedCostUsd: number } {
  return ranking.reduce((best, candidate) => {
    const gain = candidate.predictedQuality - best.predictedQuality;
    return gain > 0 || (gain === 0 && candidate.predictedCostUsd < best.predictedCostUsd) ? candidate : best;
  });
}

const statedAsIs = [
  "maxCostUsd",
  "minQuality",
  "models",
  "exclude",
  "providers",
  "maxInputUsdPerMillionTokens",
  "maxOutputUsdPerMillionTokens",
  "sticky",
] as const;

/** What was preferred, by the knob that said so, and what it came to: the reward and its λ. */
function preferenceOf({ engine, decision: { core }, options }: CallFacts): JsonObject {
  const stated: Record<string, unknown> = {};
  if (core !== null) {
    const own = options.willingnessToPayUsd !== undefined || options.costQuality !== undefined;
    const { willingnessToPayUsd, costQuality } = own ? options : engine.about.preference;
    // infinity is no JSON
    if (willingnessToPayUsd != null) stated["willingnessToPayUsd"] = Math.min(willingnessToPayUsd, Number.MAX_VALUE);
    if (costQuality != null) stated["costQuality"] = costQuality;
    stated["reward"] = core.preference.reward;
    stated["lambdaUsd"] = core.preference.lambdaUsd;
  }
  for (const name of statedAsIs) {
    if (options[name] !== undefined) stated[name] = options[name];
  }
  return stated as JsonObject;
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}
