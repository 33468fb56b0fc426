import type { Decision } from "@onehead/core";
import type {
  Capabilities,
  ChatModel,
  EmbeddingModel,
  ModelPrices,
  RouteDecision,
  RouteOutcome,
} from "@onehead/provider";
import type { Runtime } from "@onehead/runtime";
import type { LoggedCandidate } from "../state/gateway-state.js";

/** One model that the gateway can call, or would if there were a key. */
export interface GatewayModel {
  /** What requests and decisions call it. */
  id: string;
  provider: string;
  /** Its name there. */
  providerModel: string;
  /** What else it may be called, by whoever it is served: such as "openai/gpt-6-luna". */
  aliases?: readonly string[];
  /** One for each interface of its provider, the one to translate for first; empty where its provider is not reachable. */
  chat: readonly ChatModel[];
  prices: ModelPrices | undefined;
  capabilities: Capabilities;
  profile: { kind: LoggedCandidate["profile"]; detail: string };
  /** Why `auto` never takes it; null for a candidate. */
  reason: string | null;
}

/** A model of embeddings that the gateway can call. */
export interface GatewayEmbedding {
  id: string;
  provider: string;
  providerModel: string;
  model: EmbeddingModel;
  prices: ModelPrices | undefined;
}

/**
 * What answers requests: a trained router, the models that it chooses among, and how they are called. A new configuration is a new
 * engine; requests that are under way keep the one that they began with.
 */
export interface Engine {
  readonly runtime: Runtime;
  /** Those that are listed, by id: candidates, and models that can only be asked for by name. */
  readonly models: ReadonlyMap<string, GatewayModel>;
  /** A model by its id or another name, such as "openai/gpt-6-luna"; undefined where nobody has it. */
  findModel(name: string): GatewayModel | undefined;
  readonly embeddings: ReadonlyMap<string, GatewayEmbedding>;
  findEmbedding(name: string): GatewayEmbedding | undefined;
  /** Ids of the models that `auto` may take. */
  readonly candidates: readonly string[];
  readonly about: EngineInfo;
}

export interface EngineInfo {
  artifact: { name: string; candidates: number; embedder: string };
  providers: ReadonlyArray<{ id: string; host: string | null }>;
  preference: { willingnessToPayUsd: number | null; costQuality: number | null };
  /** λ at the ends of the dial. */
  dial: { lowUsd: number; highUsd: number };
  /** What an operator should know, in sentences. */
  notices: readonly string[];
}

/** A decision as the runtime makes it, or one of a model that was named. */
export interface GatewayDecision extends RouteDecision {
  conversationId: string | null;
  inputTokens: number;
  /** Null where the client has named the model. */
  core: Decision | null;
  /** Chance that the request had of this choice; only where the router explores. */
  propensity?: number | undefined;
  timing: { embedMs: number; decideMs: number };
}

/** Told by the runtime what became of a call, by its decision; the gateway asks once the call is over. */
export class Outcomes {
  readonly #outcomes = new WeakMap<RouteDecision, RouteOutcome>();

  readonly report = (outcome: RouteOutcome): void => {
    this.#outcomes.set(outcome.decision, outcome);
  };

  of(decision: RouteDecision): RouteOutcome | undefined {
    return this.#outcomes.get(decision);
  }
}
