import { type Decision, NoEligibleModelError, type RankedCandidate, rewardOf } from "@onehead/core";
import {
  costOfCall,
  invalidArgument,
  type Message,
  type RouteAttempt,
  type RouteCandidate,
  type RouteDecision,
  type RoutedCall,
  type RouteOutcome,
  type RoutePreference,
  type RouteRequest,
  type Router,
  type Usage,
} from "@onehead/provider";
import { CircuitBreakers, type CircuitState } from "./calls/circuit-breakers.js";
import { ProviderLimits } from "./calls/provider-limits.js";
import { retryPolicy } from "./calls/retry-policy.js";
import { RouteRun, type RunContext } from "./calls/route-run.js";
import type { RuntimeRunOptions } from "./calls/run-options.js";
import { KnownCandidates } from "./candidates/known-candidates.js";
import { Conversations, conversationIdOf } from "./conversation/conversations.js";
import { type CacheRates, cacheSavingUsd, type Sticky } from "./conversation/stay-put.js";
import { decisionId } from "./decision/decision-id.js";
import { requirementsOf } from "./decision/requirements-of.js";
import type { ExtractOptions } from "./prompt/extract-options.js";
import { extractPrompt } from "./prompt/extract-prompt.js";
import type { ExtractedPrompt } from "./prompt/extracted-prompt.js";
import { assertRuntimeOptions, type RuntimeOptions } from "./runtime-options.js";
import { countRequestTokens } from "./tokens/count-request-tokens.js";

/** A decision of the runtime: what it was made from, too. */
export interface RuntimeDecision extends RouteDecision {
  conversationId: string;
  /** Tokens that the request was priced with. */
  inputTokens: number;
  /** What staying with the current model saves on this request, by its prompt cache; 0 where nothing does. */
  cacheSavingUsd: number;
  /** As the router made it, before that saving. */
  core: Decision;
  /** Chance that the request had of getting `model`; only where the runtime explores. */
  propensity?: number | undefined;
  /** Until the question was a vector, and from there until it was decided. */
  timing: { embedMs: number; decideMs: number };
}

/** The router with all that a call needs around it. */
export interface Runtime extends Router {
  route(request: RouteRequest): Promise<RuntimeDecision>;
  run<T>(decision: RouteDecision, attempt: RouteAttempt<T>, options?: RuntimeRunOptions<T>): Promise<RoutedCall<T>>;
  circuitState(model: string): CircuitState;
}

/**
 * Makes a {@link Router} from a trained one: it finds the question in the conversation, embeds it, prices the whole request and
 * what the prompt cache saves, and makes calls with retries, fallback, circuit breakers, hedging and a deadline.
 *
 * @throws ProviderError "invalid-argument" naming the option, "price" where the price book is strict; OneheadError "embedder-mismatch"
 */
export function createRuntime(options: RuntimeOptions): Runtime {
  assertRuntimeOptions(options);
  options.router.assertEmbedder(options.embedder);
  return new RoutingRuntime(options);
}

class RoutingRuntime implements Runtime {
  readonly #options: RuntimeOptions;
  readonly #context: RunContext;
  readonly #breakers: CircuitBreakers;
  readonly #conversations: Conversations;
  readonly #candidates: KnownCandidates;
  readonly #now: () => number;

