import type { PromptRow } from "./prompt-row.js";

/**
 * A row as one line of wide form, line break included; reading it gives an equal row.
 *
 * Undefined parts are left out. Lone surrogates are written as escapes, so that the line is valid UTF-8 whatever the
 * prompt holds.
 *
 * Source: docs/data.md, wide form
 */
export function toJsonLine(row: PromptRow): string {
  const { id, dataset, prompt, scores, costs, inputTokens, outputTokens, propensities } = row;
  const hasTokens = inputTokens !== undefined || outputTokens !== undefined;
  const tokens = hasTokens ? { in: inputTokens, out: outputTokens } : undefined;
  return `${JSON.stringify({ id, dataset, prompt, scores, costs, tokens, propensities })}\n`;
}
