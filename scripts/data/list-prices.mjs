import { readFileSync } from "node:fs";

const { sets } = JSON.parse(readFileSync(new URL("./prices.json", import.meta.url), "utf8"));

/**
 * The public list prices used for a set, by model: `{in, out}` in USD per million tokens.
 *
 * @param {string} set
 * @returns {Record<string, {in: number, out: number}>}
 */
export function listPrices(set) {
  return sets[set];
}

/** Cost of one call in USD. @param {{in: number, out: number}} price */
export function callCostUsd(price, inputTokens, outputTokens) {
  return (inputTokens * price.in + outputTokens * price.out) / 1e6;
}

/** Costs as they stand in the files of mmlu_pro and zeroeval: five significant digits. */
export function toFiveDigits(costUsd) {
  return Number(costUsd.toPrecision(5));
}

/** Tokens of a text where none were recorded: a quarter of its characters (code points, as Python counts), rounded up. */
export function quarterOfCharacters(text) {
  return Math.ceil([...text].length / 4);
}
