import type { Embedder } from "@onehead/embed";
import type { ClosedEmbedder } from "./artifact-embedder.js";
import { type Disclosure, disclose } from "./disclosure.js";
import type { OpenOptions } from "./open-embedder.js";

/**
 * Opens an artifact's embedder for many prompts, once the user knows which of them are sent where, and agrees.
 *
 * @returns the embedder, and what it is sent; null for an artifact that holds its whole embedder
 * @throws as `disclose`, and as `ClosedEmbedder.open`
 */
export async function openForPrompts(
  command: string,
  closed: ClosedEmbedder,
  prompts: Iterable<string> | AsyncIterable<string>,
  { yes, json, ...options }: OpenOptions & { yes: boolean; json: boolean },
): Promise<{ embedder: Embedder; sent: Disclosure | null }> {
  const { external } = closed;
  const sent = external === null ? null : await disclose(command, external, prompts, { yes, json });
  return { embedder: await closed.open(options), sent };
}
