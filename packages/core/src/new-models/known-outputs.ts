import type { Artifact } from "../artifact/artifact.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { maxRows, tensorData } from "../layers/attention-form.js";
import { JointOutputs } from "../router/joint-outputs.js";
import { newModelPrior } from "./new-model-prior.js";

/** What the measured models' predictions for R prompts say to a new model. */
export interface KnownOutputs {
  /** (R, T) components t of the measured models' calibrated quality logits. */
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
  const M = candidates.filter(({ profile }) => profile.kind === "measured").length;
  const T = newModelPrior(artifact.manifest).components;
  const D = embedder.dimensions;
  const R = embeddings.length / D;
  const means = tensorData(artifact.tensors, "newModels.mean");
  const basis = tensorData(artifact.tensors, "newModels.components");
  const joint = new JointOutputs(
    artifact,
    Array.from({ length: M }, (_, m) => m),
    backend,
  );
  const outputs = { components: new Float64Array(R * T), costOutputs: new Float64Array(R * M) };
  for (let start = 0; start < R; start += maxRows) {
    const rows = Math.min(maxRows, R - start);
    joint.forward(embeddings.subarray(start * D, (start + rows) * D), rows);
    for (let b = 0; b < rows; b++) {
      joint.readRow(b, rows);
      for (let k = 0; k < T; k++) {
        let sum = 0;
        for (let m = 0; m < M; m++) sum += basis[k * M + m] * (joint.logits[m] - means[m]);
        outputs.components[(start + b) * T + k] = sum;
      }
      outputs.costOutputs.set(joint.costOutputs, (start + b) * M);
    }
  }
  return outputs;
}
