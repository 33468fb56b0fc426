import { type Precision, parseSafetensors } from "@onehead/core";

/** How a file stores its weights. */
export interface StoredWeights {
  /** The narrowest type among them. */
  precision: Precision;
  /** Numbers in each type, scales of int8 left out. */
  weights: Partial<Record<Precision, number>>;
  /** Bytes of the weights with their scales, and of the whole file. */
  weightBytes: number;
  sizeBytes: number;
}

const types: ReadonlyArray<[precision: Precision, dtype: string, bytes: number]> = [
  ["int8", "I8", 1],
  ["float16", "F16", 2],
  ["float32", "F32", 4],
];

/** @param file of an artifact that was read before: what is in it is not checked again */
export function storedWeights(file: Uint8Array): StoredWeights {
  const { header, tensors } = parseSafetensors(file);
  const entries = JSON.parse(header) as Record<string, { dtype: string; shape: number[] }>;
  const weights: StoredWeights["weights"] = {};
  let weightBytes = 0;
  for (const [name, { dtype, shape }] of Object.entries(entries)) {
    const type = types.find(([, stored]) => stored === dtype);
    if (type === undefined) continue;
    const [precision, , bytes] = type;
    const count = shape.reduce((product, side) => product * side, 1);
    weightBytes += bytes * count;
    // what the reader takes for scales is no tensor of its own
    if (tensors.has(name)) weights[precision] = (weights[precision] ?? 0) + count;
  }
  const precision = types.find(([stored]) => (weights[stored] ?? 0) > 0)?.[0] ?? "float32";
  return { precision, weights, weightBytes, sizeBytes: file.length };
}

/** "93 % of the weights as int8, 7 % as float16; 0.42 MB of 0.60 MB". */
export function describeWeights({ weights, weightBytes, sizeBytes }: StoredWeights): string {
  const counts = types.flatMap(([precision]) => {
    const count = weights[precision] ?? 0;
    return count === 0 ? [] : [{ precision, count }];
  });
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const shares = counts.map(({ precision, count }, i) => {
    if (counts.length === 1) return `all weights as ${precision}`;
    return `${((100 * count) / all).toFixed(1)} % ${i === 0 ? "of the weights " : ""}as ${precision}`;
  });
  return `${shares.join(", ")}; ${megabytes(weightBytes)} of a file of ${megabytes(sizeBytes)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
