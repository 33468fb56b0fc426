import { invalidArgument, type Router } from "@onehead/provider";
import type { RoutedPath } from "./routed-path.js";
import { routingFetch } from "./routing-fetch.js";

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
 * A copy of a vendor's client that routes at these paths, with whatever else its copy has to be told.
 *
 * @throws ProviderError "invalid-argument" for what is no client of `sdk`, or no router
 */
export function routeClient<Client extends RoutableClient>(
  client: Client,
  router: Router,
  { models }: RoutedOptions,
  vendor: { sdk: string; provider: string; paths: readonly RoutedPath[]; copy?: object },
): Client {
  const { sdk, provider, paths, copy } = vendor;
  if (typeof client?.withOptions !== "function") throw invalidArgument("routed: client", client, `a client of ${sdk}`);
  if (typeof router?.route !== "function") throw invalidArgument("routed: router", router, "an object with route()");
  const { fetch: base = globalThis.fetch } = client as { fetch?: typeof globalThis.fetch };
  const fetch = routingFetch(base, { provider, router, paths, models });
  return (client.withOptions as (options: object) => unknown).call(client, { ...copy, fetch }) as Client;
}
