import type { Network } from "./network.js";

/** (R, M) outputs for any number of rows. */
export interface NetworkOutputs {
  qualityLogits: Float32Array;
  costOutputs: Float32Array;
}

/** Runs `network` without dropout over (R, D) embeddings, and calls `each` after every block with its first row. */
function forwardBlocks(
  network: Network,
  embeddings: Float32Array,
  rows: number,
  D: number,
  each: (start: number, count: number) => void,
): void {
  network.prepare();
  for (let start = 0; start < rows; start += network.maxRows) {
    const count = Math.min(network.maxRows, rows - start);
    network.forward(embeddings.subarray(start * D, (start + count) * D), count, null);
    each(start, count);
  }
}

/** Outputs of several networks for the same rows, averaged. */
export function meanOutputs(
  networks: readonly Network[],
  embeddings: Float32Array,
  rows: number,
  D: number,
  M: number,
): NetworkOutputs {
  const mean: NetworkOutputs = {
    qualityLogits: new Float32Array(rows * M),
    costOutputs: new Float32Array(rows * M),
  };
  for (const network of networks) {
    forwardBlocks(network, embeddings, rows, D, (start, count) => {
      for (let i = 0; i < count * M; i++) {
        mean.qualityLogits[start * M + i] += network.qualityLogits[i] / networks.length;
        mean.costOutputs[start * M + i] += network.costOutputs[i] / networks.length;
      }
    });
  }
  return mean;
}
