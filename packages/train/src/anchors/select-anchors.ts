import { createRandom, jsTrainingBackend, type Products } from "@onehead/core/training";

// assignments are computed for this many rows at a time
const blockRows = 512;
const iterations = 8;

/**
 * P representative training prompts: medoids of a spherical k-means over the embeddings.
 *
 * Lloyd's iterations on the cosine, started from P distinct random rows; each cluster then gives the row nearest to its
 * centroid. A cluster that runs empty is restarted at the row worst served by its centroid.
 *
 * @param embeddings (R, D)
 * @param pause  awaited between blocks of rows; what it throws ends the search
 * @returns ascending row indices, P of them, or all R when there are no more than P
 * Source: Dhillon & Modha 2001 (spherical k-means)
 */
export async function selectAnchors(
  embeddings: Float32Array,
  rows: number,
  D: number,
  P: number,
  seed: number,
  pause: () => Promise<void>,
  products: Products = jsTrainingBackend,
): Promise<Int32Array> {
  if (rows <= P) return Int32Array.from({ length: rows }, (_, r) => r);
  const unit = normalizedRows(embeddings, rows, D);
  const order = Int32Array.from({ length: rows }, (_, r) => r);
  createRandom(seed, 101).shuffle(order);
  const centroids = new Float32Array(P * D);
  for (let p = 0; p < P; p++) centroids.set(unit.subarray(order[p] * D, (order[p] + 1) * D), p * D);

  const cluster = new Int32Array(rows);
  const similarity = new Float32Array(rows);
  for (let i = 0; i < iterations; i++) {
    await assignRows(cluster, similarity, unit, centroids, rows, D, P, pause, products);
    updateCentroids(centroids, cluster, similarity, unit, rows, D, P);
  }
  await assignRows(cluster, similarity, unit, centroids, rows, D, P, pause, products);
  return medoids(cluster, similarity, order, rows, P);
}

function normalizedRows(source: Float32Array, rows: number, D: number): Float32Array {
  const unit = new Float32Array(rows * D);
  for (let r = 0; r < rows; r++) {
    let squares = 0;
    for (let d = 0; d < D; d++) squares += source[r * D + d] * source[r * D + d];
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < D; d++) unit[r * D + d] = source[r * D + d] * scale;
  }
  return unit;
}

async function assignRows(
  cluster: Int32Array,
  similarity: Float32Array,
  unit: Float32Array,
  centroids: Float32Array,
  rows: number,
  D: number,
  P: number,
  pause: () => Promise<void>,
  products: Products,
): Promise<void> {
  const cosines = new Float32Array(blockRows * P);
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start);
    products.matmulTransposedB(cosines, unit.subarray(start * D, (start + count) * D), centroids, count, D, P);
    for (let b = 0; b < count; b++) {
      let best = 0;
      for (let p = 1; p < P; p++) if (cosines[b * P + p] > cosines[b * P + best]) best = p;
      cluster[start + b] = best;
      similarity[start + b] = cosines[b * P + best];
    }
    await pause();
  }
}

function updateCentroids(
  centroids: Float32Array,
  cluster: Int32Array,
  similarity: Float32Array,
  unit: Float32Array,
  rows: number,
  D: number,
  P: number,
): void {
  const sums = new Float64Array(P * D);
  const sizes = new Int32Array(P);
  for (let r = 0; r < rows; r++) {
    const at = cluster[r] * D;
    sizes[cluster[r]]++;
    for (let d = 0; d < D; d++) sums[at + d] += unit[r * D + d];
  }
  for (let p = 0; p < P; p++) {
    if (sizes[p] === 0) {
      let worst = 0;
      for (let r = 1; r < rows; r++) if (similarity[r] < similarity[worst]) worst = r;
      similarity[worst] = 1;
      centroids.set(unit.subarray(worst * D, (worst + 1) * D), p * D);
      continue;
    }
    let squares = 0;
    for (let d = 0; d < D; d++) squares += sums[p * D + d] * sums[p * D + d];
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < D; d++) centroids[p * D + d] = sums[p * D + d] * scale;
  }
}

/** The nearest row of every cluster; clusters without a row give the first rows of `order` that are still free. */
function medoids(
  cluster: Int32Array,
  similarity: Float32Array,
  order: Int32Array,
  rows: number,
  P: number,
): Int32Array {
  const nearest = new Int32Array(P).fill(-1);
  for (let r = 0; r < rows; r++) {
    const held = nearest[cluster[r]];
    if (held < 0 || similarity[r] > similarity[held]) nearest[cluster[r]] = r;
  }
  const picked = new Set<number>();
  for (const r of nearest) if (r >= 0) picked.add(r);
  for (let i = 0; picked.size < P; i++) picked.add(order[i]);
  return Int32Array.from(picked).sort();
}
