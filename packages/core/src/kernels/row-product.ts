/**
 * One row of a product, from unpacked matrices: eight columns at a time, then four, then one.
 *
 * Eight sums hide the latency of the additions (1.3 times the speed of four; more spill registers). The index into b is
 * stepped from column to column, which V8 turns into less address arithmetic than eight offsets.
 *
 * @param out        the row starts at `outStart`
 * @param a          element k at aStart + k·aInner
 * @param b          element (k, c) at k·bInner + c·bColumn
 * @param accumulate adds to `out` instead of replacing it
 */
export function multiplyRow(
  out: Float32Array,
  outStart: number,
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
  if (!accumulate) out.fill(0, outStart, outStart + columns);
  let c = 0;
  // from the last of eight columns to the first one of the next inner index
  const backFromEight = bInner - 7 * bColumn;
  for (; c + 7 < columns; c += 8) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    let i = aStart;
    let j = c * bColumn;
    for (let k = 0; k < inner; k++) {
      const x = a[i];
      i += aInner;
      s0 += x * b[j];
      j += bColumn;
      s1 += x * b[j];
      j += bColumn;
      s2 += x * b[j];
      j += bColumn;
      s3 += x * b[j];
      j += bColumn;
      s4 += x * b[j];
      j += bColumn;
      s5 += x * b[j];
      j += bColumn;
      s6 += x * b[j];
      j += bColumn;
      s7 += x * b[j];
      j += backFromEight;
    }
    const at = outStart + c;
    out[at] += s0;
    out[at + 1] += s1;
    out[at + 2] += s2;
    out[at + 3] += s3;
    out[at + 4] += s4;
    out[at + 5] += s5;
    out[at + 6] += s6;
    out[at + 7] += s7;
  }
  const backFromFour = bInner - 3 * bColumn;
  for (; c + 3 < columns; c += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let i = aStart;
    let j = c * bColumn;
    for (let k = 0; k < inner; k++) {
      const x = a[i];
      i += aInner;
      s0 += x * b[j];
      j += bColumn;
      s1 += x * b[j];
      j += bColumn;
      s2 += x * b[j];
      j += bColumn;
      s3 += x * b[j];
      j += backFromFour;
    }
    const at = outStart + c;
    out[at] += s0;
    out[at + 1] += s1;
    out[at + 2] += s2;
    out[at + 3] += s3;
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
    out[outStart + c] += sum;
  }
}
