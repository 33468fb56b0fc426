import type { LabelledEmbeddings } from "../baseline.js";
import { logCosts } from "../cost/log-costs.js";
import { assertRows } from "../labels/assert-labelled.js";
import { NeighbourMeans } from "./neighbour-means.js";

/** Neighbourhood sizes that are tried. */
const knnSizes: readonly number[] = [5, 10, 20, 40, 80, 150, 300];
/** Pseudo-counts of a model's mean that are tried. */
export const knnPriorCounts: readonly number[] = [0, 3, 10, 30];

/**
 * One memory of the training rows for every kNN predictor of scores and costs: columns 0..N−1 hold the scores, N..2N−1
 * the log costs.
 *
 * @throws as `assertRows`
 */
export function labelNeighbours(train: LabelledEmbeddings, sizes: readonly number[] = knnSizes): NeighbourMeans {
  assertRows("labelNeighbours", train);
  const { scores, costs, models, ids } = train.table;
  const N = models.length;
  const logs = logCosts(costs, N);
  const targets = new Float32Array(ids.length * 2 * N);
  for (let r = 0; r < ids.length; r++) {
    for (let m = 0; m < N; m++) {
      targets[r * 2 * N + m] = scores[r * N + m];
      targets[r * 2 * N + N + m] = logs[r * N + m];
    }
  }
  return new NeighbourMeans(train.embeddings, train.dimensions, targets, sizes);
}

/** What {@link shrunkMeans} reads out of a memory. */
export interface ShrunkMeansSetting {
  /** One of the memory's sizes. */
  size: number;
  /** Pseudo-counts of the prior; 0 leaves the neighbours alone. */
  priorCount: number;
  /** Where the N columns start. */
  firstColumn: number;
  /** (N) what the means are shrunk toward. */
  prior: Float64Array;
}

/**
 * (R, N) neighbour means of one size, shrunk: (n · mean + priorCount · prior) / (n + priorCount) with n neighbours;
 * the prior itself where a column has no label.
 */
export function shrunkMeans(
  neighbours: NeighbourMeans,
  embeddings: Float32Array,
  { size, priorCount, firstColumn, prior }: ShrunkMeansSetting,
): Float64Array {
  const N = prior.length;
  const C = neighbours.columns;
  const means = neighbours.means(embeddings);
  const cells = means.length / neighbours.sizes.length;
  const rows = cells / C;
  const plane = neighbours.sizeIndex(size) * cells;
  const shrunk = new Float64Array(rows * N);
  for (let m = 0; m < N; m++) {
    const n = neighbours.neighbours(size, firstColumn + m);
    const share = n === 0 ? 0 : n / (n + priorCount);
    const offset = (1 - share) * prior[m];
    for (let r = 0; r < rows; r++) {
      shrunk[r * N + m] = n === 0 ? offset : share * means[plane + r * C + firstColumn + m] + offset;
    }
  }
  return shrunk;
}
