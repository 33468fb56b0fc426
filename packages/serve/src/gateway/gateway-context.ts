import type { RouteOutcome } from "@onehead/provider";
import type { Wire } from "@onehead/provider-http";
import { ResponseCache } from "../cache/response-cache.js";
import { loggedRanking } from "../calls/opened-call.js";
import type { Engine, GatewayDecision, Outcomes } from "../engine/engine.js";
import type { CallObserver } from "../observe/call-observer.js";
import { type Logger, silentLogger } from "../observe/logger.js";
import { redactJson, redactText } from "../security/redact.js";
import type { GatewayState, LoggedContents, LoggedFeedback } from "../state/gateway-state.js";
import type { GatewayOptions, GatewaySettings } from "./gateway-options.js";
import { defaultSettings } from "./gateway-options.js";

/** What every part of the gateway has at hand. */
export class GatewayContext {
  readonly #caches = new WeakMap<Engine, ResponseCache>();
  readonly engine: () => Engine;
  readonly settings: () => GatewaySettings;
  readonly state: GatewayState;
  readonly outcomes: Outcomes;
  readonly logger: Logger;
  readonly observers: readonly CallObserver[];
  readonly #onFeedback: GatewayOptions["onFeedback"];
  readonly version: string;
  readonly startedMs: number;
  readonly now: () => number;
  readonly lookup: ((hostname: string) => Promise<readonly string[]>) | undefined;

  constructor(options: GatewayOptions) {
    this.engine = options.engine;
    this.settings = options.settings ?? (() => defaultSettings);
    this.state = options.state;
    this.outcomes = options.outcomes;
    this.logger = options.logger ?? silentLogger;
    this.observers = options.observers ?? [];
    this.#onFeedback = options.onFeedback;
    this.version = options.version;
    this.now = options.now ?? Date.now;
    this.startedMs = this.now();
    this.lookup = options.lookup;
  }

  /** Kept answers of the engine that is there now: another one might answer otherwise. Null where none are kept. */
  cache(): ResponseCache | null {
    const { cache } = this.settings();
    if (cache === null) return null;
    const engine = this.engine();
    const known = this.#caches.get(engine);
    if (known !== undefined) return known;
    const made = new ResponseCache(cache);
    this.#caches.set(engine, made);
    return made;
  }

  contentsOf(
    { question, request }: { question: string; request: Wire },
    redacted: boolean,
  ): Omit<LoggedContents, "id" | "answer"> {
    const json = request as LoggedContents["request"];
    return redacted ? { question: redactText(question), request: redactJson(json) } : { question, request: json };
  }

  redacted(answer: string, redacted: boolean): string {
    return redacted ? redactText(answer) : answer;
  }

  /** Tells whoever learns from it of a score that is on record. */
  async tellFeedback(feedback: LoggedFeedback): Promise<void> {
    if (this.#onFeedback === undefined) return;
    try {
      const call = await this.state.call(feedback.id);
      if (call !== null) this.#onFeedback(feedback, call);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.logger.error({ decisionId: feedback.id, error: message }, "a score could not be learnt from");
    }
  }

  /** The decision as it goes into an answer that is to be explained. */
  explain(engine: Engine, decision: GatewayDecision): object {
    const { id, model, inputTokens, core, excluded = [] } = decision;
    return {
      decision_id: id,
      model,
      ranking: loggedRanking(engine, decision),
      excluded,
      preference: core?.preference ?? null,
      familiarity: core?.familiarity ?? null,
      input_tokens: inputTokens,
    };
  }

  /** What every routed answer says of itself. */
  decisionHeaders(
    engine: Engine,
    decision: GatewayDecision,
    outcome: RouteOutcome | null,
    overheadMs: number,
  ): Record<string, string> {
    const model = outcome?.model ?? decision.model;
    const predicted =
      decision.core === null ? undefined : decision.ranking.find((candidate) => candidate.model === model);
    const headers: Record<string, string> = { "x-onehead-decision-id": decision.id };
    const { provider } = engine.findModel(model) ?? {};
    // names of models are text of any kind, headers are not
    if (isHeaderText(model)) headers["x-onehead-model"] = model;
    if (provider !== undefined && isHeaderText(provider)) headers["x-onehead-provider"] = provider;
    if (predicted !== undefined) {
      headers["x-onehead-predicted-quality"] = predicted.predictedQuality.toPrecision(4);
      headers["x-onehead-predicted-cost-usd"] = predicted.predictedCostUsd.toPrecision(4);
    }
    // of an answer that is over; that of a stream is in the decision, by its id
    if (outcome !== null && outcome.costUsd !== null && outcome.unresolvedTries === 0)
      headers["x-onehead-cost-usd"] = String(outcome.costUsd);
    const failed = outcome?.tries.filter(({ outcome: how }) => how !== "answered").length ?? 0;
    headers["x-onehead-fallbacks"] = String(failed);
    headers["x-onehead-overhead-ms"] = overheadMs.toFixed(3);
    return headers;
  }
}

function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
