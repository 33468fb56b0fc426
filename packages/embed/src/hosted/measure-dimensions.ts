import { HostedClient } from "./hosted-client.js";
import type { HostedEmbedderOptions } from "./hosted-options.js";

/**
 * Length of a model's vectors: as given, as known, or as the model itself answers to one word.
 *
 * @throws as `embed` of a hosted embedder
 */
export async function measureDimensions(
  options: HostedEmbedderOptions,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  const client = new HostedClient(options);
  if (client.api.dimensions !== null) return client.api.dimensions;
  const [vector] = await client.request(["dimensions"], null, signal);
  return vector.length;
}