  constructor(options: RuntimeOptions) {
    const { now = Date.now, random = Math.random, hedgeAfterMs, deadlineMs } = options;
    this.#options = options;
    this.#now = now;
    this.#breakers = new CircuitBreakers(options.breaker, now);
    this.#conversations = new Conversations(options.conversations);
    this.#candidates = new KnownCandidates(options);
    // a price that is missing or too old is said at once where it is an error
    for (const { id } of options.router.candidates) {
      const { provider, model } = this.#candidates.nameOf(id);
      options.prices?.pricesOf(provider, model);
    }
    this.#context = {
      retry: retryPolicy(options.retry),
      breakers: this.#breakers,
      limits: new ProviderLimits(options.limits, options.limitWaitMs, now),
      providerOf: (model) => this.#candidates.nameOf(model).provider,
      hedgeAfterMs: hedgeAfterMs ?? Number.POSITIVE_INFINITY,
      deadlineMs: deadlineMs ?? Number.POSITIVE_INFINITY,
      costOf: (model, usage) => this.#costOf(model, usage),
      onOutcome: (outcome) => this.#report(outcome),
      now,
      random,
    };
  }

  circuitState(model: string): CircuitState {
    return this.#breakers.state(model);
  }

  async route(asked: RouteRequest): Promise<RuntimeDecision> {
    const { request, models, conversationId } = asked;
    const { router, embedder, prompt, countTokens, region } = this.#options;
    const sticky = asked.sticky ?? this.#options.sticky ?? "priced";
    this.#assertReachable(models);
    if (models?.length === 0) throw invalidArgument("route: models", "none", "at least one candidate");
    const preference = mergePreferences(this.#options.preference, asked);
    const { maxCostUsd, exclude, minQuality, willingnessToPayUsd, costQuality } = preference;
    // a limit that is no number would limit nothing
    if (maxCostUsd !== undefined && !(typeof maxCostUsd === "number" && maxCostUsd >= 0)) {
      throw invalidArgument("route: maxCostUsd", maxCostUsd, "a number of at least 0");
    }
    const { signal } = request;
    const startedMs = performance.now();
    const embedding = await embedder.embed(
      [questionIn(request.messages, prompt)],
      signal === undefined ? {} : { signal },
    );
    const embeddedMs = performance.now();
    const inputTokens = countRequestTokens(request, countTokens);
    const { tools, vision, jsonMode, maxOutputTokens } = requirementsOf(request);
    const core = router.decide({
      tools,
      vision,
      jsonMode,
      maxOutputTokens,
      region,
      willingnessToPayUsd,
      costQuality,
      embedding,
      inputTokens,
      minQuality,
      // checked below, once it is known what the prompt cache saves
      maxCostUsd: sticky === "never" ? maxCostUsd : undefined,
      deny: exclude,
      allow: models,
    });
    const id = conversationId ?? conversationIdOf(request.messages);
    const placed = this.#stay(core, id, inputTokens, maxCostUsd, sticky);
    const propensity = this.#explore(placed.ranking);
    const decision: RuntimeDecision = {
      id: decisionId(this.#now()),
      model: placed.ranking[0].model,
      ranking: placed.ranking,
      excluded: placed.excluded,
      conversationId: id,
      inputTokens,
      cacheSavingUsd: placed.savingUsd,
      core,
      timing: { embedMs: embeddedMs - startedMs, decideMs: performance.now() - embeddedMs },
    };
    if (propensity !== undefined) decision.propensity = propensity;
    return decision;
  }

  /**
   * Now and then puts another candidate first. @returns the chance of whoever is first now, undefined where nothing is explored
   *
   *   p = 1 − ε + ε/K of the best of K, ε/K of any other
   */
  #explore(ranking: RouteCandidate[]): number | undefined {
    const { explorationRate: rate = 0, random = Math.random } = this.#options;
    if (rate === 0) return undefined;
    const at = random() < rate ? Math.floor(random() * ranking.length) : 0;
    if (at > 0) ranking.unshift(...ranking.splice(at, 1));
    return rate / ranking.length + (at === 0 ? 1 - rate : 0);
  }

  /** Names of which none is a candidate's, nor a pattern, are a mistake: that none is allowed would not tell which. */
  #assertReachable(models: readonly string[] = []): void {
    if (models.length === 0 || models.some((name) => this.#candidates.has(name) || name.includes("*"))) return;
    const ids = this.#options.router.candidates.map(({ id }) => id);
    throw invalidArgument(
      "models",
      models.join(", "),
      `candidates of the router, such as ${ids.slice(0, 3).join(", ")}`,
    );
  }

  async run<T>(
    decision: RouteDecision,
    attempt: RouteAttempt<T>,
    options: RuntimeRunOptions<T> = {},
  ): Promise<RoutedCall<T>> {
    const call = await new RouteRun(decision, attempt, options, this.#context).execute();
    this.#remember(decision as Partial<RuntimeDecision>, call.outcome.model);
    return call;
  }

  /** The eligible candidates with what staying saves, best first. @throws NoEligibleModelError */
  #stay(core: Decision, conversationId: string, inputTokens: number, maxCostUsd: number | undefined, sticky: Sticky) {
    const { cacheLifeMs = 300_000 } = this.#options;
    const state = sticky === "never" ? undefined : this.#conversations.get(conversationId);
    const savingUsd =
      state === undefined
        ? 0
        : cacheSavingUsd(state, inputTokens, this.#cacheRates(state.model), this.#now(), cacheLifeMs);
    const excluded = [...core.excluded];
    const ranking: RouteCandidate[] = [];
    for (const candidate of core.ranking) {
      if (!candidate.eligible) continue;
      const ranked = withSaving(candidate, core, candidate.model === state?.model ? savingUsd : 0);
      if (maxCostUsd !== undefined && ranked.predictedCostUsd > maxCostUsd) {
        const detail = `predicted cost ${ranked.predictedCostUsd.toPrecision(3)} USD is above ${maxCostUsd}`;
        excluded.push({ model: candidate.model, reason: "max-cost", detail });
      } else ranking.push(ranked);
    }
    if (ranking.length === 0) throw new NoEligibleModelError(excluded);
    ranking.sort((a, b) => b.reward - a.reward || a.predictedCostUsd - b.predictedCostUsd);
    const at = sticky === "conversation" ? ranking.findIndex(({ model }) => model === state?.model) : 0;
    if (at > 0) ranking.unshift(...ranking.splice(at, 1));
    return { ranking, excluded, savingUsd };
  }

  #cacheRates(candidate: string): CacheRates | undefined {
    const prices = this.#candidates.pricesOf(candidate);
    const cached = prices?.cachedInputUsdPerMillionTokens;
    if (prices === undefined || cached === undefined) return undefined;
    return { inputUsdPerMillionTokens: prices.inputUsdPerMillionTokens, cachedInputUsdPerMillionTokens: cached };
  }

  #remember({ conversationId, inputTokens }: Partial<RuntimeDecision>, model: string): void {
    if (conversationId === undefined || inputTokens === undefined) return;
    this.#conversations.set(conversationId, { model, prefixTokens: inputTokens, timeMs: this.#now() });
  }

  #costOf(candidate: string, usage: Usage): number | null {
    return costOfCall(usage, this.#candidates.pricesOf(candidate)).usd ?? null;
  }

  #report(outcome: RouteOutcome): void {
    try {
      this.#options.onOutcome?.(outcome);
    } catch {
      // a listener's fault is not the call's
    }
  }
}

