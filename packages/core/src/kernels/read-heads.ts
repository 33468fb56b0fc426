import { assertAtLeast } from "../errors/shape-error.js";
import { type bindLinear, type LinearMap, startOfColumn } from "./linear-map.js";

/**
 * One head of a relu layer whose input is a shared half and each model's own. An output weight c can stand within, c relu(z) =
 * ± relu(|c| z), so that |c| is bound into both halves and the units are sorted by the sign of c.
 */
export interface ReluHead {
  /** −A (H, M) and b_m + Σ_h ± A_hm (M), the sum over all units: see {@link bindHead}. */
  models: LinearMap;
  /** Units whose output weight is positive; they stand first. */
  positive: number;
}

/**
 * Binds the models' half of a head. Since relu(s + a) = max(s, −a) + a, what it adds for each unit is added once, to the bias: two operations
 * a unit and model are left of three.
 *
 * @param own  A (H, M), row-major
 * @param bias b (M)
 */
export function bindHead(
  backend: { readonly bindLinear: typeof bindLinear },
  own: Float32Array,
  H: number,
  M: number,
  positive: number,
  bias: Float32Array,
): ReluHead {
  const sums = Float64Array.from(bias);
  for (let i = 0; i < H * M; i++) sums[i % M] += i < positive * M ? own[i] : -own[i];
  const negative = own.map((value) => -value);
  return { models: backend.bindLinear(negative, H, M, "inner-columns", Float32Array.from(sums)), positive };
}

/**
 * Reads two heads out, each over its own H units:
 *
 *   out_rm = b_m + Σ_{h < positive} relu(s_rh + A_hm) − Σ_{h ≥ positive} relu(s_rh + A_hm)
 *
 * @param out    (rows, 2 · M): the quality head's outputs, then the cost head's
 * @param shared (rows, 2 · H) s, of the quality head, then of the cost head
 * @param accumulate adds to `out` instead of replacing it
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function readHeads(
  out: Float32Array,
  shared: Float32Array,
  quality: ReluHead,
  cost: ReluHead,
  rows: number,
  accumulate = false,
): void {
  assertHeads(out, shared, quality, rows);
  const { inner: H, columns: M } = quality.models;
  for (let r = 0; r < rows; r++) {
    readHead(out, 2 * r * M, shared, 2 * r * H, quality, accumulate);
    readHead(out, (2 * r + 1) * M, shared, (2 * r + 1) * H, cost, accumulate);
  }
}

/** @throws ShapeError when a buffer is shorter than its shape */
export function assertHeads(out: Float32Array, shared: Float32Array, { models }: ReluHead, rows: number): void {
  assertAtLeast("readHeads: out", out.length, 2 * rows * models.columns);
  assertAtLeast("readHeads: shared", shared.length, 2 * rows * models.inner);
}

function readHead(
  out: Float32Array,
  outStart: number,
  shared: Float32Array,
  start: number,
  { models, positive }: ReluHead,
  accumulate: boolean,
): void {
  const { inner, columns, width, panels } = models;
  for (let c = 0; c < columns; c += 4) {
    let j = startOfColumn(c, models);
    let s0 = panels[j];
    let s1 = panels[j + 1];
    let s2 = panels[j + 2];
    let s3 = panels[j + 3];
    for (let h = start; h < start + positive; h++) {
      const s = shared[h];
      j += width;
      // relu(s + A) less A; Math.max, because a branch on random signs costs twice as much; it keeps a NaN
      s0 += Math.max(s, panels[j]);
      s1 += Math.max(s, panels[j + 1]);
      s2 += Math.max(s, panels[j + 2]);
      s3 += Math.max(s, panels[j + 3]);
    }
    for (let h = start + positive; h < start + inner; h++) {
      const s = shared[h];
      j += width;
      s0 -= Math.max(s, panels[j]);
      s1 -= Math.max(s, panels[j + 1]);
      s2 -= Math.max(s, panels[j + 2]);
      s3 -= Math.max(s, panels[j + 3]);
    }
    const count = Math.min(4, columns - c);
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    for (let i = 0; i < count; i++) {
      const at = outStart + c + i;
      out[at] = accumulate ? out[at] + sums[i] : sums[i];
    }
  }
}

const sums = new Float64Array(4);
