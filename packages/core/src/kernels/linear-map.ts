import { assertAtLeast } from "../errors/shape-error.js";

/** x ↦ x W + b, bound once and applied often: what is in it is its backend's own. */
export interface LinearMap {
  readonly inner: number;
  readonly columns: number;
  /** Columns side by side in one panel, a multiple of {@link stripe}. */
  readonly width: number;
  /** Panels (1 + inner, width): the bias, then W. What stands after the last column is nobody's. */
  readonly panels: Float32Array | Float64Array;
}

/** How weights lie in memory: (inner, columns) or, as layers have them, (columns, inner). */
export type WeightLayout = "inner-columns" | "columns-inner";

// eight sums hide the latency of the additions; float64, because V8 converts a float32 at every use (a seventh of the time)
const stripe = 8;
/** Columns of a block, which stays in the second-level cache while all rows pass by. */
const blockColumns = 128;

/**
 * Binds W and b.
 *
 * @param weights W
 * @param bias    b (columns), or null for none
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function bindLinear(
  weights: Float32Array,
  inner: number,
  columns: number,
  layout: WeightLayout,
  bias: Float32Array | null = null,
): LinearMap {
  assertWeights(weights, inner, columns, bias);
  const panels = new Float64Array((1 + inner) * Math.ceil(columns / stripe) * stripe);
  packPanels(panels, stripe, weights, inner, columns, layout, bias);
  return { inner, columns, width: stripe, panels };
}

/** @throws ShapeError when a buffer is shorter than its shape */
export function assertWeights(weights: Float32Array, inner: number, columns: number, bias: Float32Array | null): void {
  assertAtLeast("bindLinear: weights", weights.length, inner * columns);
  if (bias !== null) assertAtLeast("bindLinear: bias", bias.length, columns);
}

/**
 * Panels of `width` columns side by side, (1 + inner, width): the bias, then W. Those after the last column are zeros.
 *
 * @param panels zeros
 */
export function packPanels(
  panels: Float32Array | Float64Array,
  width: number,
  weights: Float32Array,
  inner: number,
  columns: number,
  layout: WeightLayout,
  bias: Float32Array | null,
): void {
  const [perInner, perColumn] = layout === "inner-columns" ? [columns, 1] : [1, inner];
  for (let c = 0; c < columns; c++) {
    let at = startOf(c, width, inner);
    let from = c * perColumn;
    for (let k = 0; k < inner; k++) {
      at += width;
      panels[at] = weights[from];
      from += perInner;
    }
  }
  packBias(panels, width, inner, columns, bias);
}

/** The first row of panels that {@link packPanels} describes. */
export function packBias(
  panels: Float32Array | Float64Array,
  width: number,
  inner: number,
  columns: number,
  bias: Float32Array | null,
): void {
  if (bias !== null) for (let c = 0; c < columns; c++) panels[startOf(c, width, inner)] = bias[c];
}

/** Where column `c` starts. */
function startOf(c: number, width: number, inner: number): number {
  return (c - (c % width)) * (1 + inner) + (c % width);
}

/**
 * out = x W + b, or out += x W + b: one double accumulator a cell, which starts from the bias and runs over the inner index upwards.
 *
 * @param out (rows, columns); must not alias x
 * @param x   (rows, inner)
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function applyLinear(
  out: Float32Array,
  x: Float32Array,
  map: LinearMap,
  rows: number,
  accumulate = false,
): void {
  assertApplied(out, x, map, rows);
  const { inner, columns, width, panels } = map;
  if (packed.length < 3 * inner) packed = new Float64Array(3 * inner);
  for (let c0 = 0; c0 < columns; c0 += blockColumns) {
    const end = Math.min(columns, c0 + blockColumns);
    let r = 0;
    for (; r + 2 < rows; r += 3) {
      packRows(x, r * inner, inner);
      for (let c = c0; c < end; c += 4) {
        multiplyTile(
          out,
          r * columns + c,
          columns,
          Math.min(4, end - c),
          panels,
          startOfColumn(c, map),
          width,
          inner,
          accumulate,
        );
      }
    }
    for (; r < rows; r++) {
      for (let c = c0; c < end; c += stripe) {
        const from = startOfColumn(c, map);
        const count = Math.min(stripe, end - c);
        multiplyStripe(out, r * columns + c, count, x, r * inner, panels, from, width, inner, accumulate);
      }
    }
  }
}

/** @throws ShapeError when a buffer is shorter than its shape */
export function assertApplied(out: Float32Array, x: Float32Array, { inner, columns }: LinearMap, rows: number): void {
  // compared first: building the messages would allocate on every call
  if (out.length >= rows * columns && x.length >= rows * inner) return;
  assertAtLeast("applyLinear: out", out.length, rows * columns);
  assertAtLeast("applyLinear: x", x.length, rows * inner);
}

