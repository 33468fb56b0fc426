import type { Artifact } from "../artifact/artifact.js";
import type { Candidate } from "../artifact/manifest.js";
import { tensorData } from "../layers/attention-form.js";
import type { JointOutputs } from "./joint-outputs.js";

/** One probed candidate, ready to be read off the measured models' outputs. */
interface ProbedModel {
  /** Its position in the pool. */
  position: number;
  level: number;
  /** (M) aᵀC: its logit is b + Σ_m weights_m (z_m − μ_m). */
  weights: Float64Array;
  /** G, lower triangle row by row. */
  spread: Float64Array;
  /** Columns whose mean cost output is its own before the shift. */
  costColumns: Int32Array;
}

/**
 * The probed candidates of a pool, which have no columns of their own: every opinion on the measured models is one on them,
 *
 *   logit = κ (b + a·t),  t = C (z − μ),  variance of b + a·t: |G (1, t)|² + noise²
 *
 * with κ = 1/√(1 + π/8 · variance), which takes the logit of the mean to that of the expected quality.
 * Source of κ: MacKay 1992, "The evidence framework applied to classification networks"
 */
export class ProbedModels {
  readonly #models: readonly ProbedModel[];
  readonly #means: Float32Array;
  readonly #components: Float32Array;
  /** (T + 1) the constant 1, then t of the row. */
  readonly #scores: Float64Array;
  readonly #noise: number;

  constructor(artifact: Artifact, candidates: readonly Candidate[]) {
    const { manifest, tensors } = artifact;
    const prior = manifest.newModels;
    const M = prior === undefined ? 0 : tensorData(tensors, "newModels.mean").length;
    const T = prior?.components ?? 0;
    this.#means = M === 0 ? new Float32Array(0) : tensorData(tensors, "newModels.mean");
    this.#components = M === 0 ? new Float32Array(0) : tensorData(tensors, "newModels.components");
    this.#noise = prior?.noise ?? 0;
    this.#scores = new Float64Array(T + 1).fill(1, 0, 1);
    const models: ProbedModel[] = [];
    candidates.forEach(({ profile, costKind }, position) => {
      if (profile.kind !== "probed") return;
      const weights = new Float64Array(M);
      for (let k = 0; k < T; k++) {
        for (let m = 0; m < M; m++) weights[m] += profile.loadings[k] * this.#components[k * M + m];
      }
      const costColumns = Int32Array.from(columnsOf(manifest.candidates, costKind));
      models.push({ position, level: profile.level, weights, spread: Float64Array.from(profile.spread), costColumns });
    });
    this.#models = models;
  }

  /**
   * Writes the probed models' entries of one row.
   *
   * @param logits     (1 + O, N) as `JointOutputs.logits`, but of the pool
   * @param deviations (N) standard deviation of the logit
   * @param outputs    (N) cost outputs before the shift
   * @param joint      over all measured models, in the artifact's order
   */
  readRow(logits: Float64Array, deviations: Float64Array, outputs: Float64Array, joint: JointOutputs): void {
    if (this.#models.length === 0) return;
    const M = joint.form.models;
    const N = outputs.length;
    const opinions = joint.weights.length;
    const known = joint.logits;
    const means = this.#means;
    const scores = this.#scores;
    const T = scores.length - 1;
    for (let k = 0; k < T; k++) {
      let score = 0;
      for (let m = 0; m < M; m++) score += this.#components[k * M + m] * (known[m] - means[m]);
      scores[k + 1] = score;
    }
    for (const { position, level, weights, spread, costColumns } of this.#models) {
      let variance = this.#noise * this.#noise;
      for (let r = 0, at = 0; r <= T; r++) {
        let sum = 0;
        for (let c = 0; c <= r; c++) sum += spread[at++] * scores[c];
        variance += sum * sum;
      }
      deviations[position] = Math.sqrt(variance);
      const shrink = 1 / Math.sqrt(1 + (Math.PI / 8) * variance);
      for (let o = 0; o <= opinions; o++) {
        let logit = level;
        for (let m = 0; m < M; m++) logit += weights[m] * (known[o * M + m] - means[m]);
        logits[o * N + position] = shrink * logit;
      }
      let output = 0;
      for (let c = 0; c < costColumns.length; c++) output += joint.costOutputs[costColumns[c]];
      outputs[position] = output / costColumns.length;
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
