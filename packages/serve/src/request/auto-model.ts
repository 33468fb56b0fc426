import { parseAutoModel, type RoutePreference } from "@onehead/provider";

/** What others call their router: OpenRouter's, and Martian's. */
const otherNames = new Set(["openrouter/auto", "openrouter/auto-beta", "router"]);

/**
 * What a model's name asks of the router, or null for the name of a model. Whoever comes from another router keeps its spelling.
 *
 * @throws ProviderError "invalid-argument" for a malformed one
 */
export function autoModel(name: string): RoutePreference | null {
  return otherNames.has(name) ? {} : parseAutoModel(name);
}
