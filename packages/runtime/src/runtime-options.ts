import type { Router as CoreRouter } from "@onehead/core";
import { invalidArgument, type PriceBook, type RouteOutcome, type RoutePreference } from "@onehead/provider";
import type { BreakerOptions } from "./calls/circuit-breakers.js";
import type { ProviderLimit } from "./calls/provider-limits.js";
import type { RetryOptions } from "./calls/retry-policy.js";
import type { Sticky } from "./conversation/stay-put.js";
import type { ExtractOptions } from "./prompt/extract-options.js";
import type { CountTokens } from "./tokens/count-request-tokens.js";

/** Turns a question into its vector; those of `@onehead/embed` are such. */
export interface QuestionEmbedder {
  readonly id: string;
  readonly dimensions: number;
  embed(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Float32Array>;
}

export interface RuntimeOptions {
  /** The trained router. */
  router: CoreRouter;
  /** The embedder that it was trained with. */
  embedder: QuestionEmbedder;
  /** Whose model each candidate is, and what it is called there: for its prices. Default: as the router's candidates say. */
  names?: Readonly<Record<string, { provider: string; model: string }>> | undefined;
  /** Prices for what calls have cost, and of cached input; the router's own, which know no cached input, where it has none. */
  prices?: PriceBook | undefined;
  /** What requests that state nothing prefer. */
  preference?: RoutePreference | undefined;
  /** Region that requests must stay in, as the candidates' capabilities name it. */
  region?: string | undefined;
  /** How the question is found in a conversation. */
  prompt?: ExtractOptions | undefined;
  countTokens?: CountTokens | undefined;
  /** Default "priced". */
  sticky?: Sticky | undefined;
  /** How long providers keep a prompt cache. Default 300,000: Anthropic's and OpenAI's five minutes. */
  cacheLifeMs?: number | undefined;
  /** Conversations that are remembered. Default 10,000. */
  conversations?: number | undefined;
  retry?: RetryOptions | undefined;
  breaker?: BreakerOptions | undefined;
  /** What each provider may be asked at once and per minute, by its name in `names` or in the candidates. */
  limits?: Readonly<Record<string, ProviderLimit>> | undefined;
  /** Longest wait for a place where a limit is reached; the next candidate is taken then. Default 1,000. */
  limitWaitMs?: number | undefined;
  /** Share of the requests, 0 to 1, that go to an eligible candidate drawn evenly: what logs are judged by. Default 0. */
  explorationRate?: number | undefined;
  /** Silence after which the next candidate is asked as well; the first to answer wins, and both may be billed. Default: never. */
  hedgeAfterMs?: number | undefined;
  /** Until an answer begins, over all tries. Default: none. */
  deadlineMs?: number | undefined;
  /** Told of every routed call when it is over, answered or not. What it throws is not seen. */
  onOutcome?: ((outcome: RouteOutcome) => void) | undefined;
  /** Now, and a number from 0 to 1; for tests. */
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
}

/** @throws ProviderError "invalid-argument" naming the option */
export function assertRuntimeOptions(options: RuntimeOptions): void {
  if (typeof options !== "object" || options === null)
    throw invalidArgument("createRuntime: options", options, "an object");
  if (typeof options.router?.decide !== "function") {
    throw invalidArgument("createRuntime: router", options.router, "a Router of @onehead/core");
  }
  if (typeof options.embedder?.embed !== "function") {
    throw invalidArgument("createRuntime: embedder", options.embedder, "an embedder");
  }
  const { sticky = "priced" } = options;
  if (sticky !== "conversation" && sticky !== "priced" && sticky !== "never") {
    throw invalidArgument("createRuntime: sticky", sticky, '"conversation", "priced" or "never"');
  }
  const { explorationRate = 0 } = options;
  if (!(explorationRate >= 0 && explorationRate <= 1)) {
    throw invalidArgument("createRuntime: explorationRate", explorationRate, "a number from 0 to 1");
  }
  for (const name of ["hedgeAfterMs", "deadlineMs", "cacheLifeMs", "conversations"] as const) {
    const value = options[name];
    if (value !== undefined && !(typeof value === "number" && value > 0)) {
      throw invalidArgument(`createRuntime: ${name}`, value, "a number above 0");
    }
  }
}
