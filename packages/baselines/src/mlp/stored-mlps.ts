import type { QualityPredictor } from "../baseline.js";
import { type FeatureScaling, scaleFeatures } from "../features/feature-scaling.js";
import { readScaling, scalingConfig, scalingTensors } from "../features/stored-scaling.js";
import { queryRows } from "../labels/assert-labelled.js";
import type { StateReader } from "../state/state-reader.js";
import { JointMlp, mlpShapes } from "./joint-mlp.js";
import { mlpProbabilities } from "./train-joint-mlp.js";

/** Rows that a network predicts at once. */
const blockRows = 128;

/**
 * Mean probability of some joint MLPs of one width on the same scaled features; of one, its own.
 *
 * @param label id and name as shown
 */
export function mlpPredictor(
  label: { id: string; name: string },
  members: readonly JointMlp[],
  scaling: FeatureScaling,
): QualityPredictor {
  const { dimensions: D, width, models: N } = members[0].sizes;
  const S = members.length;
  return {
    ...label,
    predict(embeddings) {
      const rows = queryRows(label.id, embeddings, D);
      const features = scaleFeatures(embeddings, scaling);
      if (S === 1) return mlpProbabilities(members[0], features);
      const quality = new Float32Array(rows * N);
      for (const member of members) {
        const own = mlpProbabilities(member, features);
        for (let i = 0; i < quality.length; i++) quality[i] += own[i] / S;
      }
      // the float32 sum of shares can pass 1 by a rounding
      return quality.map((value) => Math.min(1, value));
    },
    toState: () => ({
      kind: "joint-mlps",
      config: { members: S, width, ...scalingConfig(scaling) },
      tensors: {
        ...Object.fromEntries(
          mlpShapes(members[0].sizes).map(([name, shape]) => {
            const length = shape.reduce((product, side) => product * side, 1);
            const data = new Float32Array(S * length);
            members.forEach((member, s) => {
              data.set(member.parameters.get(name) as Float32Array, s * length);
            });
            return [name, { shape: [S, ...shape], data }];
          }),
        ),
        ...scalingTensors(scaling),
      },
    }),
  };
}

/** @throws ArtifactError naming the field */
export function loadMlps(reader: StateReader, label: { id: string; name: string }): QualityPredictor {
  const S = reader.config.count("members", 1);
  const sizes = {
    dimensions: reader.dimensions,
    width: reader.config.count("width", 1),
    models: reader.models,
    maxRows: blockRows,
  };
  const stacked = mlpShapes(sizes).map(([name, shape]): [string, Float32Array] => [
    name,
    reader.floats(name, S, ...shape),
  ]);
  const members = Array.from({ length: S }, (_, s) => {
    const network = new JointMlp(sizes, new Float32Array(sizes.models), null);
    for (const [name, all] of stacked) {
      const length = all.length / S;
      network.parameters.get(name)?.set(all.subarray(s * length, (s + 1) * length));
    }
    return network;
  });
  return mlpPredictor(label, members, readScaling(reader));
}
