import type { Artifact } from "../artifact/artifact.js";
import { type KernelModel, networkModel } from "../artifact/manifest.js";
import { jsBackend } from "../kernels/backend.js";
import { tensorData } from "../layers/attention-form.js";
import type { ClusterGroup, JointSizes } from "./joint-sources.js";
import { padded } from "./kernel-text.js";
import type { ProductRows } from "./product-rows.js";

/** Where a row's point x stands among the products, how wide it is, and γ. */
export interface AnchorPoints {
  start: number;
  width: number;
  sharpness: number;
}

/**
 * Attention over the anchors: U and L U join the products, μ the joint biases.
 *
 * @param columns measured model of each slot; −1 for none
 * @param share   of these logits in the joint ones
 */
export function foldAnchors(
  { manifest, tensors }: Artifact,
  kernel: KernelModel,
  columns: readonly number[],
  share: number,
  products: ProductRows,
  jointBias: Float64Array,
): {
  sizes: NonNullable<JointSizes["kernel"]>;
  points: AnchorPoints;
  lists: Record<string, Float32Array>;
  means: Float32Array;
} {
  const { directions: Q, metric: K = Q, near, far, sharpness } = kernel;
  const D = manifest.embedder.dimensions;
  const P = networkModel(manifest).anchors;
  const slots = columns.length;
  const directions = tensorData(tensors, "kernel.directions");
  const start = products.add(directions);
  const metric = kernel.metric === undefined ? null : tensorData(tensors, "kernel.metric");
  const points = metric === null ? start : products.add(multiply(metric, directions, K, Q, D));
  const [width, P4] = [padded(K), padded(P)];
  const anchors = new Float32Array(P4 * width);
  const source = tensorData(tensors, "kernel.anchors");
  for (let j = 0; j < P; j++) anchors.set(source.subarray(j * K, (j + 1) * K), j * width);

  const values = new Float32Array(2 * slots * P4);
  const means = new Float32Array(2 * slots);
  const ofQuality = [tensorData(tensors, "kernel.value.quality"), tensorData(tensors, "kernel.mean.quality")];
  const ofCost = [tensorData(tensors, "kernel.value.cost"), tensorData(tensors, "kernel.mean.cost")];
  const M = ofQuality[1].length;
  columns.forEach((column, slot) => {
    if (column < 0) return;
    for (let j = 0; j < P; j++) {
      values[slot * P4 + j] = share * ofQuality[0][j * M + column];
      values[(slots + slot) * P4 + j] = ofCost[0][j * M + column];
    }
    means[slot] = ofQuality[1][column] / manifest.calibration.temperature;
    means[slots + slot] = ofCost[1][column];
    jointBias[slot] += share * ofQuality[1][column];
  });
  return {
    sizes: { anchors: P4, directions: start, directionsWidth: padded(Q), near, far },
    points: { start: points, width, sharpness },
    lists: { anchors, values },
    means,
  };
}

/** Attention over clusters of prompts: their keys join the products. */
export function foldClusters(
  { manifest, tensors }: Artifact,
  sizes: readonly number[],
  columns: readonly number[],
  products: ProductRows,
): { groups: ClusterGroup[]; total: number; shares: Float32Array } {
  const D = manifest.embedder.dimensions;
  const [keys, bias, values] = ["key", "bias", "value"].map((name) => tensorData(tensors, `clusters.${name}`));
  const M = values.length / bias.length;
  const total = sizes.reduce((sum, size) => sum + padded(size), 0);
  const shares = new Float32Array(columns.length * total);
  const used = columns.map((column) => Math.max(0, column));
  const gathered = new Float32Array(bias.length * columns.length);
  // the mean over the groups stands in their values
  jsBackend.gatherColumns(gathered, columns.length, 0, values, bias.length, M, used, 1 / sizes.length);
  let first = 0;
  let at = 0;
  const groups = sizes.map((size) => {
    const width = padded(size);
    // a cluster that is only padding has no weight
    const own = new Float32Array(width).fill(-1e30);
    own.set(bias.subarray(first, first + size));
    for (let c = 0; c < columns.length; c++) {
      for (let k = 0; k < size; k++) shares[c * total + at + k] = gathered[(first + k) * columns.length + c];
    }
    const start = products.add(keys.subarray(first * D, (first + size) * D), own);
    first += size;
    at += width;
    return { start, width };
  });
  return { groups, total, shares };
}

/** (rows, inner) by (inner, columns). */
function multiply(a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number): Float32Array {
  const out = new Float32Array(rows * columns);
  const sums = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      for (let c = 0; c < columns; c++) sums[c] += a[r * inner + k] * b[k * columns + c];
    }
    out.set(sums, r * columns);
  }
  return out;
}
