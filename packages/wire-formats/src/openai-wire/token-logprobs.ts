import type { JsonObject, TokenLogprob } from "@onehead/provider";

/** Log probabilities as chat completions tell them. */
export function tokenLogprobs(tokens: readonly TokenLogprob[]): JsonObject[] {
  return tokens.map((entry) => ({ ...tokenOf(entry), top_logprobs: entry.top.map(tokenOf) }));
}

function tokenOf({ token, logprob }: { token: string; logprob: number }): JsonObject {
  // what a provider did not tell is as unlikely as OpenAI's own lowest value
  return { token, logprob: Number.isFinite(logprob) ? logprob : -9999, bytes: bytesOf(token) };
}

/** A token that is part of a character has no text, so that its bytes are not known here. */
function bytesOf(token: string): number[] | null {
  return token.includes("\uFFFD") ? null : [...new TextEncoder().encode(token)];
}
