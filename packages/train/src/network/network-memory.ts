import { adamFloats, type TrainingBackend } from "@onehead/core/training";
import { spanOf } from "./parameter-set.js";

export interface NetworkShape {
  dimensions: number;
  models: number;
  maxRows: number;
  parameters: ReadonlyArray<[name: string, size: number]>;
  /** Floats of one row's activations and of their gradients, the embedding and the outputs aside. */
  perRow: number;
  /** Floats of activations that no row has of its own. */
  shared: number;
  /** The longest inner dimension of a product. */
  inner: number;
}

/** Room for the copies that products make of blocks of their factors: see the WebAssembly backend. */
const productScratch = 131_072;
const blockRows = 64;
/** Each array may start at the next line of the cache. */
const slack = 4096;

/** Room for a network and for its trainer: memory that nobody writes to costs nothing. */
export function networkMemory(
  backend: TrainingBackend,
  { dimensions, models, maxRows, parameters, perRow, shared, inner }: NetworkShape,
): TrainingBackend {
  const span = spanOf(parameters);
  // parameters, gradients, their sum and another shard's; the optimiser's moments
  const weights = 4 * span + adamFloats(span);
  // embeddings of the network and of the trainer's batch; outputs, targets and gradients
  const rows = maxRows * (2 * dimensions + 8 * models + perRow);
  // what a product keeps of rows grows with its inner dimension: at most twice the longest one, by doubling or in a few steps
  const scratch = productScratch + 6 * blockRows * (1 + inner);
  return backend.fork(weights + rows + shared + scratch + slack);
}
