import type { JsonObject } from "@onehead/provider";

/** The interfaces at which requests come in. */
export type SurfaceName = "chat-completions" | "completions" | "messages" | "responses" | "embeddings";

/** A candidate as a decision saw it. */
export interface LoggedCandidate {
  model: string;
  predictedQuality: number;
  predictedCostUsd: number;
  /** Null where the predictor does not say. */
  uncertainty: number | null;
  reward: number;
  /** The part of `predictedQuality` that was learnt from feedback; absent where there is none. */
  feedbackShift?: number;
  profile: "measured" | "inherited" | "probed" | "unknown";
}

/** One try of one candidate. */
export interface LoggedTry {
  model: string;
  outcome: string;
  elapsedMs: number;
  error?: string | undefined;
  status?: number | undefined;
  /** Null: it may have cost something, and nobody has said what. */
  costUsd: number | null;
}

/** A request that is about to be sent: written, and on disk, before anything is. */
export interface OpenedCall {
  /** Of the decision; a UUID. */
  id: string;
  requestId: string;
  /** Milliseconds since 1970. */
  timeMs: number;
  surface: SurfaceName;
  streamed: boolean;
  /** As the client wrote it: "auto", or the name of a model. */
  requestedModel: string;
  /** Whether the router chose; false where the client named the model. */
  routed: boolean;
  /** First choice. */
  model: string;
  provider: string;
  /** λ or dial, and what was allowed. */
  preference: JsonObject;
  /** Eligible candidates, best first. */
  ranking: readonly LoggedCandidate[];
  excluded: ReadonlyArray<{ model: string; reason: string; detail?: string | undefined }>;
  /** Of the conversation that it belongs to; a hash. */
  conversationId: string | null;
  /** Tokens that it was priced with. */
  inputTokens: number;
  /** 0 to 1, see `Decision.familiarity`; null where the router did not choose. */
  familiarity: number | null;
  /** Chance of the choice, for off-policy evaluation; null where nothing is explored. */
  propensity: number | null;
  predictedQuality: number | null;
  predictedCostUsd: number | null;
  /** The candidate of the best predicted quality, whatever its price: what "always the best" would have asked. */
  bestModel: string | null;
  bestPredictedCostUsd: number | null;
  /** Most that its first try can cost; null where no price is known. */
  atMostUsd: number | null;
  /** Microseconds until something was sent, all of it, and the parts of the embedder and of the router. */
  overheadUs: number;
  embedUs: number;
  routeUs: number;
  /** Place for the key of a user; null while the gateway has one key for all. */
  owner: string | null;
}

/** How a call ended. "unresolved": the process ended first. */
export type CallStatus = "open" | "answered" | "failed" | "broken" | "aborted" | "left" | "unresolved";

/** What became of a call; once on disk it is never changed. */
export interface SettledCall {
  id: string;
  status: Exclude<CallStatus, "open" | "unresolved">;
  /** The candidate that answered, or was tried last. */
  model: string;
  provider: string;
  tries: readonly LoggedTry[];
  /** Of all tries whose cost is known; null where none is. */
  costUsd: number | null;
  /** Tries that may have cost something that nobody has said. */
  unresolvedTries: number;
  /** Most that those can have cost; null where no price is known. */
  unresolvedAtMostUsd: number | null;
  usage: {
    inputTokens: number | null;
    cachedInputTokens: number | null;
    outputTokens: number | null;
    reasoningTokens: number | null;
  };
  /** Whether `usage` was counted here from what was seen, since the provider's own did not come. */
  estimated: boolean;
  /** Answered from the cache of exact responses. */
  cached: boolean;
  /** Until the first content went out, and until the end. */
  firstContentMs: number | null;
  latencyMs: number;
  errorCode: string | null;
  httpStatus: number;
  /** Id that the provider gave the answer; responses are gone on from by it. */
  responseId: string | null;
}

/** What was asked and answered; kept only where the operator has switched that on. */
export interface LoggedContents {
  id: string;
  /** The question that was embedded. */
  question: string;
  request: JsonObject;
  /** Text of the answer; null while, or where, there is none. */
  answer: string | null;
}

export interface LoggedFeedback {
  id: string;
  timeMs: number;
  /** 0 to 1. */
  score: number;
  /** Whose score it is; null for nobody in particular. */
  source: string | null;
  comment: string | null;
}

