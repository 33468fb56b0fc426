import { type ChatModel, costOfCall, type PriceBook, type RouteDecision, type Router } from "@onehead/provider";
import { CircuitBreakers } from "../calls/circuit-breakers.js";
import { ProviderLimits } from "../calls/provider-limits.js";
import { type RetryOptions, retryPolicy } from "../calls/retry-policy.js";
import { RouteRun, type RunContext } from "../calls/route-run.js";
import { decisionId } from "../decision/decision-id.js";
import { type RoutedChatModel, routedChatModel } from "./routed-chat-model.js";

export interface RetryingChatModelOptions extends RetryOptions {
  /** For what the tries have cost. */
  prices?: PriceBook | undefined;
}

/**
 * One model whose failed calls are made again, by the rules of the runtime: for a program that routes nothing. Its answers carry
 * the tries and what they have cost, as routed ones do.
 *
 * @throws ProviderError "invalid-argument" naming the option, "price" where the price book is strict
 */
export function retryingChatModel(model: ChatModel, options: RetryingChatModelOptions = {}): RoutedChatModel {
  const { prices } = options;
  // a price that is missing or too old is said at once where it is an error
  prices?.pricesOf(model.provider, model.model);
  const context: RunContext = {
    retry: retryPolicy(options),
    // nobody else could be asked while this one is left out
    breakers: new CircuitBreakers({ failures: Number.POSITIVE_INFINITY }),
    limits: new ProviderLimits(),
    providerOf: () => model.provider,
    hedgeAfterMs: Number.POSITIVE_INFINITY,
    deadlineMs: Number.POSITIVE_INFINITY,
    costOf: (_, usage) => costOfCall(usage, prices?.find(model.provider, model.model)?.prices).usd ?? null,
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
    route: (): RouteDecision => ({ id: decisionId(), model: model.model, ranking: [candidate] }),
    run: (decision, attempt, runOptions = {}) => new RouteRun(decision, attempt, runOptions, context).execute(),
  };
  const routed = routedChatModel({ router, models: { [model.model]: model } });
  return { ...routed, provider: model.provider, model: model.model };
}
