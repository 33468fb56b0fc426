import type { Network } from "../network/network.js";
import { meanOutputs, type NetworkOutputs } from "../network/network-outputs.js";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { withKernelCosts } from "./fit-kernel-costs.js";
import { anchorWeights, blendLogits, type FittedKernel, kernelLogits } from "./fit-kernel-regression.js";

/** What networks and kernel predict together for R rows, before calibration: core's joint outputs at full familiarity. */
export function jointOutputs(
  networks: readonly Network[],
  kernel: FittedKernel | null,
  { embeddings, rows, scores }: LabelledRows,
): NetworkOutputs {
  const M = scores.length / rows;
  const outputs = meanOutputs(networks, embeddings, rows, embeddings.length / rows, M);
  if (kernel === null) return outputs;
  return {
    qualityLogits: blendLogits(outputs.qualityLogits, kernelLogits(kernel, embeddings, rows), kernel.weight),
    costOutputs: withKernelCosts(outputs.costOutputs, anchorWeights(kernel, embeddings, rows), kernel.costs, M),
  };
}
