// One block of sums stays in the second-level cache; a block of b is long, because short pieces of rows defeat the
// hardware's prefetch (256 deep: a quarter slower). They also bound the scratch to 1.3 MB, whatever the product.
const blockRows = 192;
const blockInner = 1024;
const blockColumns = 128;

// the register tile: 12 sums, and 7 loads for 12 multiply-adds; 4 × 4 spills
const tileRows = 3;
const tileColumns = 4;

// float64, because V8 then converts each element once and not at every use
let panelA = new Float64Array(0);
let panelB = new Float64Array(0);
let sums = new Float64Array(0);

/**
 * Product over packed panels in 3 × 4 register tiles (4 to 5 times the naive loops in V8).
 *
 * A long inner size goes block by block through double sums, which a tile takes up where the last block left them:
 * the order of additions is that of the naive loop.
 *
 * @param out (rows, columns)
 * @param a   element (r, k) at r·aRow + k·aInner
 * @param b   element (k, c) at k·bInner + c·bColumn
 * @param accumulate adds to `out` instead of replacing it
 */
export function multiplyBlocked(
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
  reserve(rows, inner, columns);
  for (let r0 = 0; r0 < rows; r0 += blockRows) {
    const height = Math.min(blockRows, rows - r0);
    for (let c0 = 0; c0 < columns; c0 += blockColumns) {
      const width = Math.min(blockColumns, columns - c0);
      const stripes = Math.ceil(width / tileColumns);
      const stride = stripes * tileColumns;
      for (let k0 = 0; k0 < inner; k0 += blockInner) {
        const depth = Math.min(blockInner, inner - k0);
        packStripes(b, k0 * bInner + c0 * bColumn, depth, width, bInner, bColumn);
        for (let r = 0; r < height; r += tileRows) {
          packRows(a, (r0 + r) * aRow + k0 * aInner, depth, Math.min(tileRows, height - r), aRow, aInner);
          for (let s = 0; s < stripes; s++) multiplyTile(s, depth, r * stride + s * tileColumns, stride, k0 > 0);
        }
      }
      storeSums(out, r0 * columns + c0, height, width, columns, stride, accumulate);
    }
  }
}

function reserve(rows: number, inner: number, columns: number): void {
  const height = roundUp(Math.min(rows, blockRows), tileRows);
  const width = roundUp(Math.min(columns, blockColumns), tileColumns);
  const depth = Math.min(inner, blockInner);
  if (panelA.length < tileRows * depth) panelA = new Float64Array(tileRows * depth);
  if (panelB.length < width * depth) panelB = new Float64Array(width * depth);
  if (sums.length < height * width) sums = new Float64Array(height * width);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** Packs a block of b as stripes of four columns, each (depth, 4), the last one filled up with zeros. */
function packStripes(
  b: Float32Array,
  start: number,
  depth: number,
  width: number,
  bInner: number,
  bColumn: number,
): void {
  const panel = panelB;
  const back = bInner - 3 * bColumn;
  let at = 0;
  let c = 0;
  for (; c + 3 < width; c += tileColumns) {
    let from = start + c * bColumn;
    for (let k = 0; k < depth; k++) {
      panel[at] = b[from];
      from += bColumn;
      panel[at + 1] = b[from];
      from += bColumn;
      panel[at + 2] = b[from];
      from += bColumn;
      panel[at + 3] = b[from];
      from += back;
      at += tileColumns;
    }
  }
  if (c === width) return;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < tileColumns; j++) {
      panel[at++] = c + j < width ? b[start + k * bInner + (c + j) * bColumn] : 0;
    }
  }
}

/** Packs up to three rows of a as one (depth, 3) panel, filled up with zeros. */
function packRows(a: Float32Array, start: number, depth: number, height: number, aRow: number, aInner: number): void {
  const panel = panelA;
  for (let i = 0; i < tileRows; i++) {
    let at = i;
    let from = start + i * aRow;
    for (let k = 0; k < depth; k++) {
      panel[at] = i < height ? a[from] : 0;
      at += tileRows;
      from += aInner;
    }
  }
}

/** Sets the 3 × 4 sums at `at` to the packed rows times one packed stripe, or goes on adding to them. */
function multiplyTile(stripe: number, depth: number, at: number, stride: number, resume: boolean): void {
  const pa = panelA;
  const pb = panelB;
  const s = sums;
  const row1 = at + stride;
  const row2 = row1 + stride;
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
  if (resume) {
    s00 = s[at];
    s01 = s[at + 1];
    s02 = s[at + 2];
    s03 = s[at + 3];
    s10 = s[row1];
    s11 = s[row1 + 1];
    s12 = s[row1 + 2];
    s13 = s[row1 + 3];
    s20 = s[row2];
    s21 = s[row2 + 1];
    s22 = s[row2 + 2];
    s23 = s[row2 + 3];
  }
  let i = 0;
  let j = stripe * tileColumns * depth;
  for (let k = 0; k < depth; k++) {
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
  s[at] = s00;
  s[at + 1] = s01;
  s[at + 2] = s02;
  s[at + 3] = s03;
  s[row1] = s10;
  s[row1 + 1] = s11;
  s[row1 + 2] = s12;
  s[row1 + 3] = s13;
  s[row2] = s20;
  s[row2 + 1] = s21;
  s[row2 + 2] = s22;
  s[row2 + 3] = s23;
}

function storeSums(
  out: Float32Array,
  start: number,
  height: number,
  width: number,
  columns: number,
  stride: number,
  accumulate: boolean,
): void {
  const s = sums;
  for (let r = 0; r < height; r++) {
    const at = start + r * columns;
    const from = r * stride;
    if (accumulate) for (let c = 0; c < width; c++) out[at + c] += s[from + c];
    else for (let c = 0; c < width; c++) out[at + c] = s[from + c];
  }
}
