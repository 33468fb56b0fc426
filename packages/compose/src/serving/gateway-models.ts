import type { Candidate } from "@onehead/core";
import type { ModelPrices, PriceBook } from "@onehead/provider";
import type { GatewayModel } from "@onehead/serve";
import { providerNamesOf } from "../providers/other-names.js";
import type { ReachableProvider } from "../providers/reach-provider.js";
import { echoModel } from "./echo-model.js";
import type { RoutingSettings } from "./engine-settings.js";
import { providerModelOf } from "./provider-names.js";
import { statedPrices } from "./stated-prices.js";

/** Whose model a candidate is to be, and its name there. */
export interface CandidateName {
  provider: string;
  model: string;
}

export interface ModelSources {
  providers: ReadonlyMap<string, ReachableProvider>;
  /** By candidate; they go before what the router's candidates say. */
  names: Readonly<Record<string, CandidateName>>;
  /** Prices of lists; they go before the artifact's. */
  listed: PriceBook;
  /** What the configuration says of prices, by candidate; it goes before lists. */
  stated: NonNullable<RoutingSettings["prices"]>;
  /** Today, YYYY-MM-DD. */
  today: string;
  /** Without any key every candidate is played by the echo. */
  echo: boolean;
}

/** A candidate as the gateway calls it, or would with a key. */
export function candidateModel(candidate: Candidate, sources: ModelSources): GatewayModel {
  const { providers, listed, stated, today, echo } = sources;
  const { provider, model } = nameOf(candidate, sources);
  const chat = echo ? [echoModel(candidate.id)] : (providers.get(provider)?.chat(model) ?? []);
  const known = listed.find(provider, model)?.prices ?? pricesOf(candidate);
  const prices = statedPrices(known, Object.hasOwn(stated, candidate.id) ? stated[candidate.id] : undefined, today);
  return {
    id: candidate.id,
    provider: echo ? "echo" : provider,
    providerModel: model,
    aliases: aliasesOf(candidate),
    chat,
    prices,
    capabilities: candidate.capabilities ?? {},
    profile: profileOf(candidate),
    reason: chat.length > 0 ? null : `no key for ${provider || "its provider"} is set`,
  };
}

/** Names of a candidate beside its id: it is its maker's, whoever serves it. */
export function aliasesOf({ id, provider, aliases = [] }: Candidate): string[] {
  if (provider === undefined) return [...aliases];
  return [...aliases, ...providerNamesOf(provider).flatMap((name) => [id, ...aliases].map((own) => `${name}/${own}`))];
}

/** Its name in the configuration, at its own provider or, where there is no key for that, at a router that serves all. */
export function nameOf(
  candidate: Candidate,
  { names, providers }: Pick<ModelSources, "names" | "providers">,
): CandidateName {
  if (Object.hasOwn(names, candidate.id)) return names[candidate.id];
  const { id, provider: maker = "" } = candidate;
  const provider = !providers.has(maker) && providers.has("openrouter") ? "openrouter" : maker;
  return { provider, model: providerModelOf(id, maker, provider) };
}

/** A model that the router knows nothing of: it can be asked for by name, and never wins. */
export function unknownModel(id: string, { provider, model }: CandidateName, sources: ModelSources): GatewayModel {
  const { providers, listed, stated, today, echo } = sources;
  const entry = listed.find(provider, model);
  return {
    id,
    provider: echo ? "echo" : provider,
    providerModel: model,
    chat: echo ? [echoModel(id)] : (providers.get(provider)?.chat(model) ?? []),
    prices: statedPrices(entry?.prices, Object.hasOwn(stated, id) ? stated[id] : undefined, today),
    capabilities: entry?.capabilities ?? {},
    profile: { kind: "unknown", detail: "the router has no scores of it; `onehead probe` measures it" },
    reason: "the router knows nothing of it: it never wins by itself",
  };
}

function pricesOf({ prices }: Candidate): ModelPrices | undefined {
  return prices === undefined ? undefined : { source: "the router's artifact", asOf: "1970-01-01", ...prices };
}

function profileOf({ profile }: Candidate): GatewayModel["profile"] {
  switch (profile.kind) {
    case "measured":
      return { kind: "measured", detail: `${profile.rows} scored prompts` };
    case "probed":
      return { kind: "probed", detail: `${profile.rows} scored prompts of \`onehead probe\`` };
    case "inherited": {
      const { from, source = "no source stated", asOf } = profile;
      return { kind: "inherited", detail: `taken from ${from}: ${source}${asOf === undefined ? "" : ` (${asOf})`}` };
    }
  }
}
