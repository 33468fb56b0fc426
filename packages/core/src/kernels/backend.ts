import { gelu } from "./gelu.js";
import { layerNorm } from "./layer-norm.js";
import { matmul, matmulTransposedA, matmulTransposedB } from "./matmul.js";
import { softmaxRows } from "./softmax.js";

/** The set of kernels that a router computes with. `js` is the specification; one contract suite holds for all. */
export interface Backend {
  readonly name: "js" | "wasm" | "gpu";
  readonly matmul: typeof matmul;
  readonly matmulTransposedA: typeof matmulTransposedA;
  readonly matmulTransposedB: typeof matmulTransposedB;
  readonly softmaxRows: typeof softmaxRows;
  readonly gelu: typeof gelu;
  readonly layerNorm: typeof layerNorm;
  /** So many zeros, or a copy, where these kernels are fastest to read and write: for weights and scratch. */
  allocate(content: number | Float32Array): Float32Array;
  /** The same kernels with room of its own, which is released with the arrays in it: one for each set of weights. */
  fork(): Backend;
}

/** Pure TypeScript kernels: no dependency, no code generation, every runtime. */
export const jsBackend: Backend = {
  name: "js",
  matmul,
  matmulTransposedA,
  matmulTransposedB,
  softmaxRows,
  gelu,
  layerNorm,
  allocate: (content) => new Float32Array(content as Float32Array),
  fork: () => jsBackend,
};
