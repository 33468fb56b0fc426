import { invalidArgument, type Router } from "@onehead/provider";
import { routingFetch } from "@onehead/provider-http";
import { messagesPath } from "./messages-path.js";

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
 * The same client, but `model: "auto"` is routed: `messages` and `beta.messages`, created, streamed, parsed or run with tools.
 * Any other name goes through as it is, and so do all other calls.
 *
 * `outcomeOf(answer)` gives the decision of an answer, and of the first and last events of a stream; the headers
 * `x-onehead-*` of `withResponse()` say the same.
 *
 * @throws ProviderError "invalid-argument" for an object that is no client of `@anthropic-ai/sdk`
 */
export function routed<Client extends RoutableClient>(
  client: Client,
  router: Router,
  options: RoutedOptions = {},
): Client {
  if (typeof client?.withOptions !== "function") {
    throw invalidArgument("routed: client", client, "a client of @anthropic-ai/sdk");
  }
  if (typeof router?.route !== "function") throw invalidArgument("routed: router", router, "an object with route()");
  const { fetch: base = globalThis.fetch } = client as { fetch?: typeof globalThis.fetch };
  const { models } = options;
  const fetch = routingFetch(base, { provider: "anthropic", router, paths: [messagesPath], models });
  return (client.withOptions as (options: object) => unknown).call(client, { fetch }) as Client;
}
