import type { Router } from "@onehead/provider";
import { type RoutableClient, type RoutedOptions, routeClient } from "@onehead/provider-http";
import { messagesPath } from "./messages-path.js";

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
  return routeClient(client, router, options, {
    sdk: "@anthropic-ai/sdk",
    provider: "anthropic",
    paths: [messagesPath],
  });
}
