import type { Artifact } from "../artifact/artifact.js";
import type { Candidate } from "../artifact/manifest.js";
import type { JointOutputs } from "./joint-outputs.js";
import { NewModelBasis } from "./new-model-basis.js";

/** A model from few samples is taken for so many deviations worse than it seems: the best of many guesses is no fair guess. */
export const caution = 0.4;

/** One probed candidate, ready to be read off the measured models' outputs. */
interface ProbedModel extends Extract<Candidate["profile"], { kind: "probed" }> {
  /** Its position in the pool. */
  position: number;
  /** Columns whose mean cost output is its own before the shift. */
  costColumns: readonly number[];
}

/**
 * The probed candidates of a pool, which have no columns of their own:
 *
 *   logit = κ (b + a·t − 0.4 d),  d = |G (1, t)|,  κ = 1/√(1 + π/8 · variance),  variance = d² + noise²
 *
 * with t that of {@link NewModelBasis}. κ takes the logit of the mean to that of the expected quality. They have one opinion, whose
 * variance says how sure it is.
 * Source of κ: MacKay 1992, "The evidence framework applied to classification networks"
 */
export class ProbedModels {
  readonly #models: readonly ProbedModel[];
  /** There is one where there are models. */
  #basis: NewModelBasis | undefined;
  /** (T + 1) the constant 1, then t of the row. */
  readonly #scores: Float64Array;
  readonly #noise: number;

  constructor(artifact: Artifact, candidates: readonly Candidate[]) {
    const { newModels, candidates: all } = artifact.manifest;
    const models: ProbedModel[] = [];
    this.#models = models;
    this.#scores = new Float64Array((newModels?.components ?? 0) + 1).fill(1);
    this.#noise = newModels?.noise ?? 0;
    candidates.forEach(({ profile, costKind }, position) => {
      if (profile.kind !== "probed") return;
      this.#basis ??= new NewModelBasis(artifact);
      models.push({ ...profile, position, costColumns: columnsOf(all, costKind) });
    });
  }

  /**
   * Writes the probed models' entries of one row.
   *
   * @param outputs    from `start`, logits (L), then cost outputs before the shift (L)
   * @param deviations (N) standard deviation of the logit
   * @param joint      over all measured models, in the artifact's order
   */
  readRow(
    outputs: Float32Array,
    start: number,
    L: number,
    deviations: Float64Array,
    joint: JointOutputs,
    row: number,
  ): void {
    const scores = this.#scores;
    this.#basis?.read(scores, 1, joint, row);
    for (const { position, level, loadings, spread, costColumns } of this.#models) {
      let variance = 0;
      let logit = level;
      for (let r = 0, at = 0; r < scores.length; r++) {
        if (r > 0) logit += loadings[r - 1] * scores[r];
        let sum = 0;
        for (let c = 0; c <= r; c++) sum += spread[at++] * scores[c];
        variance += sum * sum;
      }
      logit -= caution * Math.sqrt(variance);
      variance += this.#noise * this.#noise;
      deviations[position] = Math.sqrt(variance);
      const shrink = 1 / Math.sqrt(1 + (Math.PI / 8) * variance);
      outputs[start + position] = shrink * logit;
      const costs = (2 * row + 1) * joint.lanes;
      let output = 0;
      for (const column of costColumns) output += joint.joint[costs + column];
      outputs[start + L + position] = output / costColumns.length;
    }
  }
}

/** Columns of the measured candidates whose cost is counted like that. */
export function columnsOf(candidates: readonly Candidate[], costKind: Candidate["costKind"]): number[] {
  const columns: number[] = [];
  candidates.forEach(({ profile, costKind: own }, m) => {
    if (profile.kind === "measured" && own === costKind) columns.push(m);
  });
  return columns;
}
