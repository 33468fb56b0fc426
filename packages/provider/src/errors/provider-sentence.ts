import type { ProviderHttpError } from "./provider-errors.js";

/** A symbol of the whole process: adapters carry their own copies of this file. */
const key = Symbol.for("onehead.provider-sentence");
/** Statuses by which a provider refuses the request itself: whoever has sent it may be told why. */
const refusals: readonly unknown[] = [400, 404, 413, 422];
const mostCharacters = 2_000;

/**
 * Keeps what a provider says in its own words with the error, for the sender of the request alone: it may quote the prompt. It is no part of
 * the message, and neither JSON nor the console shows it.
 */
export function withSentence(error: ProviderHttpError, sentence: unknown): ProviderHttpError {
  if (typeof sentence !== "string" || sentence === "" || !refusals.includes(error.status)) return error;
  return Object.defineProperty(error, key, { value: sentence.slice(0, mostCharacters), enumerable: false });
}

/** What the provider has said of a request that it refuses; undefined where it has said nothing, or the request is not at fault. */
export function sentenceOf(error: unknown): string | undefined {
  return (error as { readonly [key]?: string } | null | undefined)?.[key];
}
