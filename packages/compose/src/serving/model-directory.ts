import type { EmbeddingModel, PricedModel } from "@onehead/provider";
import type { GatewayEmbedding, GatewayModel } from "@onehead/serve";
import type { FoundProvider } from "../providers/find-providers.js";
import { providerIdOf } from "../providers/other-names.js";
import type { ReachableProvider } from "../providers/reach-provider.js";
import { type CandidateName, type ModelSources, unknownModel } from "./gateway-models.js";

/** Names that can stand in an address, a header, a log and on a terminal. */
const plainName = /^[!-~]{1,256}$/;
const dotSegment = /(^|\/)\.{1,2}(\/|$)/;
const providerAndModel = /^@?([a-z0-9_-]+)[/:](.+)$/;
/** Names that are no candidate's and were asked for once; more are forgotten, the oldest first. */
const mostNamed = 1_000;

export interface DirectoryOptions extends ModelSources {
  found: ReadonlyMap<string, FoundProvider & ReachableProvider>;
  models: readonly GatewayModel[];
  /** Other names of candidates, in lower case. */
  aliases: ReadonlyMap<string, string>;
  /** A model of embeddings that needs no provider. */
  own: readonly GatewayEmbedding[];
  /** Told of every model that was found by a name nobody had listed: its calls are to be priced. */
  onNamed(id: string, name: CandidateName): void;
  /** It is forgotten again, and found anew when it is asked for. */
  onForgotten(id: string): void;
}

/**
 * Models by whatever name they are asked for: their id, an alias, `provider/model` (`provider:model` and Portkey's `@provider/model` mean
 * the same; so do the names that other gateways have for a provider), or the provider's own name where it shows whose it is.
 */
export class ModelDirectory {
  readonly models: ReadonlyMap<string, GatewayModel>;
  readonly #options: DirectoryOptions;
  readonly #named = new Map<string, GatewayModel>();
  readonly #embeddings = new Map<string, GatewayEmbedding>();

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.models = new Map(options.models.map((model) => [model.id, model]));
    for (const embedding of options.own) this.#embeddings.set(embedding.id, embedding);
  }

  get embeddings(): ReadonlyMap<string, GatewayEmbedding> {
    return this.#embeddings;
  }

  find(name: string): GatewayModel | undefined {
    const own = this.models.get(name) ?? this.#named.get(name);
    if (own !== undefined) return own;
    const candidate = this.models.get(this.#candidateOf(name) ?? "");
    if (candidate !== undefined) return candidate;
    const target = this.#targetOf(name);
    if (target === undefined) return undefined;
    for (const model of this.models.values()) {
      if (model.provider === target.provider && (model.providerModel === target.model || model.id === target.model))
        return model;
    }
    return this.#remember(name, target);
  }

  findEmbedding(name: string): GatewayEmbedding | undefined {
    const known = this.#embeddings.get(name);
    if (known !== undefined) return known;
    const target = this.#targetOf(name);
    const open = target === undefined ? undefined : this.#options.found.get(target.provider)?.embedding;
    if (target === undefined || open === undefined) return undefined;
    const { provider, model } = target;
    const opened: EmbeddingModel = open(model);
    const listed: PricedModel | undefined = this.#options.listed.find(provider, model);
    return { id: name, provider, providerModel: model, model: opened, prices: listed?.prices };
  }

  #remember(name: string, target: CandidateName): GatewayModel {
    const model = unknownModel(name, target, this.#options);
    if (this.#named.size >= mostNamed) {
      const oldest = this.#named.keys().next().value;
      if (oldest !== undefined) {
        this.#named.delete(oldest);
        this.#options.onForgotten(oldest);
      }
    }
    this.#named.set(name, model);
    this.#options.onNamed(name, target);
    return model;
  }

  #candidateOf(name: string): string | undefined {
    const { aliases } = this.#options;
    const [, provider, model] = providerAndModel.exec(name) ?? [];
    const spelled = provider === undefined ? undefined : `${provider}/${model}`;
    return aliases.get(name.toLowerCase()) ?? aliases.get(spelled?.toLowerCase() ?? "");
  }

  /** Whose model a name means; undefined where no provider that can be reached has it. */
  #targetOf(name: string): CandidateName | undefined {
    const { found } = this.#options;
    if (!plainName.test(name) || dotSegment.test(name)) return undefined;
    const [, named, model] = providerAndModel.exec(name) ?? [];
    if (named !== undefined) {
      const provider = found.has(named) ? named : providerIdOf(named);
      if (found.has(provider)) return { provider, model };
    }
    const shown = [...found.values()].find(({ names }) => names?.test(name));
    if (shown !== undefined) return { provider: shown.id, model: name };
    // a router of others has models of every name, maker and all
    return found.has("openrouter") && name.includes("/") ? { provider: "openrouter", model: name } : undefined;
  }
}
