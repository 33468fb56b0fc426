import type { LoggedContents, LoggedFeedback, OpenedCall, SettledCall } from "../gateway-state.js";
import type { BoundRow, BoundValue } from "./bound.js";
import type { calls, contents, decisions, feedback } from "./schema.js";

/*
 * Rows as they are written, encoded at once: what the caller does to its objects later is not in them.
 */

export function openedRow(call: OpenedCall): BoundRow<typeof calls> {
  return {
    id: call.id,
    requestId: call.requestId,
    timeMs: call.timeMs,
    surface: call.surface,
    streamed: Number(call.streamed),
    requestedModel: JSON.stringify(call.requestedModel),
    routed: Number(call.routed),
    model: call.model,
    provider: call.provider,
    conversationId: call.conversationId,
    inputTokens: call.inputTokens,
    familiarity: call.familiarity,
    propensity: call.propensity,
    predictedQuality: call.predictedQuality,
    predictedCostUsd: call.predictedCostUsd,
    bestModel: call.bestModel,
    bestPredictedCostUsd: call.bestPredictedCostUsd,
    atMostUsd: call.atMostUsd,
    overheadUs: call.overheadUs,
    embedUs: call.embedUs,
    routeUs: call.routeUs,
    owner: call.owner,
    status: "open",
    lastModel: call.model,
    begunTries: 1,
    begunAtMostUsd: call.atMostUsd,
    scored: 0,
    ...notEnded,
  };
}

const notEnded = {
  lastProvider: null,
  endedMs: null,
  unresolvedTries: null,
  unresolvedAtMostUsd: null,
  tries: null,
  costUsd: null,
  usageInputTokens: null,
  usageCachedInputTokens: null,
  usageOutputTokens: null,
  usageReasoningTokens: null,
  estimated: null,
  cached: null,
  firstContentMs: null,
  latencyMs: null,
  errorCode: null,
  httpStatus: null,
  responseId: null,
};

/** Columns that a settlement sets; `endedMs` follows from the row. */
export const settledColumns = [
  "status",
  "lastModel",
  ...(Object.keys(notEnded) as Array<keyof typeof notEnded>).filter((name) => name !== "endedMs"),
] as Array<Exclude<keyof typeof notEnded, "endedMs"> | "status" | "lastModel">;

export function settledRow(call: SettledCall): Record<(typeof settledColumns)[number], BoundValue> {
  return {
    status: call.status,
    lastModel: call.model,
    lastProvider: call.provider,
    unresolvedTries: call.unresolvedTries,
    unresolvedAtMostUsd: call.unresolvedAtMostUsd,
    tries: JSON.stringify(call.tries),
    costUsd: call.costUsd,
    usageInputTokens: call.usage.inputTokens,
    usageCachedInputTokens: call.usage.cachedInputTokens,
    usageOutputTokens: call.usage.outputTokens,
    usageReasoningTokens: call.usage.reasoningTokens,
    estimated: Number(call.estimated),
    cached: Number(call.cached),
    firstContentMs: call.firstContentMs,
    latencyMs: call.latencyMs,
    errorCode: call.errorCode,
    httpStatus: call.httpStatus,
    responseId: call.responseId,
  };
}

/** The other rows of a call; its number is known once it is written. */
export function decisionRow(call: OpenedCall): Omit<BoundRow<typeof decisions>, "callSeq"> {
  return {
    preference: JSON.stringify(call.preference),
    ranking: JSON.stringify(call.ranking),
    excluded: JSON.stringify(call.excluded),
  };
}

export function contentsRow(
  call: OpenedCall,
  { question, request }: Omit<LoggedContents, "id" | "answer">,
): Omit<BoundRow<typeof contents>, "callSeq"> {
  return { timeMs: call.timeMs, question: JSON.stringify(question), request: JSON.stringify(request), answer: null };
}

export function feedbackRow(given: LoggedFeedback): Omit<BoundRow<typeof feedback>, "callSeq"> {
  const json = (text: string | null): string | null => (text === null ? null : JSON.stringify(text));
  return { timeMs: given.timeMs, score: given.score, source: json(given.source), comment: json(given.comment) };
}
