import { type Artifact, jsBackend, networkModel } from "@onehead/core";
import { foldHead, tensorData } from "@onehead/core/external";
import type { OnnxGraph } from "../graph/onnx-graph.js";
import { gelu } from "./gelu.js";
import type { NetworkPart } from "./network-part.js";

/** The low-rank networks: all members in one product before the gelu, and one after it. */
export function lowRankNetworks(
  { manifest, tensors }: Artifact,
  columns: readonly number[],
  share: number,
): NetworkPart {
  const { members: S, hiddenWidth: H, rank: R } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const M = columns.length;
  const trunk = new Float32Array(S * H * D);
  const trunkBias = new Float32Array(S * H);
  const readout = new Float32Array(2 * M * S * H);
  const bias = new Float64Array(2 * M);
  for (let s = 0; s < S; s++) {
    const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
    trunk.set(read("trunk.weight"), s * H * D);
    trunkBias.set(read("trunk.bias"), s * H);
    const query = read("lowRank.query");
    const ofCost = query.subarray((R + 1) * H);
    foldHead(readout, s * H, S * H, query, read("lowRank.quality"), columns, H, R, share, jsBackend);
    foldHead(readout, (M * S + s) * H, S * H, ofCost, read("lowRank.cost"), columns, H, R, 1 / S, jsBackend);
    const [quality, cost] = [read("bias.quality"), read("bias.cost")];
    for (let m = 0; m < M; m++) {
      bias[m] += share * quality[columns[m]];
      bias[M + m] += cost[columns[m]] / S;
    }
  }
  return {
    bias,
    addTo(graph: OnnxGraph, sum: string, embedding: string): string {
      const weights = graph.constant("trunk.weight", trunk, [S * H, D]);
      const biases = graph.constant("trunk.bias", trunkBias, [S * H]);
      const inner = graph.node("Gemm", "trunk.inner", [embedding, weights, biases], { transB: 1 });
      const hidden = gelu(graph, "trunk.hidden", inner);
      const folded = graph.constant("readout.weight", readout, [2 * M, S * H]);
      return graph.node("Gemm", "readout", [hidden, folded, sum], { transB: 1 });
    },
  };
}
