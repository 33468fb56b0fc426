import type { EmbedderOrigin } from "../embedder.js";
import { createApi } from "./create-api.js";
import type { HostedEmbedderOptions } from "./hosted-options.js";

/**
 * Who would make the vectors, and at which host, before anything is sent there.
 *
 * @throws OneheadError "invalid-argument" naming the option that is missing or wrong
 */
export function hostedOrigin(options: HostedEmbedderOptions): EmbedderOrigin & { readonly host: string } {
  const { provider, model, url } = createApi(options);
  return { provider, model, host: url.host };
}
