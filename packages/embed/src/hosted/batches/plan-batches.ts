import { estimateTokens } from "@onehead/core";

export interface BatchLimits {
  /** Texts a request. */
  texts: number;
  /** Estimated tokens a request; a single text that has more goes alone. */
  tokens: number;
}

/** Cuts texts, in their order, into the fewest batches that keep both limits. */
export function planBatches(texts: readonly string[], limits: BatchLimits): string[][] {
  const batches: string[][] = [];
  let tokens = 0;
  for (const text of texts) {
    const more = estimateTokens(text);
    const last = batches.at(-1);
    if (last !== undefined && last.length < limits.texts && tokens + more <= limits.tokens) {
      last.push(text);
      tokens += more;
    } else {
      batches.push([text]);
      tokens = more;
    }
  }
  return batches;
}
