import { invalidArgument, type Router } from "@onehead/provider";
import { routingFetch } from "@onehead/provider-http";
import { routedPaths } from "./routed-paths.js";

/** The official client, or one made from it: what is used of it. */
export interface RoutableClient {
  withOptions(options: never): unknown;
}

export interface RoutedOptions {
  /**
   * What a candidate of the router is called at this client's provider. Only these are taken then; all of the router's, under
   * their own names, when left out.
   */
  models?: Readonly<Record<string, string>> | undefined;
}

/**
 * The same client, but `model: "auto"` is routed: `chat.completions` and `responses`, created, streamed or parsed. Any other
 * name goes through as it is.
 *
 * `outcomeOf(answer)` gives the decision of an answer, and of the first and last events of a stream; the headers
 * `x-onehead-*` of `withResponse()` say the same.
 *
 * With AzureOpenAI the chosen model is the name of its deployment. A client made for one deployment cannot be routed: it asks
 * that one whatever the model.
 *
 * @throws ProviderError "invalid-argument" for an object that is no client of `openai`, or one of a fixed deployment
 */
export function routed<Client extends RoutableClient>(
  client: Client,
  router: Router,
  options: RoutedOptions = {},
): Client {
  if (typeof client?.withOptions !== "function") throw invalidArgument("routed: client", client, "a client of openai");
  if (typeof router?.route !== "function") throw invalidArgument("routed: router", router, "an object with route()");
  const {
    fetch: base = globalThis.fetch,
    apiVersion,
    deploymentName,
    baseURL = "",
  } = client as { fetch?: typeof globalThis.fetch; apiVersion?: string; deploymentName?: string; baseURL?: string };
  if (deploymentName || baseURL.includes("/deployments")) {
    throw invalidArgument("routed: client", "a client of one deployment", "one whose model names the deployment");
  }
  const { models } = options;
  const fetch = routingFetch(base, { provider: "openai", router, paths: routedPaths, models });
  // Azure's client forgets its version when it is copied
  const own = apiVersion === undefined ? { fetch } : { fetch, apiVersion };
  return (client.withOptions as (options: object) => unknown).call(client, own) as Client;
}
