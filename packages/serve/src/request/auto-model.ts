import { parseAutoModel, type RoutePreference } from "@onehead/provider";

/**
 * What a model's name asks of the router, or null for the name of a model. Whoever comes from OpenRouter keeps its spelling.
 *
 * @throws ProviderError "invalid-argument" for a malformed one
 */
export function autoModel(name: string): RoutePreference | null {
  return name === "openrouter/auto" ? {} : parseAutoModel(name);
}