let packed = new Float64Array(0);
const sums = new Float64Array(12);

/** Where column c starts in the panels. */
export const startOfColumn = (c: number, { inner, width }: LinearMap): number =>
  (c - (c % width)) * (1 + inner) + (c % width);

function packRows(x: Float32Array, start: number, inner: number): void {
  const to = packed;
  for (let i = 0; i < 3; i++) {
    let at = i;
    for (let k = start + i * inner, end = k + inner; k < end; k++) {
      to[at] = x[k];
      at += 3;
    }
  }
}

function multiplyStripe(
  out: Float32Array,
  at: number,
  count: number,
  x: Float32Array,
  start: number,
  panels: Float32Array | Float64Array,
  from: number,
  width: number,
  inner: number,
  accumulate: boolean,
): void {
  let s0 = panels[from];
  let s1 = panels[from + 1];
  let s2 = panels[from + 2];
  let s3 = panels[from + 3];
  let s4 = panels[from + 4];
  let s5 = panels[from + 5];
  let s6 = panels[from + 6];
  let s7 = panels[from + 7];
  let j = from + width;
  for (let k = start; k < start + inner; k++) {
    const value = x[k];
    s0 += value * panels[j];
    s1 += value * panels[j + 1];
    s2 += value * panels[j + 2];
    s3 += value * panels[j + 3];
    s4 += value * panels[j + 4];
    s5 += value * panels[j + 5];
    s6 += value * panels[j + 6];
    s7 += value * panels[j + 7];
    j += width;
  }
  const s = sums;
  s[0] = s0;
  s[1] = s1;
  s[2] = s2;
  s[3] = s3;
  s[4] = s4;
  s[5] = s5;
  s[6] = s6;
  s[7] = s7;
  write(out, at, 0, count, accumulate);
}

/** The three packed rows times four columns. */
function multiplyTile(
  out: Float32Array,
  at: number,
  columns: number,
  count: number,
  panels: Float32Array | Float64Array,
  from: number,
  width: number,
  inner: number,
  accumulate: boolean,
): void {
  const rows = packed;
  let s00 = panels[from];
  let s01 = panels[from + 1];
  let s02 = panels[from + 2];
  let s03 = panels[from + 3];
  let s10 = s00;
  let s11 = s01;
  let s12 = s02;
  let s13 = s03;
  let s20 = s00;
  let s21 = s01;
  let s22 = s02;
  let s23 = s03;
  let i = 0;
  let j = from + width;
  for (let k = 0; k < inner; k++) {
    const a0 = rows[i];
    const a1 = rows[i + 1];
    const a2 = rows[i + 2];
    const b0 = panels[j];
    const b1 = panels[j + 1];
    const b2 = panels[j + 2];
    const b3 = panels[j + 3];
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
    i += 3;
    j += width;
  }
  const s = sums;
  s[0] = s00;
  s[1] = s01;
  s[2] = s02;
  s[3] = s03;
  s[4] = s10;
  s[5] = s11;
  s[6] = s12;
  s[7] = s13;
  s[8] = s20;
  s[9] = s21;
  s[10] = s22;
  s[11] = s23;
  write(out, at, 0, count, accumulate);
  write(out, at + columns, 4, count, accumulate);
  write(out, at + 2 * columns, 8, count, accumulate);
}

function write(out: Float32Array, at: number, from: number, count: number, accumulate: boolean): void {
  const s = sums;
  if (accumulate) for (let c = 0; c < count; c++) out[at + c] += s[from + c];
  else for (let c = 0; c < count; c++) out[at + c] = s[from + c];
}
