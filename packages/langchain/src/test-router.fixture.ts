import type { RouteDecision, RouteRequest, Router } from "@onehead/provider";

export const decision: RouteDecision = {
  id: "decision",
  model: "first",
  ranking: ["first", "second"].map((model) => ({ model, predictedQuality: 0.5, predictedCostUsd: 1, reward: 0 })),
};

export interface Seen {
  requests: RouteRequest[];
  /** What failed tries threw. */
  errors: unknown[];
  /** What answers were settled with: their usage, or their error. */
  settled: unknown[];
}

/** Chooses `first`, goes on to `second` whatever has failed, and takes a dollar for each million tokens of output. */
export function routerWith(made = decision): Router & Seen {
  const seen: Seen = { requests: [], errors: [], settled: [] };
  return {
    ...seen,
    route(request) {
      seen.requests.push(request);
      return made;
    },
    async run(decided, attempt, { signal } = {}) {
      for (const [i, { model }] of decided.ranking.entries()) {
        try {
          const value = await attempt({ model, attempt: i + 1, signal: signal ?? new AbortController().signal });
          const tries = [{ model, outcome: "answered" as const, elapsedMs: 1, costUsd: null }];
          const outcome = { decision: decided, model, tries, costUsd: null as number | null, unresolvedTries: 1 };
          let over = false;
          return {
            value,
            outcome,
            settle: (used, error) => {
              if (over) return;
              over = true;
              seen.settled.push(error ?? used);
              outcome.costUsd = used === undefined ? null : (used.outputTokens ?? 0) / 1e6;
            },
          };
        } catch (error) {
          seen.errors.push(error);
          if (signal?.aborted) throw error;
        }
      }
      throw seen.errors.at(-1);
    },
  };
}
