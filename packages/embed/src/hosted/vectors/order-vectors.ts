import { decodeVector } from "./decode-vector.js";

/** A vector as an answer has it. */
export interface RawVector {
  /** Place of its text in the request. */
  index: unknown;
  vector: unknown;
}

/**
 * Vectors in the order of the request's texts, whatever order the answer has them in.
 *
 * @param count texts in the request
 * @returns (count) vectors, or what is wrong in words
 */
export function orderVectors(
  answered: readonly RawVector[],
  count: number,
  dimensions: number | null,
): Float32Array[] | string {
  if (answered.length !== count) return `${answered.length} vectors, expected ${count}`;
  const ordered: Float32Array[] = new Array(count);
  const seen = new Set<number>();
  for (const { index, vector } of answered) {
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= count) {
      return `index ${shown(index)}, expected a whole number from 0 to ${count - 1}`;
    }
    if (seen.has(index)) return `index ${index} twice, expected every index once`;
    seen.add(index);
    const decoded = decodeVector(vector, dimensions);
    if (typeof decoded === "string") return `vector ${index} has ${decoded}`;
    ordered[index] = decoded;
  }
  return ordered;
}

/** A number as it is; of anything else the kind only, since it may be text of the answer. */
function shown(index: unknown): string {
  return typeof index === "number" ? String(index) : typeof index;
}
