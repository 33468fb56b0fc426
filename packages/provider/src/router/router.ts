import type { ChatRequest } from "../chat/chat-request.js";
import type { Usage } from "../chat/usage.js";

/** How the caller states what an answer is worth, and what is allowed. */
export interface RoutePreference {
  /** λ: what one full unit of quality is worth, in USD. */
  willingnessToPayUsd?: number | undefined;
  /** 0 (cheapest) to 10 (best). */
  costQuality?: number | undefined;
  maxCostUsd?: number | undefined;
  minQuality?: number | undefined;
  /** Globs over candidates that may not be taken. */
  exclude?: readonly string[] | undefined;
}

/** A request that still has no model. */
export interface RouteRequest extends RoutePreference {
  /** What will be sent: the question in it is embedded, all of it is priced. */
  request: ChatRequest;
  /** Candidates that can be reached where the request comes from; all of the router's when left out. */
  models?: readonly string[] | undefined;
  /** Of the conversation that the request continues; found from its first messages when left out. */
  conversationId?: string | undefined;
  /** Whether a conversation stays with its model; the router's own way when left out. */
  sticky?: "conversation" | "priced" | "never" | undefined;
}

/** Where a request goes, and where next if that fails. */
export interface RouteDecision {
  id: string;
  /** The chosen candidate. */
  model: string;
  /** The eligible candidates, best first, `model` among them. */
  ranking: readonly RouteCandidate[];
  /** Why other candidates are out. */
  excluded?: ReadonlyArray<{ model: string; reason: string; detail?: string }> | undefined;
}

export interface RouteCandidate {
  model: string;
  predictedQuality: number;
  predictedCostUsd: number;
  reward: number;
}

/** One try of one candidate. */
export interface RouteTry {
  model: string;
  /** "broken": it had begun to answer, and then failed. "circuit-open" and "limited": it was not asked. */
  outcome: "answered" | "failed" | "broken" | "aborted" | "hedged-away" | "circuit-open" | "limited";
  elapsedMs: number;
  /** Code of the error, and the HTTP status where there was one. */
  error?: string | undefined;
  status?: number | undefined;
  /** What the try cost: null while it is not known, or where it may have cost something and nobody says what. */
  costUsd: number | null;
}

/** What became of a routed request. */
export interface RouteOutcome {
  decision: RouteDecision;
  /** The candidate that answered. */
  model: string;
  tries: readonly RouteTry[];
  /** Of all tries whose cost is known, failed ones too; null where none is. */
  costUsd: number | null;
  /** Tries that may have cost something that nobody has said, yet or at all. */
  unresolvedTries: number;
}

/** One try: calls the candidate once and never tries again by itself. */
export type RouteAttempt<T> = (call: {
  model: string;
  /** From 1, over all candidates. */
  attempt: number;
  /** Aborted when the caller gives up, the deadline is over or another candidate was faster. */
  signal: AbortSignal;
}) => Promise<T>;

/** What `Router.run` comes back with. */
export interface RoutedCall<T> {
  value: T;
  outcome: RouteOutcome;
  /**
   * Says that the answer is over and what it was billed for; the cost then enters `outcome` and the router's books. Undefined
   * where it ended without saying. Only the first call counts.
   *
   * @param error what broke the answer after it had begun
   */
  settle(usage: Usage | undefined, error?: unknown): void;
}

export interface RunOptions<T> {
  signal?: AbortSignal | undefined;
  /** Gives back a value that is no longer wanted: another candidate was faster. */
  discard?: ((value: T) => void) | undefined;
}

/** Chooses a model for a request. `@onehead/runtime` makes one from a trained router; anything of this shape will do. */
export interface Router {
  route(request: RouteRequest): RouteDecision | Promise<RouteDecision>;
  /**
   * Makes the call: tries again, falls back to the next of the ranking, hedges, keeps deadlines. Without it the chosen model is
   * called once.
   */
  run?<T>(decision: RouteDecision, attempt: RouteAttempt<T>, options?: RunOptions<T>): Promise<RoutedCall<T>>;
}
