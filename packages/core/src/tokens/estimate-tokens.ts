import { countClasses, tokenClasses } from "./count-classes.js";

/** Tokens a unit of each class, in the order of `tokenClasses`; fitted by scripts/fit-estimate-tokens.mjs. */
const tokensPerUnit = [0.534, 0.141, 0.955, 0.604, 0.582, 0.48, 0.725, 0.276, 1.498];

const counts = new Float64Array(tokenClasses.length);

/**
 * Tokens that a text is billed as, estimated: linear in counts of character classes, fitted on the o200k vocabulary.
 *
 * Linear in time, 0 for "", and never less for a longer text that starts with this one. It is an estimate: pass a count of
 * your own where you have the tokenizer, and keep a margin (eligibility keeps 10 %). docs/design/tokens.md has the errors.
 */
export function estimateTokens(text: string): number {
  countClasses(text, counts);
  let tokens = 0;
  for (let i = 0; i < counts.length; i++) tokens += counts[i] * tokensPerUnit[i];
  return Math.ceil(tokens);
}
