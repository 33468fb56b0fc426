import { assertLength, type Backend, jsBackend, OneheadError } from "@onehead/core";
import type { Random } from "@onehead/core/training";
import { assertNotAborted } from "../assert-not-aborted.js";
import type { Embedder } from "../embedder.js";
import { roundToFloat16 } from "../trained/round-to-float16.js";
import type { TrainedEmbedder } from "../trained/trained-embedder.js";
import { yieldToEvents } from "../yield-to-events.js";
import { centreRows } from "./external-block.js";
import { JoinedEmbedder } from "./joined-embedder.js";

export interface FitJoinedEmbedderOptions {
  /** The trained part; null for the external embedder alone. */
  readonly trained: TrainedEmbedder | null;
  /** length of the external block beside a text block of length 1; 1 */
  readonly weight?: number | undefined;
  /** C: vectors that are longer are projected onto so many principal components; 128 */
  readonly components?: number | undefined;
  /** of the random sketch, and of the choice of rows for it; 0 */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** what the projection is fitted with; pure JavaScript */
  readonly backend?: Backend | undefined;
}

// principal components of more rows differ little, and cost in proportion
const sampledRows = 8192;
// embeddings have flat spectra, in which two passes already find nearly all of the variance
const powerIterations = 2;

/**
 * Joins an external embedder, by its vectors of the training texts, with a trained one that was fitted on the same texts.
 *
 * The same vectors, options and seed give the same bits.
 *
 * @param vectors (R, X) `external`'s vectors of the training texts
 * @throws OneheadError "invalid-argument" without vectors or with an option out of range, "response" for vectors that are
 *   not finite, "aborted"; ShapeError when the vectors are no whole number of rows
 */
export async function fitJoinedEmbedder(
  external: Embedder,
  vectors: Float32Array,
  options: FitJoinedEmbedderOptions,
): Promise<JoinedEmbedder> {
  const { trained, weight = 1, components = 128, seed = 0, signal, backend = jsBackend } = options;
  const X = external.dimensions;
  const rows = Math.floor(vectors.length / X);
  if (rows === 0) fail("vectors", "none", "those of at least one text");
  assertLength("fitJoinedEmbedder: vectors", vectors.length, rows * X);
  if (!(Number.isInteger(components) && components >= 1)) fail("components", components, "an integer from 1");
  if (!(weight > 0 && weight <= 100)) fail("weight", weight, "above 0, to 100");

  const mean = roundToFloat16(meanOfRows(vectors, rows, X));
  if (!mean.every(Number.isFinite)) {
    throw new OneheadError("response", `fitJoinedEmbedder: vectors of ${external.id.slice(0, 80)}: not finite`);
  }
  let projection: Float32Array | null = null;
  if (X > components) {
    const { createRandom, denseMap, randomizedSvd } = await import("../svd/index.js");
    const picked = pickRows(rows, createRandom(seed));
    const sample = new Float32Array(picked.length * X);
    picked.forEach((r, i) => {
      sample.set(vectors.subarray(r * X, (r + 1) * X), i * X);
    });
    const centred = centreRows(sample, picked.length, mean);
    const { rightVectors } = await randomizedSvd(denseMap(centred, picked.length, X, backend), {
      components,
      seed,
      powerIterations,
      onStep: async () => {
        await yieldToEvents();
        assertNotAborted("fitJoinedEmbedder", signal);
      },
    });
    // one text, or equal ones, have no direction at all: the vectors are then taken whole
    if (rightVectors.length > 0) projection = roundToFloat16(rightVectors);
  }
  const { id, origin = null } = external;
  const width = projection === null ? X : projection.length / X;
  const block = { id, dimensions: X, origin, weight, components: width, mean, projection };
  return new JoinedEmbedder(trained, block, external);
}

function meanOfRows(vectors: Float32Array, rows: number, X: number): Float32Array {
  const sums = new Float64Array(X);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < X; j++) sums[j] += vectors[r * X + j];
  }
  return Float32Array.from(sums, (sum) => sum / rows);
}

/** All rows, or a seeded choice of them in ascending order. */
function pickRows(rows: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, r) => r);
  if (rows <= sampledRows) return all;
  random.shuffle(all);
  return all.subarray(0, sampledRows).sort();
}

function fail(name: string, observed: unknown, expected: string): never {
  throw new OneheadError(
    "invalid-argument",
    `fitJoinedEmbedder: ${name} out of range: ${String(observed)}, expected ${expected}`,
  );
}
