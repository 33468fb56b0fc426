/** Scratch of {@link selectNearest} and its result, nearest first. */
export interface NearestBuffer {
  /** (k) rows. */
  rows: Int32Array;
  /** (k) their similarities. */
  similarities: Float64Array;
}

/**
 * The k most similar of the candidate rows, most similar first; of equally similar rows the earlier one is nearer.
 *
 * One pass with a bounded heap whose root is the worst row kept: most rows cost one comparison, and only the k kept
 * ones are ever sorted. (Gathering rows above a threshold and sorting bare doubles natively was twice as slow.)
 *
 * @param out          room for at least min(k, candidates) rows
 * @param similarities similarity of row j at `start + j`
 * @param candidates   row indices, ascending
 * @returns how many were selected: min(k, candidates)
 */
export function selectNearest(
  out: NearestBuffer,
  similarities: Float32Array,
  start: number,
  candidates: Int32Array,
  k: number,
): number {
  const kept = Math.min(k, candidates.length);
  if (kept === 0) return 0;
  const heapRows = out.rows;
  const heap = out.similarities;
  for (let i = 0; i < kept; i++) {
    heapRows[i] = candidates[i];
    heap[i] = similarities[start + candidates[i]];
  }
  for (let i = (kept >> 1) - 1; i >= 0; i--) siftDown(heap, heapRows, i, kept);

  // a later row that equals the root is farther by its index, so only a strictly greater similarity enters
  for (let i = kept; i < candidates.length; i++) {
    const similarity = similarities[start + candidates[i]];
    if (similarity <= heap[0]) continue;
    heap[0] = similarity;
    heapRows[0] = candidates[i];
    siftDown(heap, heapRows, 0, kept);
  }

  // the worst of those left goes to the end: what remains is sorted from the nearest on
  for (let last = kept - 1; last > 0; last--) {
    const similarity = heap[0];
    const row = heapRows[0];
    heap[0] = heap[last];
    heapRows[0] = heapRows[last];
    heap[last] = similarity;
    heapRows[last] = row;
    siftDown(heap, heapRows, 0, last);
  }
  return kept;
}

/** Restores "no parent is nearer than its child" below `start` in the first `size` cells. */
function siftDown(heap: Float64Array, rows: Int32Array, start: number, size: number): void {
  const similarity = heap[start];
  const row = rows[start];
  let hole = start;
  for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
    const right = child + 1;
    if (right < size && isFarther(heap[right], rows[right], heap[child], rows[child])) child = right;
    if (!isFarther(heap[child], rows[child], similarity, row)) break;
    heap[hole] = heap[child];
    rows[hole] = rows[child];
    hole = child;
  }
  heap[hole] = similarity;
  rows[hole] = row;
}

function isFarther(similarity: number, row: number, otherSimilarity: number, otherRow: number): boolean {
  return similarity < otherSimilarity || (similarity === otherSimilarity && row > otherRow);
}
