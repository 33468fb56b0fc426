import { jsTrainingBackend, type Products } from "@onehead/core/training";
import { clusterLogits, type FittedClusters } from "./clusters/fit-cluster-attention.js";
import { withKernelCosts } from "./kernel/fit-kernel-costs.js";
import type { FittedKernel } from "./kernel/fit-kernel-regression.js";
import { anchorWeights, blendLogits, logitsOf } from "./kernel/kernel-logits.js";
import type { Network } from "./network/network.js";
import { meanOutputs, type NetworkOutputs } from "./network/network-outputs.js";
import type { LabelledRows } from "./trainer/member-trainer.js";

/** All that an artifact predicts with, before calibration. */
export interface TrainedModel {
  networks: readonly Network[];
  kernel: FittedKernel | null;
  clusters: FittedClusters | null;
}

/** What the parts predict together for R rows, before calibration: core's joint outputs at full familiarity. */
export function jointOutputs(
  { networks, kernel, clusters }: TrainedModel,
  rows: LabelledRows,
  products: Products = jsTrainingBackend,
): NetworkOutputs {
  const { embeddings, rows: R, scores } = rows;
  const M = scores.length / R;
  const outputs = meanOutputs(networks, embeddings, R, embeddings.length / R, M);
  if (kernel !== null) {
    const weights = anchorWeights(kernel, embeddings, R, products);
    const logits = logitsOf(weights, kernel.values, kernel.means, products);
    outputs.qualityLogits = blendLogits(outputs.qualityLogits, logits, kernel.weight);
    outputs.costOutputs = withKernelCosts(outputs.costOutputs, weights, kernel.costs, M, products);
  }
  if (clusters !== null) {
    outputs.qualityLogits = blendLogits(
      outputs.qualityLogits,
      clusterLogits(clusters, rows, products),
      clusters.weight,
    );
  }
  return outputs;
}
