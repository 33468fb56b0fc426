import { invalidArgument, type Router } from "@onehead/provider";
import { type RoutableClient, type RoutedOptions, routeClient } from "@onehead/provider-http";
import { routedPaths } from "./routed-paths.js";

/**
 * The same client, but `model: "auto"` is routed: `chat.completions` and `responses`, created, streamed or parsed. Any other
 * name goes through as it is.
 *
 * `outcomeOf(answer)` gives the decision of an answer, and of the first and last events of a stream; the headers
 * `x-onehead-*` of `withResponse()` say the same.
 *
 * AzureOpenAI asks the deployment of the chosen name. One made with a `deployment` cannot be routed: it asks that whatever the model.
 *
 * @throws ProviderError "invalid-argument" for an object that is no client of `openai`, or one of a fixed deployment
 */
export function routed<Client extends RoutableClient>(
  client: Client,
  router: Router,
  options: RoutedOptions = {},
): Client {
  const { apiVersion, deploymentName, baseURL } = (client ?? {}) as {
    apiVersion?: string;
    deploymentName?: string;
    baseURL?: string;
  };
  if (deploymentName || baseURL?.includes("/deployments")) {
    throw invalidArgument("routed: client", "a client of one deployment", "one without");
  }
  // Azure's client forgets its version when it is copied
  const copy = apiVersion === undefined ? {} : { apiVersion };
  return routeClient(client, router, options, { sdk: "openai", provider: "openai", paths: routedPaths, copy });
}
