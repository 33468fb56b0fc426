import { jsBackend } from "../kernels/backend.js";
import { createRandom } from "../random/random.js";
import type { Products } from "./staged-products.js";

const rounds = 25;

/**
 * Spherical k-means by k-means++ and Lloyd's rounds: centroids (K, D) of length 1 that the unit rows lie nearest to.
 *
 * A cluster that loses its last row keeps its centroid. The same rows and seed give the same bits.
 *
 * @param rows (R, D) of length 1, R ≥ 1; K is at most R
 * Source: Dhillon and Modha 2001; Arthur and Vassilvitskii 2007
 */
export function kMeans(
  rows: Float32Array,
  D: number,
  K: number,
  seed: number,
  products: Products = jsBackend,
): Float32Array {
  const R = rows.length / D;
  const count = Math.min(K, R);
  const centroids = startCentroids(rows, D, count, seed);
  let previous: Int32Array = new Int32Array(0);
  for (let round = 0; round < rounds; round++) {
    const nearest = nearestCentroids(rows, centroids, D, products);
    if (nearest.every((k, r) => k === previous[r])) break;
    previous = nearest;
    const sums = new Float64Array(count * D);
    nearest.forEach((k, r) => {
      for (let d = 0; d < D; d++) sums[k * D + d] += rows[r * D + d];
    });
    for (let k = 0; k < count; k++) {
      const own = sums.subarray(k * D, (k + 1) * D);
      const length = Math.hypot(...own);
      if (length > 0) for (let d = 0; d < D; d++) centroids[k * D + d] = own[d] / length;
    }
  }
  return centroids;
}

/** (R) index of the centroid of greatest cosine; ties go to the earlier one. */
export function nearestCentroids(
  rows: Float32Array,
  centroids: Float32Array,
  D: number,
  products: Products = jsBackend,
): Int32Array {
  const R = rows.length / D;
  const K = centroids.length / D;
  const cosines = new Float32Array(R * K);
  products.matmulTransposedB(cosines, rows, centroids, R, D, K);
  return Int32Array.from({ length: R }, (_, r) => {
    let best = 0;
    for (let k = 1; k < K; k++) if (cosines[r * K + k] > cosines[r * K + best]) best = k;
    return best;
  });
}

/** k-means++: each next centroid is a row drawn with chance in proportion to its distance 1 − cos to the nearest so far. */
function startCentroids(rows: Float32Array, D: number, K: number, seed: number): Float32Array {
  const R = rows.length / D;
  const random = createRandom(seed, 78);
  const centroids = new Float32Array(K * D);
  const distances = new Float64Array(R).fill(Number.POSITIVE_INFINITY);
  let picked = Math.floor(random.uniform() * R);
  for (let k = 0; k < K; k++) {
    const centroid = rows.subarray(picked * D, (picked + 1) * D);
    centroids.set(centroid, k * D);
    let total = 0;
    for (let r = 0; r < R; r++) {
      let cosine = 0;
      for (let d = 0; d < D; d++) cosine += rows[r * D + d] * centroid[d];
      distances[r] = Math.max(0, Math.min(distances[r], 1 - cosine));
      total += distances[r];
    }
    let left = random.uniform() * total;
    picked = 0;
    for (; picked < R - 1; picked++) {
      left -= distances[picked];
      if (left <= 0) break;
    }
  }
  return centroids;
}
