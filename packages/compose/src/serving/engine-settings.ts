import type { PoolOptions } from "@onehead/core";
import type { RoutePreference } from "@onehead/provider";
import type { RuntimeOptions } from "@onehead/runtime";
import type { CandidateName } from "./gateway-models.js";

/** Among which models is chosen, and what requests that state nothing prefer. */
export interface RoutingSettings
  extends Pick<RoutePreference, "willingnessToPayUsd" | "costQuality" | "maxCostUsd" | "minQuality"> {
  /** The only candidates, by id or alias; the artifact's own choice when left out. */
  models?: readonly string[] | undefined;
  /** Globs of the ids that may be chosen at all. */
  allow?: readonly string[] | undefined;
  /** Models that are never chosen. */
  deny?: string[] | undefined;
  prices?: PoolOptions["prices"];
}

/** How models are called. */
export interface CallSettings
  extends Pick<
    RuntimeOptions,
    "sticky" | "breaker" | "limitWaitMs" | "hedgeAfterMs" | "deadlineMs" | "explorationRate"
  > {
  retries?: number | undefined;
  /** Candidates, or further models, by id: whose they are and what they are called there. */
  names: Readonly<Record<string, CandidateName>>;
  /** Limits by provider. */
  providers: Readonly<
    Record<
      string,
      {
        concurrency?: number | undefined;
        requestsPerMinute?: number | undefined;
        timeoutMs?: number | undefined;
        idleTimeoutMs?: number | undefined;
      }
    >
  >;
}
