import { hashString, OneheadError } from "@onehead/core";
import { normalizePrompt } from "./normalize-prompt.js";

/** The part a prompt belongs to. */
export type SplitPart = "train" | "validation" | "heldOut";

export interface SplitOptions {
  /** Whole number from 0 to 2³² − 1; another seed gives an independent split. */
  seed: number;
  /** Share of prompts held out, in [0, 1]; 0.3 unless given, 0 holds out none. */
  holdout?: number;
  /** Share of the *remaining* prompts set aside for tuning, in [0, 1]; 0 unless given. */
  validation?: number;
}

/** Makes the validation stream independent of the holdout stream: 2³² / golden ratio. */
const validationSalt = 0x9e3779b9;

/**
 * The part a prompt belongs to, from its normalized text n and the seed s alone:
 *
 *     heldOut     if hash(n, s) < holdout · 2³²
 *     validation  else if hash(n, s xor 0x9e3779b9) < validation · 2³²
 *     train       else
 *
 * with hash = MurmurHash3 of 32 bits over UTF-16 code units, little-endian (core's `hashString`). Prompts that are
 * equal once normalized fall together in every file, and changing `validation` never moves a prompt in or out of
 * `heldOut`.
 *
 * @throws OneheadError "invalid-argument" for a seed that is no 32-bit whole number or a share outside [0, 1]
 */
export function splitOf(prompt: string, options: SplitOptions): SplitPart {
  const { seed, holdout, validation } = checkSplitOptions("splitOf", options);
  return partOf(prompt, seed, holdout, validation);
}

/** {@link splitOf} without its checks, for loops over rows. */
export function partOf(prompt: string, seed: number, holdout: number, validation: number): SplitPart {
  const normalized = normalizePrompt(prompt);
  if (hashString(normalized, seed) < holdout * 2 ** 32) return "heldOut";
  if (validation > 0 && hashString(normalized, seed ^ validationSalt) < validation * 2 ** 32) return "validation";
  return "train";
}

/** Fills in defaults and refuses values that would split by accident. */
export function checkSplitOptions(operation: string, options: SplitOptions): Required<SplitOptions> {
  const { seed, holdout = 0.3, validation = 0 } = options;
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    const expected = "expected a whole number from 0 to 4294967295";
    throw new OneheadError("invalid-argument", `${operation}: seed is not a 32-bit integer: ${seed}, ${expected}`);
  }
  for (const [name, share] of Object.entries({ holdout, validation })) {
    if (!(share >= 0 && share <= 1)) {
      throw new OneheadError("invalid-argument", `${operation}: ${name} is out of range: ${share}, expected 0 to 1`);
    }
  }
  return { seed, holdout, validation };
}
