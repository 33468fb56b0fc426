import { findNonFiniteHalf, fromFloat16 } from "../artifact/float16.js";
import { fromInt8 } from "../artifact/int8.js";
import { hashBlocks } from "../hash/hash-string.js";
import { gatherColumns } from "./gather-columns.js";
import { gelu } from "./gelu.js";
import { layerNorm } from "./layer-norm.js";
import { applyLinear, bindLinear } from "./linear-map.js";
import { addLogOdds } from "./log-odds.js";
import { matmul, matmulTransposedA, matmulTransposedB } from "./matmul.js";
import { readOutcomes } from "./outcomes.js";
import { poolRows } from "./pool-rows.js";
import { rbfOfProducts, unitRows } from "./rbf.js";
import { readHeads } from "./read-heads.js";
import { softmaxRows } from "./softmax.js";
import { squaredNorms } from "./squared-norms.js";

/** The kernels themselves; those of `js` are the specification, and one contract suite holds for all. */
interface Kernels {
  readonly matmul: typeof matmul;
  readonly matmulTransposedA: typeof matmulTransposedA;
  readonly matmulTransposedB: typeof matmulTransposedB;
  readonly bindLinear: typeof bindLinear;
  readonly applyLinear: typeof applyLinear;
  readonly readHeads: typeof readHeads;
  readonly softmaxRows: typeof softmaxRows;
  readonly gelu: typeof gelu;
  readonly layerNorm: typeof layerNorm;
  readonly unitRows: typeof unitRows;
  readonly squaredNorms: typeof squaredNorms;
  readonly rbfOfProducts: typeof rbfOfProducts;
  readonly addLogOdds: typeof addLogOdds;
  readonly readOutcomes: typeof readOutcomes;
  readonly poolRows: typeof poolRows;
  readonly gatherColumns: typeof gatherColumns;
  readonly hashBlocks: typeof hashBlocks;
  readonly findNonFiniteHalf: typeof findNonFiniteHalf;
  readonly fromFloat16: typeof fromFloat16;
  readonly fromInt8: typeof fromInt8;
}

/** The set of kernels that a router computes with, and where its arrays lie. */
export interface Backend extends Kernels {
  readonly name: "js" | "wasm" | "gpu";
  /** So many zeros, or a copy, where these kernels are fastest to read and write: for weights and scratch. */
  allocate(content: number | Float32Array): Float32Array;
  /**
   * The same kernels with room of its own, which is released with the arrays in it: one for each set of weights.
   *
   * @param floats that it will hold, bound maps included; what comes beyond is as right, but slow
   * @returns kernels of another `name` where the runtime gives no memory for these
   */
  fork(floats: number): Backend;
}

/** Pure TypeScript kernels: no dependency, no code generation, every runtime. */
export const jsBackend: Backend = {
  name: "js",
  matmul,
  matmulTransposedA,
  matmulTransposedB,
  bindLinear,
  applyLinear,
  readHeads,
  softmaxRows,
  gelu,
  layerNorm,
  unitRows,
  squaredNorms,
  rbfOfProducts,
  addLogOdds,
  readOutcomes,
  poolRows,
  gatherColumns,
  hashBlocks,
  findNonFiniteHalf,
  fromFloat16,
  fromInt8,
  allocate: (content) => new Float32Array(content as Float32Array),
  fork: () => jsBackend,
};
