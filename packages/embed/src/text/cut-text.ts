import { estimateTokens } from "@onehead/core";

// a token of the estimate is seldom longer: bounds the search on texts of megabytes
const charactersPerToken = 24;

/**
 * The longest prefix whose estimated tokens do not exceed `tokens`; never half a surrogate pair.
 *
 * The estimate never falls when text is appended, so the cut is found by bisection.
 */
export function cutText(text: string, tokens: number): string {
  if (text.length * 4 <= tokens || estimateTokens(text) <= tokens) return text;
  let low = 0;
  let high = Math.min(text.length, tokens * charactersPerToken);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (estimateTokens(text.slice(0, middle)) <= tokens) low = middle;
    else high = middle - 1;
  }
  const splits = low > 0 && /[\ud800-\udbff]/.test(text[low - 1]) && /[\udc00-\udfff]/.test(text[low] ?? "");
  return text.slice(0, splits ? low - 1 : low);
}
