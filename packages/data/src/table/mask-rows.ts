import { OneheadError } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import type { RowTable } from "./row-table.js";

/** How many labels stay: about so many a prompt, or this share of all of them. Exactly one of the two. */
export interface MaskRowsOptions {
  /** Mean labels a prompt, at least 1; a prompt with fewer keeps what it has. */
  labelsPerPrompt?: number | undefined;
  /** Share of each prompt's labels, in (0, 1]. */
  fraction?: number | undefined;
  /** Any safe integer; the same table and seed give the same mask. */
  seed: number;
}

/**
 * A table as sparse as a log: of each prompt's n scored models a random k stay, all else about the others (score, cost,
 * answer tokens) becomes unknown.
 *
 * k is n · fraction, or labelsPerPrompt, rounded up or down at random so that its mean is exact, and never below 1
 * (so that a share below 1/n keeps more than it says). A cost without a score does not survive: what was not asked
 * costs nothing.
 *
 * @throws OneheadError "invalid-argument" unless exactly one of `labelsPerPrompt` and `fraction` is given and in range
 */
export function maskRows(table: RowTable, options: MaskRowsOptions): RowTable {
  const wantedOf = checkOptions(options);
  const random = createRandom(options.seed);
  const modelCount = table.models.length;
  const masked: RowTable = {
    ...table,
    scores: new Float32Array(table.scores.length).fill(Number.NaN),
    costs: new Float64Array(table.costs.length).fill(Number.NaN),
    outputTokens: new Float64Array(table.outputTokens.length).fill(Number.NaN),
  };
  for (let row = 0; row < table.ids.length; row++) {
    const scored: number[] = [];
    for (let cell = row * modelCount; cell < (row + 1) * modelCount; cell++) {
      if (!Number.isNaN(table.scores[cell])) scored.push(cell);
    }
    const wanted = wantedOf(scored.length);
    const roundedUp = random.uniform() < wanted - Math.floor(wanted) ? 1 : 0;
    const count = Math.min(scored.length, Math.max(1, Math.floor(wanted) + roundedUp));
    random.shuffle(scored);
    for (let kept = 0; kept < count; kept++) {
      const cell = scored[kept];
      masked.scores[cell] = table.scores[cell];
      masked.costs[cell] = table.costs[cell];
      masked.outputTokens[cell] = table.outputTokens[cell];
    }
  }
  return masked;
}

function checkOptions({ labelsPerPrompt, fraction }: MaskRowsOptions): (scored: number) => number {
  if (labelsPerPrompt !== undefined && fraction === undefined) {
    if (labelsPerPrompt >= 1 && Number.isFinite(labelsPerPrompt)) return () => labelsPerPrompt;
    throw new OneheadError(
      "invalid-argument",
      `maskRows: labelsPerPrompt is out of range: ${labelsPerPrompt}, expected at least 1`,
    );
  }
  if (fraction !== undefined && labelsPerPrompt === undefined) {
    if (fraction > 0 && fraction <= 1) return (scored) => scored * fraction;
    throw new OneheadError(
      "invalid-argument",
      `maskRows: fraction is out of range: ${fraction}, expected above 0, to 1`,
    );
  }
  const found = fraction === undefined ? "neither" : "both";
  throw new OneheadError(
    "invalid-argument",
    `maskRows: labelsPerPrompt and fraction are ambiguous: ${found} given, expected exactly one`,
  );
}
