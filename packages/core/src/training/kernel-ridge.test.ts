import { describe, expect, it } from "vitest";
import { rbfOfCosines } from "../kernels/rbf.js";
import { createRandom } from "../random/random.js";
import { fitKernelRidge } from "./kernel-ridge.js";

/** A positive definite kernel of random rows with random centres, and of the centres with one another. */
function kernels(R: number, P: number) {
  const random = createRandom(1);
  const angles = Float64Array.from({ length: R + P }, () => 6 * random.uniform());
  const of = (a: Float64Array, b: Float64Array): Float32Array => {
    const cosines = Float32Array.from({ length: a.length * b.length }, (_, i) =>
      Math.cos(a[Math.floor(i / b.length)] - b[i % b.length]),
    );
    rbfOfCosines(cosines, cosines, cosines.length, 2);
    return cosines;
  };
  const [rows, centres] = [angles.subarray(0, R), angles.subarray(R)];
  return { kernel: of(rows, centres), W: of(centres, centres), random };
}

describe("fitKernelRidge", () => {
  it("solves the normal equations of every column over the rows in which it is known, weights included", () => {
    const [R, C, P] = [40, 3, 6];
    const { kernel, W, random } = kernels(R, P);
    const targets = Float32Array.from({ length: R * C }, (_, i) =>
      i % C === 2 && i % 4 === 0 ? Number.NaN : random.normal(),
    );
    const weights = Float32Array.from({ length: R }, () => 1 + Math.floor(3 * random.uniform()));
    const ridges = [0.5, 20];
    fitKernelRidge(kernel, targets, C, W, ridges, weights).forEach((values, f) => {
      for (let c = 0; c < C; c++) {
        for (let j = 0; j < P; j++) {
          // Σ_i g_i k_ij (Σ_l k_il v_l − y_i) + λ Σ_l W_jl v_l + ε v_j = 0
          let gradient = 1e-3 * (1 + ridges[f]) * values[j * C + c];
          for (let l = 0; l < P; l++) gradient += ridges[f] * W[j * P + l] * values[l * C + c];
          for (let r = 0; r < R; r++) {
            if (Number.isNaN(targets[r * C + c])) continue;
            let error = -targets[r * C + c];
            for (let l = 0; l < P; l++) error += kernel[r * P + l] * values[l * C + c];
            gradient += weights[r] * kernel[r * P + j] * error;
          }
          expect(Math.abs(gradient)).toBeLessThan(2e-4);
        }
      }
    });
  });

  it("gives zeros for a column without an entry", () => {
    const { kernel, W } = kernels(2, 1);
    const [values] = fitKernelRidge(kernel, Float32Array.of(Number.NaN, 1, Number.NaN, 0), 2, W, [1]);
    expect(values[0]).toBe(0);
    expect(values[1]).not.toBe(0);
  });
});
