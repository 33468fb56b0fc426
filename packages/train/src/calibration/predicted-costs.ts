import type { Candidate } from "@onehead/core";

/**
 * ĉ (R, M) from cost outputs: smearing · exp(output) USD, or that many tokens at the candidate's price besides the input.
 * NaN for a candidate that is counted in tokens and has no price.
 */
export function predictedCosts(
  outputs: Float32Array,
  candidates: readonly Pick<Candidate, "costKind" | "prices" | "smearing">[],
  inputTokens: Float64Array,
): Float64Array {
  const M = candidates.length;
  return Float64Array.from(outputs, (output, i) => {
    const { costKind, prices, smearing } = candidates[i % M];
    const predicted = smearing * Math.exp(output);
    if (costKind === "usd") return predicted;
    if (prices === undefined) return Number.NaN;
    const input = inputTokens[Math.floor(i / M)];
    return (input * prices.inputUsdPerMillionTokens + predicted * prices.outputUsdPerMillionTokens) / 1e6;
  });
}
