/** What the module exports; addresses and strides are in bytes, counts in float32; fractions
 * are written to `argumentAddress` before. Each is documented where its code is written. */
export interface KernelExports {
  multiplyRow(
    out: number,
    x: number,
    step: number,
    b: number,
    inner: number,
    columns: number,
    accumulate: number,
  ): void;
  multiplyTiles8: MultiplyTiles;
  multiplyTiles12: MultiplyTiles;
  packPanels(
    out: number,
    step: number,
    source: number,
    innerStep: number,
    laneStep: number,
    inner: number,
    lanes: number,
  ): void;
  readHead(
    out: number,
    shared: number,
    b: number,
    added: number,
    taken: number,
    columns: number,
    accumulate: number,
  ): void;
  readHeadOfTwo(
    out: number,
    outStep: number,
    shared: number,
    sharedStep: number,
    b: number,
    added: number,
    taken: number,
    columns: number,
    accumulate: number,
  ): void;
  gelu(out: number, x: number, count: number): void;
  softmaxRows(out: number, x: number, rows: number, columns: number): void;
  rbfOfProducts(products: number, rowSquares: number, centreSquares: number, rows: number, centres: number): void;
  unitRows(out: number, x: number, rows: number, columns: number): void;
  squaredNorms(out: number, x: number, rows: number, columns: number): void;
  layerNorm(out: number, x: number, gain: number, bias: number, rows: number, columns: number): void;
  addLogOdds(out: number, stride: number, means: number, rows: number, columns: number): void;
  readOutcomes(quality: number, outputs: number, joint: number, shifts: number, rows: number, columns: number): void;
  poolFloats: PoolRows;
  poolBytes: PoolRows;
  poolHalves: PoolRows;
  hashBlocks(blocks: number): void;
  findNonFiniteHalf(vectors: number): void;
  fromFloat16(vectors: number): void;
  fromInt8(rows: number, columns: number): void;
  gatherColumns(
    out: number,
    outStep: number,
    source: number,
    step: number,
    rows: number,
    offsets: number,
    picked: number,
  ): void;
}

type PoolRows = (out: number, rows: number, width: number, features: number, weights: number, count: number) => void;

type MultiplyTiles = (
  out: number,
  outStride: number,
  a: number,
  b: number,
  step: number,
  tiles: number,
  inner: number,
  columns: number,
  fours: number,
  accumulate: number,
) => void;