/** A call as it is read back. */
export interface CallRecord extends OpenedCall, Partial<Omit<SettledCall, "id" | "status" | "model" | "provider">> {
  status: CallStatus;
  /** The candidate that answered, or was tried last; the first choice until there is word of another. */
  answeredBy: string;
  feedback: LoggedFeedback[];
}

export interface CallFilter {
  fromMs?: number | undefined;
  /** Exclusive. */
  toMs?: number | undefined;
  /** The one in `CallRecord.answeredBy`. */
  model?: string | undefined;
  status?: CallStatus | undefined;
  surface?: SurfaceName | undefined;
  /** Only calls with feedback. */
  scored?: boolean | undefined;
  conversationId?: string | undefined;
  owner?: string | undefined;
}

/** A page of calls, newest first, and where the next one begins; null at the end. */
export interface CallPage {
  calls: CallRecord[];
  next: string | null;
}

/**
 * Sums of the calls that ended within one stretch of time, of one model. A call ends at `timeMs + latencyMs`; one that is
 * "unresolved" counts where it began.
 */
export interface UsageBucket {
  startMs: number;
  /** The candidate that answered, or was tried last. */
  model: string;
  calls: number;
  answered: number;
  /** Ended without an answer, or broke; the rest was aborted, left or is unresolved. */
  failed: number;
  cached: number;
  costUsd: number;
  unresolvedTries: number;
  unresolvedAtMostUsd: number;
  /**
   * Of the routed calls whose cost is known, so that the three can be compared: answered, by a model and not from the cache, with
   * no try unresolved and both predictions there.
   */
  compared: { calls: number; costUsd: number; predictedCostUsd: number; bestPredictedCostUsd: number };
  predictedQuality: { sum: number; calls: number };
  feedback: { sum: number; scores: number };
  familiarity: { sum: number; calls: number };
  inputTokens: number;
  outputTokens: number;
  /** Calls by latency: `latencyBucketsMs[i]` is the upper bound of the i-th, the last has none. Unresolved ones have none. */
  latency: number[];
}

/** Upper bounds of the latency histogram in {@link UsageBucket}, milliseconds. */
export const latencyBucketsMs = [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 102_400] as const;

/**
 * What the gateway remembers. One implementation keeps it in SQLite, one keeps nothing; others are for several replicas.
 *
 * Promises of writes settle when the write will survive the end of the process, whatever ends it. @throws OneheadError "io"
 */
export interface GatewayState {
  /** Whether anything is kept at all. */
  readonly durable: boolean;
  open(call: OpenedCall, contents?: Omit<LoggedContents, "id" | "answer">): Promise<void>;
  /** A further try begins, after the first: so much more can have been spent. */
  beginTry(id: string, model: string, atMostUsd: number | null): Promise<void>;
  /** A call that has ended stays as it is. @throws OneheadError "invalid-argument" for one that was never opened */
  settle(call: SettledCall, answer?: string): Promise<void>;
  /** @returns false for a decision that is not known */
  addFeedback(feedback: LoggedFeedback): Promise<boolean>;

  call(id: string): Promise<CallRecord | null>;
  contents(id: string): Promise<LoggedContents | null>;
  calls(filter: CallFilter, page: { limit: number; after?: string | undefined }): Promise<CallPage>;
  /** Call of the surface "responses" that gave an answer of this id, the newest, for requests that go on from it. */
  callOfResponse(responseId: string): Promise<{ id: string; model: string } | null>;
  /**
   * Sums per model and stretch of `bucketMs`, a multiple of an hour; in order of time and model, without empty ones. Stretches are
   * counted from the hour that `fromMs` lies in: whoever wants days begins at a midnight. Removed calls stay in the sums.
   */
  usage(range: { fromMs: number; toMs: number; bucketMs: number }): Promise<UsageBucket[]>;

  /** Removes calls with all that belongs to them. @returns how many */
  remove(which: { ids: readonly string[] } | { beforeMs: number }): Promise<number>;
  /** Removes contents alone: what retention asks for. @returns how many */
  removeContents(which: { ids: readonly string[] } | { beforeMs: number }): Promise<number>;
  /** Settles what is under way and gives everything back. */
  close(): Promise<void>;
}
