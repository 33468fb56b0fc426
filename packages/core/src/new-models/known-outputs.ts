import type { Artifact } from "../artifact/artifact.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { maxRows } from "../layers/attention-form.js";
import { JointOutputs } from "../router/joint-outputs.js";
import { NewModelBasis } from "../router/new-model-basis.js";
import { newModelPrior } from "./new-model-prior.js";

/** What the measured models' predictions for R prompts say to a new model. */
export interface KnownOutputs {
  /** (R, T) components t of {@link NewModelBasis}. */
  components: Float64Array;
  /** (R, M) log output tokens or log USD of the measured models. */
  costOutputs: Float64Array;
}

/**
 * @param embeddings (R, D)
 * @throws as `newModelPrior`
 */
export function knownOutputs(artifact: Artifact, embeddings: Float32Array, backend: Backend = jsBackend): KnownOutputs {
  const { candidates, embedder } = artifact.manifest;
  const columns = Array.from(candidates.filter(({ profile }) => profile.kind === "measured").keys());
  const M = columns.length;
  const T = newModelPrior(artifact.manifest).components;
  const D = embedder.dimensions;
  const R = embeddings.length / D;
  const basis = new NewModelBasis(artifact);
  const joint = new JointOutputs(artifact, columns, backend);
  const outputs = { components: new Float64Array(R * T), costOutputs: new Float64Array(R * M) };
  for (let start = 0; start < R; start += maxRows) {
    const rows = Math.min(maxRows, R - start);
    joint.forward(embeddings.subarray(start * D, (start + rows) * D), rows);
    for (let b = 0; b < rows; b++) {
      basis.read(outputs.components, (start + b) * T, joint, b);
      const costs = (2 * b + 1) * joint.lanes;
      outputs.costOutputs.set(joint.joint.subarray(costs, costs + M), (start + b) * M);
    }
  }
  return outputs;
}
