import { isRecord, type Wire } from "@onehead/provider-http";
import { GatewayError } from "../http/gateway-error.js";

/** Sets an option of ours, with the name that the request has it under. */
type SetOption = (option: string, value: unknown, name: string) => void;

/**
 * Takes the fields of other routers and gateways out of a body, and reads from them what has a meaning here. What has none and only costs
 * comfort is left out; what a client relies on is refused.
 *
 * @param named whether the request names a model; else the router chooses
 * @throws GatewayError 400 naming the field
 */
export function takeForeignFields(body: Wire, named: boolean, set: SetOption): void {
  takeMartian(body, set);
  takeOpenRouter(body, set);
  takeLiteLlm(body, named, set);
}

function takeMartian(body: Wire, set: SetOption): void {
  const worth = taken(body, "willingness_to_pay");
  // of ten points of quality; ours is of all of it
  if (worth !== undefined)
    set("willingnessToPayUsd", typeof worth === "number" ? worth * 10 : worth, "willingness_to_pay");
  const most = taken(body, "max_cost");
  if (most !== undefined) set("maxCostUsd", most, "max_cost");
  const price = taken(body, "max_cost_per_million_tokens");
  if (price === undefined) return;
  set("maxInputUsdPerMillionTokens", price, "max_cost_per_million_tokens");
  set("maxOutputUsdPerMillionTokens", price, "max_cost_per_million_tokens");
}

function takeOpenRouter(body: Wire, set: SetOption): void {
  const { models, plugins, provider, usage, route } = body;
  if (Array.isArray(models)) {
    delete body["models"];
    // the first of a list without a name is the one that is asked for
    if (body["model"] === undefined && typeof models[0] === "string") body["model"] = models[0];
    set("models", models, "models");
  }
  if (Array.isArray(plugins)) takePlugin(body, plugins, set);
  if (isRecord(provider)) {
    delete body["provider"];
    readProvider(provider, set);
  }
  if (route === "fallback") delete body["route"];
  if (isRecord(usage) && "include" in usage) delete body["usage"];
  taken(body, "transforms");
  const session = taken(body, "session_id");
  if (session !== undefined) set("conversationId", session, "session_id");
}

/** Settings of its automatic router. */
function takePlugin(body: Wire, plugins: readonly unknown[], set: SetOption): void {
  const at = plugins.findIndex((plugin) => isRecord(plugin) && plugin["id"] === "auto-router");
  if (at < 0) return;
  const others = plugins.filter((_, i) => i !== at);
  if (others.length > 0) body["plugins"] = others;
  else delete body["plugins"];
  const { enabled, allowed_models, excluded_models, cost_quality_tradeoff: tradeoff } = plugins[at] as Wire;
  if (enabled === false) return;
  if (allowed_models !== undefined) set("models", allowed_models, `plugins.${at}.allowed_models`);
  if (excluded_models !== undefined) set("exclude", excluded_models, `plugins.${at}.excluded_models`);
  if (tradeoff === undefined) return;
  // its dial goes the other way: 0 is all for quality
  const inRange = typeof tradeoff === "number" && tradeoff >= 0 && tradeoff <= 10;
  set("costQuality", inRange ? 10 - tradeoff : tradeoff, `plugins.${at}.cost_quality_tradeoff`);
}

/** Whose models may be taken. An order of providers has no meaning where each candidate has one. */
function readProvider(provider: Wire, set: SetOption): void {
  const { only, order, ignore, allow_fallbacks, max_price: price } = provider;
  for (const [name, value] of [
    ["data_collection", provider["data_collection"] === "deny"],
    ["zdr", provider["zdr"] === true],
    ["enforce_distillable_text", provider["enforce_distillable_text"] === true],
    ["quantizations", Array.isArray(provider["quantizations"]) && provider["quantizations"].length > 0],
  ] as const) {
    // a promise that would not be kept
    if (value)
      throw refused(
        `provider.${name}`,
        "not known of providers here, expected the ones that keep to it in provider.only",
      );
  }
  if (only !== undefined && only !== null) set("providers", only, "provider.only");
  else if (order !== undefined && order !== null && allow_fallbacks === false) {
    set("providers", order, "provider.order");
  }
  if (ignore !== undefined && ignore !== null) {
    const whole = (slug: unknown): unknown => (typeof slug === "string" && slug !== "" ? `${slug}/*` : slug);
    set("exclude", Array.isArray(ignore) ? ignore.map(whole) : ignore, "provider.ignore");
  }
  if (price === undefined || price === null) return;
  const { prompt, completion } = isRecord(price) ? price : { prompt: price };
  if (prompt !== undefined) set("maxInputUsdPerMillionTokens", numberOf(prompt), "provider.max_price.prompt");
  if (completion !== undefined) {
    set("maxOutputUsdPerMillionTokens", numberOf(completion), "provider.max_price.completion");
  }
}

function takeLiteLlm(body: Wire, named: boolean, set: SetOption): void {
  const { fallbacks, cache, timeout, tags } = body;
  if (Array.isArray(fallbacks)) {
    delete body["fallbacks"];
    // the router has a next best of its own
    if (named) {
      const models = fallbacks.map((one) => (isRecord(one) && typeof one["model"] === "string" ? one["model"] : one));
      set("models", models, "fallbacks");
    }
  }
  if (isRecord(cache)) {
    delete body["cache"];
    if (cache["no-cache"] === true || cache["no-store"] === true) set("cache", false, "cache");
  }
  // settings of the gateway here
  for (const name of ["num_retries", "drop_params", "caching"]) taken(body, name);
  if (typeof timeout === "number") delete body["timeout"];
  if (Array.isArray(tags)) delete body["tags"];
  for (const name of ["api_base", "base_url", "api_key"]) {
    if (body[name] != null)
      throw refused(name, "not taken from requests, expected `serve.providers` of the configuration");
  }
}

function taken(body: Wire, name: string): unknown {
  // deleting what is not there is a call into V8's runtime
  if (!Object.hasOwn(body, name)) return undefined;
  const value = body[name];
  delete body[name];
  return value;
}

/** Prices may be written as text. */
function numberOf(value: unknown): unknown {
  return typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
}

function refused(param: string, message: string): GatewayError {
  return new GatewayError(400, "unsupported", `${param}: ${message}`, { param });
}
