import type { LoggedContents, LoggedFeedback, OpenedCall, SettledCall } from "../gateway-state.js";
import { invalidArgument } from "../invalid-argument.js";
import type { BoundRow, BoundValue } from "./bound.js";
import { endSeq, firstSeq } from "./call-order.js";
import type { contents, decisions, feedback } from "./schema.js";

/** Columns that are set when a call is opened, beside the number that follows from its time. */
export const openedColumns = [
  "id",
  "requestId",
  "timeMs",
  "surface",
  "streamed",
  "requestedModel",
  "routed",
  "model",
  "provider",
  "conversationId",
  "inputTokens",
  "familiarity",
  "propensity",
  "predictedQuality",
  "predictedCostUsd",
  "bestModel",
  "bestPredictedCostUsd",
  "atMostUsd",
  "overheadUs",
  "embedUs",
  "routeUs",
  "owner",
  "status",
  "lastModel",
  "begunTries",
  "begunAtMostUsd",
  "scored",
] as const;

/*
 * Rows as they are written, encoded at once: what the caller does to its objects later is not in them.
 */

export type OpenedRow = Record<(typeof openedColumns)[number] | "firstSeq" | "endSeq", BoundValue>;
export type DecisionRow = BoundRow<typeof decisions>;
export type AskedRow = BoundRow<typeof contents>;

/** Columns that are not a field of the call by the same name. */
const madeColumns: ReadonlySet<string> = new Set(["status", "lastModel", "begunTries", "begunAtMostUsd", "scored"]);
const ownColumns = openedColumns.filter((name) => !madeColumns.has(name)) as Array<keyof OpenedCall>;

/**
 * Looks at a call before it is on record, where a value that no column takes would be lost later.
 *
 * @throws OneheadError "invalid-argument" naming the field and its type
 */
export function assertOpenedCall(call: OpenedCall): void {
  for (const name of ownColumns) {
    const value = call[name];
    const type = typeof value;
    const isTaken =
      name === "streamed" || name === "routed"
        ? type === "boolean"
        : type === "string" || type === "number" || value === null;
    if (!isTaken) throw invalidArgument(`open: ${name}`, type, "what its column takes");
  }
}

/** Without the columns that are null until the call has ended. */
export function openedRow(call: OpenedCall): OpenedRow {
  return {
    firstSeq: firstSeq(call.timeMs),
    endSeq: endSeq(call.timeMs),
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
  };
}

/** Columns that a settlement sets; `endedMs` follows from the row. */
export const settledColumns = [
  "status",
  "lastModel",
  "lastProvider",
  "unresolvedTries",
  "unresolvedAtMostUsd",
  "tries",
  "costUsd",
  "usageInputTokens",
  "usageCachedInputTokens",
  "usageOutputTokens",
  "usageReasoningTokens",
  "estimated",
  "cached",
  "firstContentMs",
  "latencyMs",
  "errorCode",
  "httpStatus",
  "responseId",
] as const;

export function settledRow(call: SettledCall): Record<(typeof settledColumns)[number] | "id", BoundValue> {
  return {
    id: call.id,
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

/** The other rows of a call; its number, 0 here, is known once it is written. */
export function decisionRow(call: OpenedCall): DecisionRow {
  return {
    callSeq: 0,
    preference: JSON.stringify(call.preference),
    ranking: JSON.stringify(call.ranking),
    excluded: JSON.stringify(call.excluded),
  };
}

export function contentsRow({ question, request }: Omit<LoggedContents, "id" | "answer">): AskedRow {
  return { callSeq: 0, question: JSON.stringify(question), request: JSON.stringify(request), answer: null };
}

export function feedbackRow(given: LoggedFeedback): Omit<BoundRow<typeof feedback>, "callSeq"> {
  const json = (text: string | null): string | null => (text === null ? null : JSON.stringify(text));
  return { timeMs: given.timeMs, score: given.score, source: json(given.source), comment: json(given.comment) };
}
