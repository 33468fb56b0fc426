import type { JsonObject } from "@onehead/provider";
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { CallStatus, LoggedCandidate, LoggedTry, OpenedCall, SurfaceName } from "../gateway-state.js";

/*
 * The tables as the migrations make them; a test compares the two.
 *
 * Numbers of the caller are REAL, as numbers of JavaScript are: a count of 12.5 tokens is no reason to refuse a request. Free text
 * of users is JSON, since libsql cuts a string off at its first NUL.
 */

/** One row a call, short, since settling it rewrites it: what is known before it is sent, and what became of it. */
export const calls = sqliteTable(
  "calls",
  {
    /** In order of time, see `call-order.ts`. */
    seq: integer("seq").primaryKey(),
    id: text("id").notNull(),
    requestId: text("request_id").notNull(),
    timeMs: real("time_ms").notNull(),
    surface: text("surface").$type<SurfaceName>().notNull(),
    streamed: integer("streamed", { mode: "boolean" }).notNull(),
    requestedModel: text("requested_model", { mode: "json" }).$type<string>().notNull(),
    routed: integer("routed", { mode: "boolean" }).notNull(),
    model: text("model").notNull(),
    provider: text("provider").notNull(),
    conversationId: text("conversation_id"),
    inputTokens: real("input_tokens").notNull(),
    familiarity: real("familiarity"),
    propensity: real("propensity"),
    predictedQuality: real("predicted_quality"),
    predictedCostUsd: real("predicted_cost_usd"),
    bestModel: text("best_model"),
    bestPredictedCostUsd: real("best_predicted_cost_usd"),
    atMostUsd: real("at_most_usd"),
    overheadUs: real("overhead_us").notNull(),
    embedUs: real("embed_us").notNull(),
    routeUs: real("route_us").notNull(),
    owner: text("owner"),

    status: text("status").$type<CallStatus>().notNull(),
    /** That answered, or was tried last. */
    lastModel: text("last_model").notNull(),
    lastProvider: text("last_provider"),
    /** Tries that have begun, and the known part of what they can have cost. */
    begunTries: integer("begun_tries").notNull(),
    begunAtMostUsd: real("begun_at_most_usd"),
    /** Whether there is feedback. */
    scored: integer("scored", { mode: "boolean" }).notNull(),

    /** Null until it has ended; what follows is null for an unresolved call too. */
    endedMs: real("ended_ms"),
    unresolvedTries: real("unresolved_tries"),
    unresolvedAtMostUsd: real("unresolved_at_most_usd"),
    tries: text("tries", { mode: "json" }).$type<LoggedTry[]>(),
    costUsd: real("cost_usd"),
    usageInputTokens: real("usage_input_tokens"),
    usageCachedInputTokens: real("usage_cached_input_tokens"),
    usageOutputTokens: real("usage_output_tokens"),
    usageReasoningTokens: real("usage_reasoning_tokens"),
    estimated: integer("estimated", { mode: "boolean" }),
    cached: integer("cached", { mode: "boolean" }),
    firstContentMs: real("first_content_ms"),
    latencyMs: real("latency_ms"),
    errorCode: text("error_code"),
    httpStatus: real("http_status"),
    responseId: text("response_id"),
  },
  (t) => [
    uniqueIndex("calls_by_id").on(t.id),
    index("calls_by_model").on(t.lastModel),
    // most calls are answered: the index of the others stays small
    index("calls_by_status").on(t.status).where(sql`status <> 'answered'`),
    index("calls_scored").on(t.scored).where(sql`scored = 1`),
    // only there are requests gone on from; ids are random, and each write of them touches a page of its own
    index("calls_by_response").on(t.responseId).where(sql`surface = 'responses'`),
  ],
);

/** What is long about a call and never changes: apart, so that settling a call rewrites a short row. */
export const decisions = sqliteTable("decisions", {
  callSeq: integer("call_seq")
    .primaryKey()
    .references(() => calls.seq, { onDelete: "cascade" }),
  preference: text("preference", { mode: "json" }).$type<JsonObject>().notNull(),
  ranking: text("ranking", { mode: "json" }).$type<LoggedCandidate[]>().notNull(),
  excluded: text("excluded", { mode: "json" }).$type<OpenedCall["excluded"]>().notNull(),
});

export const contents = sqliteTable("contents", {
  callSeq: integer("call_seq")
    .primaryKey()
    .references(() => calls.seq, { onDelete: "cascade" }),
  question: text("question", { mode: "json" }).$type<string>().notNull(),
  request: text("request", { mode: "json" }).$type<JsonObject>().notNull(),
  answer: text("answer", { mode: "json" }).$type<string>(),
});

export const feedback = sqliteTable(
  "feedback",
  {
    seq: integer("seq").primaryKey(),
    callSeq: integer("call_seq")
      .notNull()
      .references(() => calls.seq, { onDelete: "cascade" }),
    timeMs: real("time_ms").notNull(),
    score: real("score").notNull(),
    source: text("source", { mode: "json" }).$type<string>(),
    comment: text("comment", { mode: "json" }).$type<string>(),
  },
  (t) => [index("feedback_by_call").on(t.callSeq)],
);

/** Sums over the calls of one model that ended within one hour; see `UsageBucket`. */
export const usageHours = sqliteTable(
  "usage_hours",
  {
    startMs: real("start_ms").notNull(),
    model: text("model").notNull(),
    calls: real("calls").notNull(),
    answered: real("answered").notNull(),
    failed: real("failed").notNull(),
    cached: real("cached").notNull(),
    costUsd: real("cost_usd").notNull(),
    unresolvedTries: real("unresolved_tries").notNull(),
    unresolvedAtMostUsd: real("unresolved_at_most_usd").notNull(),
    comparedCalls: real("compared_calls").notNull(),
    comparedCostUsd: real("compared_cost_usd").notNull(),
    comparedPredictedCostUsd: real("compared_predicted_cost_usd").notNull(),
    comparedBestPredictedCostUsd: real("compared_best_predicted_cost_usd").notNull(),
    predictedQualitySum: real("predicted_quality_sum").notNull(),
    predictedQualityCalls: real("predicted_quality_calls").notNull(),
    feedbackSum: real("feedback_sum").notNull(),
    feedbackScores: real("feedback_scores").notNull(),
    familiaritySum: real("familiarity_sum").notNull(),
    familiarityCalls: real("familiarity_calls").notNull(),
    inputTokens: real("input_tokens").notNull(),
    outputTokens: real("output_tokens").notNull(),
    latency0: real("latency_0").notNull(),
    latency1: real("latency_1").notNull(),
    latency2: real("latency_2").notNull(),
    latency3: real("latency_3").notNull(),
    latency4: real("latency_4").notNull(),
    latency5: real("latency_5").notNull(),
    latency6: real("latency_6").notNull(),
    latency7: real("latency_7").notNull(),
    latency8: real("latency_8").notNull(),
    latency9: real("latency_9").notNull(),
    latency10: real("latency_10").notNull(),
    latency11: real("latency_11").notNull(),
    latency12: real("latency_12").notNull(),
  },
  (t) => [primaryKey({ columns: [t.startMs, t.model] })],
);

/** One row: how much of the journal is in the database; see `journal.ts`. */
export const journal = sqliteTable("journal", {
  id: integer("id").primaryKey(),
  applied: integer("applied").notNull(),
});
