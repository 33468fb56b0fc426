import { hashString } from "@onehead/core";
import { normalizePrompt } from "./normalize-prompt.js";
import { checkSplitOptions, type SplitOptions, validationSalt } from "./split-of.js";

/**
 * The fold of a prompt that is not held out: ⌊hash(n, s xor 0x9e3779b9) / (validation · 2³²)⌋, with the hash that
 * {@link splitOf} uses. Fold 0 is the validation part; ⌊1 / validation⌋ folds are whole, the rest has the next number.
 *
 * @throws OneheadError "invalid-argument" as `splitOf` does
 */
export function foldOf(prompt: string, options: SplitOptions): number {
  const { seed, validation } = checkSplitOptions("foldOf", options);
  if (validation === 0) return 0;
  return Math.floor(hashString(normalizePrompt(prompt), seed ^ validationSalt) / (validation * 2 ** 32));
}
