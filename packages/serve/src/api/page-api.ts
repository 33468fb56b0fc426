import type { CallRecord, LoggedCandidate } from "../state/gateway-state.js";

/*
 * What the page asks the gateway for, beside the public surfaces. All of it is JSON; times are ISO 8601 in UTC.
 *
 *   GET /api/status                                     StatusReport
 *   GET /api/overview?from=&to=&bucket=hour|day         OverviewReport     (default: the last 24 hours by hour)
 *   GET /api/curve?from=&to=                            CurveReport
 *   GET /api/models                                     ModelsReport
 *   GET /api/decisions?limit=&after=&model=&status=&surface=&scored=&from=&to=    DecisionsPage
 *   GET /v1/decisions/{id}                              DecisionReport
 *   POST /v1/route, /v1/feedback, /v1/chat/completions  like every client
 */

/** What the gateway is and what it can reach. */
export interface StatusReport {
  version: string;
  startedAt: string;
  /** Whether a bearer key is asked for. */
  protected: boolean;
  /** Whether prompts and answers are kept, and for how long. */
  contents: { kept: boolean; retentionDays: number | null };
  /** Whether anything is kept at all. */
  durable: boolean;
  /** Providers with a key or an address, in no order of merit. Empty: the echo provider answers. */
  providers: Array<{ id: string; host: string | null; candidates: number; circuitsOpen: number }>;
  artifact: { name: string; candidates: number; embedder: string };
  /** What requests that state nothing prefer, and λ at the ends of the dial. */
  preference: { willingnessToPayUsd: number | null; costQuality: number | null };
  dial: { lowUsd: number; highUsd: number };
  /** What an operator should know, in sentences: no key set, prices that are old, profiles that are inherited. */
  notices: string[];
}

export interface OverviewReport {
  from: string;
  to: string;
  bucket: "hour" | "day";
  totals: OverviewSums;
  models: Array<OverviewSums & { model: string }>;
  /** In order of time, every bucket of the range, empty ones too. */
  buckets: Array<{ start: string; totals: OverviewSums; calls: Record<string, number> }>;
}

export interface OverviewSums {
  calls: number;
  answered: number;
  /** Ended without an answer, or broke. */
  failed: number;
  cached: number;
  costUsd: number;
  /** Tries that may have cost something that nobody has said, and the most that can have been. */
  unresolvedTries: number;
  unresolvedAtMostUsd: number;
  /** Predicted for the calls whose cost is known, and incurred by the same calls. */
  predictedCostUsd: number;
  comparedCostUsd: number;
  /**
   * What the best model for each prompt would have cost, less what was spent: predictions, corrected by how far they are off for
   * the calls that were made. Null where nothing can be compared.
   */
  savedUsd: number | null;
  /** What it is taken off. */
  alwaysBestUsd: number | null;
  meanPredictedQuality: number | null;
  meanFeedback: number | null;
  feedbackScores: number;
  /** Share of the prompts that is far from everything that the router was trained on: 1 − mean familiarity. */
  drift: number | null;
  /** Upper bound of the latency bucket that the quantile lies in; null without calls. */
  latencyMs: { p50: number | null; p95: number | null };
}

/** Mean predicted cost and quality over recent routed prompts. */
export interface CurveReport {
  /** Prompts that it is a mean of. */
  prompts: number;
  /** The router at growing λ. */
  router: Array<{ willingnessToPayUsd: number; meanCostUsd: number; meanQuality: number }>;
  /** Each model alone. */
  models: Array<{ model: string; meanCostUsd: number; meanQuality: number }>;
  /** As the calls were routed. */
  chosen: { meanCostUsd: number; meanQuality: number } | null;
}

export interface ModelsReport {
  models: ModelReport[];
}

export interface ModelReport {
  id: string;
  provider: string;
  /** Its name there. */
  providerModel: string;
  kind: "chat" | "embedding";
  /** Whether a key or an address for its provider is set. */
  reachable: boolean;
  /** Whether `auto` may choose it, and why not. */
  candidate: boolean;
  reason: string | null;
  profile: { kind: LoggedCandidate["profile"]; detail: string };
  prices: {
    inputUsdPerMillionTokens: number;
    outputUsdPerMillionTokens: number;
    cachedInputUsdPerMillionTokens: number | null;
    source: string;
    asOf: string;
    ageDays: number;
    stale: boolean;
  } | null;
  capabilities: {
    contextTokens: number | null;
    maxOutputTokens: number | null;
    tools: boolean;
    vision: boolean;
    jsonMode: boolean;
  };
  circuit: "closed" | "open" | "half-open";
}

export interface DecisionsPage {
  decisions: DecisionSummary[];
  next: string | null;
}

export interface DecisionSummary {
  id: string;
  at: string;
  surface: CallRecord["surface"];
  status: CallRecord["status"];
  requestedModel: string;
  /** The one that answered, or the first choice. */
  model: string;
  predictedQuality: number | null;
  predictedCostUsd: number | null;
  costUsd: number | null;
  latencyMs: number | null;
  fallbacks: number;
  feedback: number | null;
}

/** One decision with its why. */
export interface DecisionReport extends DecisionSummary {
  object: "onehead.decision";
  routed: boolean;
  requestId: string;
  preference: Record<string, unknown>;
  ranking: LoggedCandidate[];
  excluded: Array<{ model: string; reason: string; detail: string | null }>;
  inputTokens: number;
  familiarity: number | null;
  tries: Array<{
    model: string;
    outcome: string;
    elapsedMs: number;
    error: string | null;
    status: number | null;
    costUsd: number | null;
  }>;
  usage: NonNullable<CallRecord["usage"]> | null;
  estimated: boolean;
  cached: boolean;
  unresolvedTries: number;
  unresolvedAtMostUsd: number | null;
  firstContentMs: number | null;
  overheadUs: { total: number; embed: number; route: number };
  feedbackScores: Array<{ at: string; score: number; source: string | null; comment: string | null }>;
  /** Only where contents are kept. */
  contents: { question: string; answer: string | null } | null;
}
