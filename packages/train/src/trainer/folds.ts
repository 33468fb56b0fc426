import { foldOf, type RowTable } from "@onehead/data";
import type { Network } from "../network/network.js";
import { meanOutputs } from "../network/network-outputs.js";
import { pickLabelled } from "../rows/pick-labelled.js";
import type { TrainingSettings } from "../settings/training-settings.js";
import type { LabelledRows } from "./member-trainer.js";

/** Which rows each member leaves out, to stop early by and to be judged on. */
export interface Folds {
  /** (R) fold of every row to learn from, −1 for a row that no member leaves out. */
  of: Int32Array;
  /** Members s with s mod `count` = f leave out fold f; 0 where there is no row to leave out. */
  count: number;
}

/** Folds of the `fitted` rows of a table, by prompt text; equal prompts are in one fold. */
export function assignFolds(table: RowTable, fitted: Int32Array, settings: TrainingSettings): Folds {
  const { seed, validation, folds, members } = settings;
  const count = validation > 0 ? Math.min(folds, members, Math.max(1, Math.floor(1 / validation))) : 0;
  const of = fitted.map((r) => {
    const fold = count > 0 ? foldOf(table.prompts[r], { seed, validation }) : -1;
    return fold < count ? fold : -1;
  });
  // a handful of rows may have an empty fold, which teaches nothing: then only fold 0, which may be empty too
  const isWhole = Array.from({ length: count }, (_, f) => of.includes(f)).every(Boolean);
  return isWhole ? { of, count } : { of: of.map((fold) => (fold === 0 ? 0 : -1)), count: 1 };
}

/** Indices of the rows that member `member` leaves out, or of those that it learns from. */
export function memberRows({ of, count }: Folds, member: number, leftOut: boolean): Int32Array {
  const own = count > 0 ? member % count : -2;
  return Int32Array.from(of, (_, r) => r).filter((r) => (of[r] === own) === leftOut);
}

/** What members that have not seen a row predict for it, averaged. */
export interface LeftOutOutputs {
  /** (R, M), 0 in rows that no member leaves out. */
  qualityLogits: Float32Array;
  costOutputs: Float32Array;
}

export function leftOutOutputs(
  networks: readonly Network[],
  rows: LabelledRows,
  folds: Folds,
  D: number,
  M: number,
): LeftOutOutputs {
  const outputs = {
    qualityLogits: new Float32Array(rows.rows * M),
    costOutputs: new Float32Array(rows.rows * M),
  };
  for (let fold = 0; fold < folds.count; fold++) {
    const members = networks.filter((_, s) => s % folds.count === fold);
    const leftOut = memberRows(folds, fold, true);
    const { embeddings } = pickLabelled(rows, leftOut);
    const own = meanOutputs(members, embeddings, leftOut.length, D, M);
    leftOut.forEach((r, i) => {
      outputs.qualityLogits.set(own.qualityLogits.subarray(i * M, (i + 1) * M), r * M);
      outputs.costOutputs.set(own.costOutputs.subarray(i * M, (i + 1) * M), r * M);
    });
  }
  return outputs;
}
