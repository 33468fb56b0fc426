import { assertAtLeast } from "../errors/shape-error.js";

// The three products share one routine that reads a and b through strides. Each cell is one double accumulator that
// runs over the inner index upwards, whatever the path or tile, so that a row gives the same bits alone or in a batch.

const tileRows = 3;
const tileColumns = 4;

// packing scratch, grown to the largest product seen: float64, because V8 then converts each element only once
let panelA = new Float64Array(0);
let panelB = new Float64Array(0);

/**
 * Matrix product out = a b (or out += a b).
 *
 * Float32 in and out, float64 in between; 3×4 register tiles over packed panels (4 times the naive loops in V8).
 * NaN and infinities follow IEEE arithmetic; an inner size of 0 gives zeros.
 *
 * @param out (rows, columns); must not alias a or b
 * @param a   (rows, inner)
 * @param b   (inner, columns)
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function matmul(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  accumulate = false,
): void {
  assertShapes("matmul", out, a, b, rows, inner, columns);
  multiply(out, a, b, rows, inner, columns, inner, 1, columns, 1, accumulate);
}

/** Matrix product out = a bᵀ, with b (columns, inner); else as {@link matmul}. */
export function matmulTransposedB(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  accumulate = false,
): void {
  assertShapes("matmulTransposedB", out, a, b, rows, inner, columns);
  multiply(out, a, b, rows, inner, columns, inner, 1, 1, inner, accumulate);
}

/** Matrix product out = aᵀ b, with a (inner, rows); else as {@link matmul}. */
export function matmulTransposedA(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  accumulate = false,
): void {
  assertShapes("matmulTransposedA", out, a, b, rows, inner, columns);
  multiply(out, a, b, rows, inner, columns, 1, rows, columns, 1, accumulate);
}

function assertShapes(
  name: string,
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  assertAtLeast(`${name}: out`, out.length, rows * columns);
  assertAtLeast(`${name}: a`, a.length, rows * inner);
  assertAtLeast(`${name}: b`, b.length, inner * columns);
}

/** a's element (r, k) stands at r·aRow + k·aInner, b's element (k, c) at k·bInner + c·bColumn. */
function multiply(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  aRow: number,
  aInner: number,
  bInner: number,
  bColumn: number,
  accumulate: boolean,
): void {
  // packing b costs as much as one row of the product: it pays from the second tile of rows on
  if (rows <= tileRows) {
    for (let r = 0; r < rows; r++) {
      multiplyRow(out, r * columns, a, r * aRow, aInner, b, bInner, bColumn, inner, columns, accumulate);
    }
    return;
  }
  const stripes = Math.ceil(columns / tileColumns);
  if (panelA.length < tileRows * inner) panelA = new Float64Array(tileRows * inner);
  if (panelB.length < stripes * tileColumns * inner) panelB = new Float64Array(stripes * tileColumns * inner);
  packStripes(b, inner, columns, bInner, bColumn, stripes);
  for (let r = 0; r < rows; r += tileRows) {
    const height = Math.min(tileRows, rows - r);
    packRows(a, r, height, inner, aRow, aInner);
    for (let s = 0; s < stripes; s++) {
      multiplyTile(out, r, height, s, inner, columns, accumulate);
    }
  }
}

/** b as stripes of four columns, each (inner, 4), the last one filled up with zeros. */
function packStripes(
  b: Float32Array,
  inner: number,
  columns: number,
  bInner: number,
  bColumn: number,
  stripes: number,
): void {
  const panel = panelB;
  for (let s = 0; s < stripes; s++) {
    const base = s * tileColumns * inner;
    for (let j = 0; j < tileColumns; j++) {
      const c = s * tileColumns + j;
      let at = base + j;
      if (c < columns) {
        let from = c * bColumn;
        for (let k = 0; k < inner; k++, at += tileColumns, from += bInner) panel[at] = b[from];
      } else {
        for (let k = 0; k < inner; k++, at += tileColumns) panel[at] = 0;
      }
    }
  }
}

/** Rows r to r + height of a as one (inner, 3) panel, filled up with zeros. */
function packRows(a: Float32Array, r: number, height: number, inner: number, aRow: number, aInner: number): void {
  const panel = panelA;
  for (let i = 0; i < tileRows; i++) {
    let at = i;
    if (i < height) {
      let from = (r + i) * aRow;
      for (let k = 0; k < inner; k++, at += tileRows, from += aInner) panel[at] = a[from];
    } else {
      for (let k = 0; k < inner; k++, at += tileRows) panel[at] = 0;
    }
  }
}

function multiplyTile(
  out: Float32Array,
  r: number,
  height: number,
  stripe: number,
  inner: number,
  columns: number,
  accumulate: boolean,
): void {
  const pa = panelA;
  const pb = panelB;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let i = 0;
  let j = stripe * tileColumns * inner;
  for (let k = 0; k < inner; k++) {
    const a0 = pa[i];
    const a1 = pa[i + 1];
    const a2 = pa[i + 2];
    const b0 = pb[j];
    const b1 = pb[j + 1];
    const b2 = pb[j + 2];
    const b3 = pb[j + 3];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    i += tileRows;
    j += tileColumns;
  }
  const c = stripe * tileColumns;
  const width = Math.min(tileColumns, columns - c);
  const at = r * columns + c;
  store(out, at, width, s00, s01, s02, s03, accumulate);
  if (height > 1) store(out, at + columns, width, s10, s11, s12, s13, accumulate);
  if (height > 2) store(out, at + 2 * columns, width, s20, s21, s22, s23, accumulate);
}

/** One row against all of b, unpacked: four columns at a time. */
function multiplyRow(
  out: Float32Array,
  at: number,
  a: Float32Array,
  aStart: number,
  aInner: number,
  b: Float32Array,
  bInner: number,
  bColumn: number,
  inner: number,
  columns: number,
  accumulate: boolean,
): void {
  let c = 0;
  for (; c + 3 < columns; c += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let i = aStart;
    let j = c * bColumn;
    const two = 2 * bColumn;
    const three = 3 * bColumn;
    for (let k = 0; k < inner; k++) {
      const x = a[i];
      s0 += x * b[j];
      s1 += x * b[j + bColumn];
      s2 += x * b[j + two];
      s3 += x * b[j + three];
      i += aInner;
      j += bInner;
    }
    store(out, at + c, 4, s0, s1, s2, s3, accumulate);
  }
  for (; c < columns; c++) {
    let sum = 0;
    let i = aStart;
    let j = c * bColumn;
    for (let k = 0; k < inner; k++) {
      sum += a[i] * b[j];
      i += aInner;
      j += bInner;
    }
    store(out, at + c, 1, sum, 0, 0, 0, accumulate);
  }
}

function store(
  out: Float32Array,
  at: number,
  width: number,
  v0: number,
  v1: number,
  v2: number,
  v3: number,
  accumulate: boolean,
): void {
  out[at] = accumulate ? out[at] + v0 : v0;
  if (width > 1) out[at + 1] = accumulate ? out[at + 1] + v1 : v1;
  if (width > 2) out[at + 2] = accumulate ? out[at + 2] + v2 : v2;
  if (width > 3) out[at + 3] = accumulate ? out[at + 3] + v3 : v3;
}
