/** Eigenvalues in descending order; row k of `vectors` (n, n) is the unit eigenvector of `values[k]`. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: Householder reduction to tridiagonal form, then implicit QL.
 *
 * Eigenvectors are held as rows throughout: every inner loop then runs along memory.
 *
 * @param matrix (n, n) row-major; only read
 * Source: EISPACK tred2 and tql2 (Bowdler, Martin, Reinsch, Wilkinson 1968), transposed
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const vectors = matrix.slice(0, n * n);
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  tridiagonalize(vectors, diagonal, offDiagonal, n);
  implicitQl(vectors, diagonal, offDiagonal, n);
  return sortDescending(vectors, diagonal, n);
}

/**
 * Reduces a symmetric `a` to Q T Qᵀ: T goes to `diagonal` and `offDiagonal` (cell i couples i − 1 and i), Qᵀ to `a`.
 */
function tridiagonalize(a: Float64Array, diagonal: Float64Array, offDiagonal: Float64Array, n: number): void {
  const reflectors = new Float64Array(n * n);
  const p = new Float64Array(n);
  for (let i = n - 1; i >= 1; i--) {
    const row = i * n;
    // reflect the i leading cells of row i onto the last of them
    let norm = 0;
    for (let k = 0; k < i; k++) norm += a[row + k] * a[row + k];
    norm = Math.sqrt(norm);
    const last = a[row + i - 1];
    offDiagonal[i] = last > 0 ? -norm : norm;
    if (norm === 0) continue;
    // v = x − βe, scaled to |v|² = 2: H = I − v vᵀ
    const beta = offDiagonal[i];
    const scale = 1 / Math.sqrt(norm * norm - last * beta);
    const v = reflectors.subarray(row, row + i);
    for (let k = 0; k < i; k++) v[k] = a[row + k] * scale;
    v[i - 1] = (last - beta) * scale;
    applyTwoSided(a, v, p, i, n);
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i];

  // Qᵀ = H_1 ⋯ H_{n−1}: as each reflector touches only the leading cells, build it from the smallest block up
  a.fill(0);
  for (let i = 0; i < n; i++) a[i * n + i] = 1;
  for (let i = 1; i < n; i++) {
    const v = reflectors.subarray(i * n, i * n + i);
    // rows of Qᵀ times H_i from the right
    for (let r = 0; r < i; r++) {
      let dot = 0;
      for (let k = 0; k < i; k++) dot += a[r * n + k] * v[k];
      for (let k = 0; k < i; k++) a[r * n + k] -= dot * v[k];
    }
  }
}

/** Leading (i, i) block of `a` ← H a H with H = I − v vᵀ; both triangles are kept. */
function applyTwoSided(a: Float64Array, v: Float64Array, p: Float64Array, i: number, n: number): void {
  let vp = 0;
  for (let r = 0; r < i; r++) {
    let dot = 0;
    for (let k = 0; k < i; k++) dot += a[r * n + k] * v[k];
    p[r] = dot;
    vp += dot * v[r];
  }
  // w = p − (vᵀp / 2) v; a ← a − v wᵀ − w vᵀ
  for (let r = 0; r < i; r++) p[r] -= 0.5 * vp * v[r];
  for (let r = 0; r < i; r++) {
    const vr = v[r];
    const wr = p[r];
    for (let k = 0; k < i; k++) a[r * n + k] -= vr * p[k] + wr * v[k];
  }
}

/** Diagonalises the tridiagonal matrix by QL steps with Wilkinson's shift, rotating the rows of `vectors` along. */
function implicitQl(vectors: Float64Array, d: Float64Array, offDiagonal: Float64Array, n: number): void {
  const e = new Float64Array(n);
  let norm = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0) e[i - 1] = offDiagonal[i];
    norm = Math.max(norm, Math.abs(d[i]) + Math.abs(offDiagonal[i]));
  }
  // absolute, not relative to the neighbouring values: a rank-deficient Gram matrix has dozens of values near zero
  const negligible = Number.EPSILON * norm;
  for (let l = 0; l < n; l++) {
    // two steps a value are the rule; the bound only keeps a surprise from hanging the caller
    for (let step = 0; step < 50; step++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > negligible) m++;
      if (m === l) break;
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      let r = Math.sqrt(g * g + 1);
      g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        r = Math.sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotateRows(vectors, i * n, (i + 1) * n, n, c, s);
      }
      if (r === 0 && i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

function rotateRows(vectors: Float64Array, first: number, second: number, n: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const upper = vectors[second + k];
    const lower = vectors[first + k];
    vectors[second + k] = s * lower + c * upper;
    vectors[first + k] = c * lower - s * upper;
  }
}

function sortDescending(vectors: Float64Array, diagonal: Float64Array, n: number): SymmetricEigen {
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b] - diagonal[a] || a - b);
  const values = new Float64Array(n);
  const sorted = new Float64Array(n * n);
  for (const [place, k] of order.entries()) {
    values[place] = diagonal[k];
    sorted.set(vectors.subarray(k * n, (k + 1) * n), place * n);
  }
  return { values, vectors: sorted };
}
