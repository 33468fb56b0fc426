import type { ChatModel, PriceBook, RouteDecision, Router } from "@onehead/provider";
import { CircuitBreakers } from "../calls/circuit-breakers.js";
import { type RetryOptions, retryPolicy } from "../calls/retry-policy.js";
import { RouteRun, type RunContext } from "../calls/route-run.js";
import { type RoutedChatModel, routedChatModel } from "./routed-chat-model.js";

export interface RetryingChatModelOptions extends RetryOptions {
  /** For what the tries have cost. */
  prices?: PriceBook | undefined;
}

/**
 * One model whose failed calls are made again, by the rules of the runtime: for a program that routes nothing. Its answers carry
 * the tries and what they have cost, as routed ones do.
 *
 * @throws ProviderError "invalid-argument" naming the option
 */
export function retryingChatModel(model: ChatModel, options: RetryingChatModelOptions = {}): RoutedChatModel {
  const { prices } = options;
  const context: RunContext = {
    retry: retryPolicy(options),
    // nobody else could be asked while this one is left out
    breakers: new CircuitBreakers({ failures: Number.POSITIVE_INFINITY }),
    hedgeAfterMs: Number.POSITIVE_INFINITY,
    deadlineMs: Number.POSITIVE_INFINITY,
    costOf: (_, usage) => usage.reportedCostUsd ?? prices?.costOf(model.provider, model.model, usage).usd ?? null,
    onOutcome: () => {},
    now: Date.now,
    random: Math.random,
  };
  const candidate = {
    model: model.model,
    predictedQuality: Number.NaN,
    predictedCostUsd: Number.NaN,
    reward: Number.NaN,
  };
  const router: Router = {
    route: (): RouteDecision => ({ id: crypto.randomUUID(), model: model.model, ranking: [candidate] }),
    run: (decision, attempt, runOptions = {}) => new RouteRun(decision, attempt, runOptions, context).execute(),
  };
  const routed = routedChatModel({ router, models: { [model.model]: model } });
  return { ...routed, provider: model.provider, model: model.model };
}
