import { assertAtLeast } from "../errors/shape-error.js";
import type { LinearMap } from "./linear-map.js";

/**
 * Readout of a relu layer whose input is a shared half and each model's own:
 *
 *   out_rm = b_m + Σ_{h < added} relu(s_rh + A_hm) − Σ_{h ≥ added} relu(s_rh + A_hm)
 *
 * Output weights stand outside of no relu: c relu(z) = ± relu(|c| z), so that |c| is bound into both halves and units are sorted by
 * the sign of c.
 *
 * @param out    (rows, columns); row r starts at r · columns
 * @param shared (rows, inner) s
 * @param map    A (inner, columns) and b (columns), bound by `bindLinear`
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function reluSums(out: Float32Array, shared: Float32Array, map: LinearMap, added: number, rows: number): void {
  const { inner, columns, panels } = map;
  assertReluSums(out, shared, map, rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      let j = (c - (c % 8)) * (1 + inner) + (c % 8);
      let s0 = panels[j];
      let s1 = panels[j + 1];
      let s2 = panels[j + 2];
      let s3 = panels[j + 3];
      const start = r * inner;
      for (let h = start; h < start + added; h++) {
        const s = shared[h];
        j += 8;
        // Math.max, because a branch on random signs costs twice as much; it keeps a NaN
        s0 += Math.max(0, s + panels[j]);
        s1 += Math.max(0, s + panels[j + 1]);
        s2 += Math.max(0, s + panels[j + 2]);
        s3 += Math.max(0, s + panels[j + 3]);
      }
      for (let h = start + added; h < start + inner; h++) {
        const s = shared[h];
        j += 8;
        s0 -= Math.max(0, s + panels[j]);
        s1 -= Math.max(0, s + panels[j + 1]);
        s2 -= Math.max(0, s + panels[j + 2]);
        s3 -= Math.max(0, s + panels[j + 3]);
      }
      const at = r * columns + c;
      out[at] = s0;
      if (c + 1 < columns) out[at + 1] = s1;
      if (c + 2 < columns) out[at + 2] = s2;
      if (c + 3 < columns) out[at + 3] = s3;
    }
  }
}

/** @throws ShapeError when a buffer is shorter than its shape */
export function assertReluSums(
  out: Float32Array,
  shared: Float32Array,
  { inner, columns }: LinearMap,
  rows: number,
): void {
  if (out.length >= rows * columns && shared.length >= rows * inner) return;
  assertAtLeast("reluSums: out", out.length, rows * columns);
  assertAtLeast("reluSums: shared", shared.length, rows * inner);
}
