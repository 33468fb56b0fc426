import type { CallRecord, LoggedFeedback, OpenedCall, SettledCall } from "../gateway-state.js";
import type { calls, decisions, feedback } from "./schema.js";

type CallRow = typeof calls.$inferSelect;
type FeedbackRow = typeof feedback.$inferSelect;

/** A call as it is read back, of its rows. */
export function callRecord(
  row: CallRow,
  decision: typeof decisions.$inferSelect,
  given: readonly FeedbackRow[],
): CallRecord {
  return {
    ...opened(row, decision),
    status: row.status,
    answeredBy: row.lastModel,
    feedback: given.map((one) => loggedFeedback(row.id, one)),
    ...ended(row),
  };
}

function opened(row: CallRow, { preference, ranking, excluded }: typeof decisions.$inferSelect): OpenedCall {
  return {
    id: row.id,
    requestId: row.requestId,
    timeMs: row.timeMs,
    surface: row.surface,
    streamed: row.streamed,
    requestedModel: row.requestedModel,
    routed: row.routed,
    model: row.model,
    provider: row.provider,
    preference,
    ranking,
    excluded,
    conversationId: row.conversationId,
    inputTokens: row.inputTokens,
    familiarity: row.familiarity,
    propensity: row.propensity,
    predictedQuality: row.predictedQuality,
    predictedCostUsd: row.predictedCostUsd,
    bestModel: row.bestModel,
    bestPredictedCostUsd: row.bestPredictedCostUsd,
    atMostUsd: row.atMostUsd,
    overheadUs: row.overheadUs,
    embedUs: row.embedUs,
    routeUs: row.routeUs,
    owner: row.owner,
  };
}

function ended(row: CallRow): Partial<Omit<SettledCall, "id" | "status" | "model" | "provider">> {
  if (row.status === "open") return {};
  const unresolved = { unresolvedTries: row.unresolvedTries ?? 0, unresolvedAtMostUsd: row.unresolvedAtMostUsd };
  if (row.status === "unresolved") return unresolved;
  return {
    ...unresolved,
    tries: row.tries ?? [],
    costUsd: row.costUsd,
    usage: {
      inputTokens: row.usageInputTokens,
      cachedInputTokens: row.usageCachedInputTokens,
      outputTokens: row.usageOutputTokens,
      reasoningTokens: row.usageReasoningTokens,
    },
    estimated: row.estimated ?? false,
    cached: row.cached ?? false,
    firstContentMs: row.firstContentMs,
    latencyMs: row.latencyMs ?? 0,
    errorCode: row.errorCode,
    httpStatus: row.httpStatus ?? 0,
    responseId: row.responseId,
  };
}

function loggedFeedback(id: string, { timeMs, score, source, comment }: FeedbackRow): LoggedFeedback {
  return { id, timeMs, score, source, comment };
}
