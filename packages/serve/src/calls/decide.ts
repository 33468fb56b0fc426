import { matchesGlob } from "@onehead/core";
import type { ChatRequest, ProviderError } from "@onehead/provider";
import { countRequestTokens } from "@onehead/runtime";
import type { ServerFormat } from "@onehead/wire-formats";
import type { Engine, GatewayDecision, GatewayModel } from "../engine/engine.js";
import { paramOf } from "../http/error-info.js";
import { GatewayError } from "../http/gateway-error.js";
import { requestedModel } from "../request/requested-model.js";
import type { OptionName, RouterOptions } from "../request/router-options.js";
import { speaks } from "./attempt.js";
import { namedDecision } from "./named-decision.js";

export interface ToDecide {
  /** As the client wrote it. */
  model: unknown;
  request: ChatRequest;
  options: RouterOptions;
  /** What the request calls an option. */
  written: (option: OptionName) => string;
  format: ServerFormat;
  /** Why only a model that speaks the client's format itself can be asked; undefined where any can. */
  refusal: ProviderError | undefined;
  /** Ids of the only models that can go on from what came before; null for all. */
  only: readonly string[] | null;
}

/**
 * Where a request goes: to the model that it names, or to the one that the router chooses.
 *
 * @throws NoEligibleModelError, GatewayError, ProviderError, OneheadError of the embedder
 */
export async function decide(engine: Engine, asked: ToDecide): Promise<GatewayDecision> {
  const named = requestedModel(engine, asked.model);
  if (named !== null) {
    assertMayBeAsked(engine, named, asked);
    return namedDecision(withFallbacks(engine, named, asked));
  }
  const { options, request } = asked;
  const { willingnessToPayUsd, costQuality, maxCostUsd, minQuality, sticky, conversationId, exclude } = options;
  return engine.runtime.route({
    willingnessToPayUsd,
    costQuality,
    maxCostUsd,
    minQuality,
    sticky,
    conversationId,
    exclude: exclude === undefined ? undefined : excludedIds(engine, exclude),
    request,
    models: reachableModels(engine, asked),
  });
}

/** @throws GatewayError where the request can go to none of the candidates, whatever they are worth */
function reachableModels(engine: Engine, { refusal, format, only, options, written }: ToDecide): string[] {
  const asked = askedFor(engine, options, written);
  const held = only === null ? asked : asked.filter((id) => only.includes(id));
  if (held.length === 0 && only !== null) {
    const message = `previous_response_id: given by ${only.join(", ")}, which is no candidate here, expected that model by its name`;
    throw refused("previous_response_id", message);
  }
  const able = refusal === undefined ? held : held.filter((id) => speaks(format, engine.findModel(id) as GatewayModel));
  if (able.length > 0) return [...able];
  if (refusal === undefined) {
    throw new GatewayError(400, "no-eligible-model", "model: no candidate can be reached", { param: "model" });
  }
  const message = `${refusal.message}: no candidate that may be taken speaks ${format.name} itself`;
  throw new GatewayError(400, "unsupported", message, { param: paramOf(refusal.message) });
}

/** The candidates that are among the models and providers that a request names, and not too dear for it. */
function askedFor(engine: Engine, options: RouterOptions, written: ToDecide["written"]): readonly string[] {
  const { models, providers } = options;
  let left = engine.candidates;
  if (models !== undefined) {
    left = left.filter((id) => matchesAny(models, id, engine));
    if (left.length === 0) {
      const shown = engine.candidates.slice(0, 3).join(", ");
      const name = written("models");
      throw refused(name, `${name}: none of them is a candidate, expected ids such as ${shown}`);
    }
  }
  if (providers !== undefined) {
    left = left.filter((id) => matchesAny(theirs(providers), id, engine));
    if (left.length === 0) {
      const name = written("providers");
      throw refused(name, `${name}: no candidate that may be taken is theirs`);
    }
  }
  for (const [option, price] of priceLimits) {
    const most = options[option];
    if (most === undefined) continue;
    left = left.filter((id) => (engine.findModel(id)?.prices?.[price] ?? Number.POSITIVE_INFINITY) <= most);
    if (left.length === 0) {
      const name = written(option);
      throw refused(name, `${name}: every candidate that may be taken has a higher price, or none that is known`);
    }
  }
  return left;
}

const priceLimits = [
  ["maxInputUsdPerMillionTokens", "inputUsdPerMillionTokens"],
  ["maxOutputUsdPerMillionTokens", "outputUsdPerMillionTokens"],
] as const;

/** Names or globs that are not to be taken, and the ids of the candidates that have another such name. */
function excludedIds(engine: Engine, exclude: readonly string[]): string[] {
  return [...exclude, ...engine.candidates.filter((id) => matchesAny(exclude, id, engine))];
}

function refused(param: string, message: string): GatewayError {
  return new GatewayError(400, "invalid-argument", message, { param });
}

/** Whether a name or glob means this model: by its id, as its provider calls it, or as its maker does. */
function matchesAny(patterns: readonly string[], id: string, engine: Engine): boolean {
  const model = engine.findModel(id);
  const names =
    model === undefined
      ? [id]
      : [
          id,
          model.providerModel,
          `${model.provider}/${id}`,
          `${model.provider}/${model.providerModel}`,
          ...(model.aliases ?? []),
        ];
  return patterns.some((pattern) => names.some((name) => matchesGlob(pattern, name)));
}

/** The named model and, after it, the models that the request falls back to by name. */
function withFallbacks(engine: Engine, named: GatewayModel, asked: ToDecide): [string, ...string[]] {
  const others = (asked.options.models ?? []).flatMap((name) => {
    const model = engine.findModel(name);
    const other = model !== undefined && model.chat.length > 0 && model.id !== named.id;
    return other && brokenLimit(engine, model, asked) === null ? [model.id] : [];
  });
  return [named.id, ...others];
}

/** @throws GatewayError where the request itself rules out the model that it names */
function assertMayBeAsked(engine: Engine, named: GatewayModel, asked: ToDecide): void {
  const broken = brokenLimit(engine, named, asked);
  if (broken === null) return;
  const name = asked.written(broken.option);
  throw refused(name, `${name}: rules out ${named.id}, which the request names: ${broken.why}`);
}

/** What of a request rules a model out of which nothing is predicted; null for nothing. */
function brokenLimit(
  engine: Engine,
  { id, provider, prices }: GatewayModel,
  { options, request }: ToDecide,
): { option: OptionName; why: string } | null {
  const { exclude = [], providers, maxCostUsd } = options;
  if (matchesAny(exclude, id, engine)) return { option: "exclude", why: "it is excluded" };
  if (providers !== undefined && !matchesAny(theirs(providers), id, engine))
    return { option: "providers", why: `it is ${provider}'s` };
  for (const [option, price] of priceLimits) {
    const most = options[option];
    if (most !== undefined && !((prices?.[price] ?? Number.POSITIVE_INFINITY) <= most))
      return { option, why: "its price is higher, or not known" };
  }
  const input = prices?.inputUsdPerMillionTokens ?? 0;
  if (maxCostUsd !== undefined && (countRequestTokens(request) * input) / 1e6 > maxCostUsd)
    return { option: "maxCostUsd", why: "its input alone costs more" };
  return null;
}

/** All models of these providers. */
function theirs(providers: readonly string[]): string[] {
  return providers.map((provider) => `${provider}/*`);
}
