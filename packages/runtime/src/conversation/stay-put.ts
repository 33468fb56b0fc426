import type { ConversationState } from "./conversations.js";

/** How a conversation holds on to its model. */
export type Sticky =
  /** it stays while that model is eligible */
  | "conversation"
  /** it stays while what the prompt cache saves is worth more than a better choice */
  | "priced"
  /** each turn is decided on its own */
  | "never";

/** What the prompt cache of a candidate saves, by its prices. */
export interface CacheRates {
  inputUsdPerMillionTokens: number;
  cachedInputUsdPerMillionTokens: number;
}

/**
 * What the current model's prompt cache saves on this request, USD: its prefix is billed at the cached price, while every other
 * candidate is billed for it in full.
 *
 *   saving = min(prefix, input) · (p_input − p_cached) / 10⁶, within the cache's life; 0 where the cached price is not known
 */
export function cacheSavingUsd(
  state: ConversationState,
  inputTokens: number,
  rates: CacheRates | undefined,
  nowMs: number,
  cacheLifeMs: number,
): number {
  if (rates === undefined || nowMs - state.timeMs > cacheLifeMs) return 0;
  const { inputUsdPerMillionTokens: full, cachedInputUsdPerMillionTokens: cached } = rates;
  return Math.max(0, (Math.min(state.prefixTokens, inputTokens) * (full - cached)) / 1e6);
}
