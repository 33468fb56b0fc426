import type { Router } from "@onehead/provider";
import { type RoutableClient, type RoutedOptions, routeClient } from "@onehead/provider-http";
import { routedPaths } from "./routed-paths.js";

/**
 * The same client, but `model: "auto"` is routed: `chat.completions` and `responses`, created, streamed or parsed. Any other
 * name goes through as it is.
 *
 * `outcomeOf(answer)` gives the decision of an answer, and of the first and last events of a stream; the headers
 * `x-onehead-*` of `withResponse()` say the same.
 *
 * @throws ProviderError "invalid-argument" for an object that is no client of `openai`
 */
export function routed<Client extends RoutableClient>(
  client: Client,
  router: Router,
  options: RoutedOptions = {},
): Client {
  // Azure's client forgets its version and its deployment when it is copied
  const { apiVersion, deploymentName } = (client ?? {}) as { apiVersion?: string; deploymentName?: string };
  const copy = apiVersion === undefined ? {} : { apiVersion, deployment: deploymentName };
  return routeClient(client, router, options, { sdk: "openai", provider: "openai", paths: routedPaths, copy });
}