/** What is asked in a conversation: the text that the router embeds. */
export function questionIn(messages: readonly Message[], options?: ExtractOptions): string {
  return questionOf(extractPrompt(messages, options));
}

/** What is asked of the model: by the user or, in an errand of the harness (a title, a summary), by the harness. */
function questionOf({ question, chore, harness, system }: ExtractedPrompt): string {
  const errand = harness.at(-1);
  return chore !== undefined && errand !== undefined ? errand : question || errand || system;
}

function withSaving(candidate: RankedCandidate, core: Decision, savingUsd: number): RouteCandidate {
  const { model, predictedQuality } = candidate;
  const predictedCostUsd = Math.max(0, candidate.predictedCostUsd - savingUsd);
  const reward = savingUsd === 0 ? candidate.reward : rewardOf(core.preference, predictedQuality, predictedCostUsd);
  return { model, predictedQuality, predictedCostUsd, reward };
}

/** What a request asks for over the defaults; a knob of the request puts the other knob of the defaults away. */
function mergePreferences(defaults: RoutePreference = {}, asked: RoutePreference): RoutePreference {
  const own = asked.willingnessToPayUsd !== undefined || asked.costQuality !== undefined;
  const { willingnessToPayUsd, costQuality } = own ? asked : defaults;
  const { maxCostUsd = defaults.maxCostUsd, minQuality = defaults.minQuality } = asked;
  const exclude = [...(defaults.exclude ?? []), ...(asked.exclude ?? [])];
  return { willingnessToPayUsd, costQuality, maxCostUsd, minQuality, exclude };
}
