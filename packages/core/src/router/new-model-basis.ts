import type { Artifact } from "../artifact/artifact.js";
import { tensorData } from "../layers/attention-form.js";
import type { JointOutputs } from "./joint-outputs.js";

/**
 * What the logit of a new model is linear in:
 *
 *   t = C (x − μ),  x = (z, p)
 *
 * with z (M) the measured models' joint logits and p (K) the weights of the clusters of prompts, which give way to their means
 * on unfamiliar prompts as the logits do.
 */
export class NewModelBasis {
  /** (T, M + K) C. */
  readonly #components: Float32Array;
  readonly #means: Float32Array;
  /** (M + K) x − μ of the row that was read. */
  readonly #inputs: Float64Array;

  constructor({ tensors }: Artifact) {
    this.#components = tensorData(tensors, "newModels.components");
    this.#means = tensorData(tensors, "newModels.mean");
    this.#inputs = new Float64Array(this.#means.length);
  }

  /** Writes t (T) of row `row` of `joint`. @param joint over all measured models, in order */
  read(t: Float64Array, offset: number, joint: JointOutputs, row: number): void {
    const inputs = this.#inputs;
    const M = joint.models;
    const logits = 2 * row * joint.lanes;
    const X = inputs.length;
    joint.clusters?.readWeights(inputs, M, row);
    for (let j = 0; j < X; j++) {
      inputs[j] =
        j < M
          ? joint.joint[logits + j] + joint.bias - this.#means[j]
          : joint.familiarity(row) * (inputs[j] - this.#means[j]);
    }
    for (let i = 0; i < this.#components.length; i++) {
      const at = offset + Math.floor(i / X);
      t[at] = (i % X ? t[at] : 0) + this.#components[i] * inputs[i % X];
    }
  }
}
