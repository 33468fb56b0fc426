import { hashString } from "@onehead/core";

/**
 * The text by which prompts count as equal: lower case, only letters (Unicode category L) and digits (category N) kept,
 * in their order. Where nothing is left (a prompt of symbols), the raw text.
 *
 * Lower case is `String.prototype.toLowerCase`, which knows no locale. Nothing is composed or decomposed.
 */
export function normalizePrompt(text: string): string {
  const kept = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  return kept === "" ? text : kept;
}

/** 32-bit hash of the normalized prompt; `seed` picks one of independent hashes. */
export function promptHash(text: string, seed = 0): number {
  return hashString(normalizePrompt(text), seed);
}
