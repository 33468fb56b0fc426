import type { DecisionReport, DecisionSummary } from "../api/page-api.js";
import type { CallRecord, LoggedContents } from "../state/gateway-state.js";

/** A call as a row of the list of decisions. */
export function decisionSummary(call: CallRecord): DecisionSummary {
  const scores = call.feedback.map(({ score }) => score);
  return {
    id: call.id,
    at: new Date(call.timeMs).toISOString(),
    surface: call.surface,
    status: call.status,
    requestedModel: call.requestedModel,
    model: call.answeredBy ?? call.model,
    predictedQuality: call.predictedQuality,
    predictedCostUsd: call.predictedCostUsd,
    costUsd: call.costUsd ?? null,
    latencyMs: call.latencyMs ?? null,
    fallbacks: (call.tries ?? []).filter(({ outcome }) => outcome === "failed" || outcome === "circuit-open").length,
    feedback: scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
  };
}

/** A call with its why. */
export function decisionReport(call: CallRecord, contents: LoggedContents | null): DecisionReport {
  return {
    object: "onehead.decision",
    ...decisionSummary(call),
    routed: call.routed,
    requestId: call.requestId,
    preference: call.preference,
    ranking: [...call.ranking],
    excluded: call.excluded.map(({ model, reason, detail = null }) => ({ model, reason, detail })),
    inputTokens: call.inputTokens,
    familiarity: call.familiarity,
    tries: (call.tries ?? []).map(({ error = null, status = null, ...tried }) => ({ ...tried, error, status })),
    usage: call.usage ?? null,
    estimated: call.estimated ?? false,
    cached: call.cached ?? false,
    unresolvedTries: call.unresolvedTries ?? 0,
    unresolvedAtMostUsd: call.unresolvedAtMostUsd ?? null,
    firstContentMs: call.firstContentMs ?? null,
    overheadUs: { total: call.overheadUs, embed: call.embedUs, route: call.routeUs },
    feedbackScores: call.feedback.map(({ timeMs, score, source, comment }) => ({
      at: new Date(timeMs).toISOString(),
      score,
      source,
      comment,
    })),
    contents: contents === null ? null : { question: contents.question, answer: contents.answer },
  };
}
