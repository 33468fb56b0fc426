import { createRandom, matmul, matmulTransposedB } from "@onehead/core";
import { fitKernelRidge, rbfOfCosines } from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, assertTunable, queryRows } from "../labels/assert-labelled.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";
import { unitRows } from "../neighbours/unit-rows.js";
import { yieldToEvents } from "../yield-to-events.js";

const sharpnesses = [1, 2, 4];
const ridges = [1, 3, 10, 30, 100, 300];
const shares = [0.7, 0.85, 1];
/** Centres of the Nyström approximation; every row is one where there are fewer. */
const mostCentres = 768;
/** Sparse scores need a factorisation a model, of cubic cost. */
const mostSparseCentres = 384;
/** Predictions stay this far from 0 and 1. */
const margin = 0.02;

/**
 * Kernel ridge regression a model on the embeddings' directions:
 *
 *   ŝ_m = clip(mean_m + share · Σ_j exp(γ (cos(e, c_j) − 1)) v_jm, 0.02, 0.98)
 *
 * with the centres c_j drawn from the training rows. γ, ridge and share are those of least validation log loss.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "aborted" once `signal` is aborted
 * Source: Williams and Seeger 2001, "Using the Nyström method to speed up kernel machines"
 */
export async function fitKernelRidgeRegression(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  assertTrainable("fitKernelRidgeRegression", train);
  assertTunable("fitKernelRidgeRegression", train, validation);
  const { dimensions: D, table } = train;
  const N = table.models.length;
  const prior = priorMeans(table.scores, N);
  const centres = drawCentres(train, options.seed);
  const targets = table.scores.map((score, i) => score - prior[i % N]);
  const rows = unitRows(train.embeddings, D);
  const validationRows = unitRows(validation.embeddings, D);

  const none: Float32Array = new Float32Array();
  let best = { sharpness: 0, ridge: 0, share: 0, values: none, loss: Number.POSITIVE_INFINITY };
  for (const sharpness of sharpnesses) {
    await yieldToEvents("fitKernelRidgeRegression", options.signal);
    const W = gaussian(centres, centres, D, sharpness);
    const held = gaussian(validationRows, centres, D, sharpness);
    const fits = fitKernelRidge(gaussian(rows, centres, D, sharpness), targets, N, W, ridges);
    fits.forEach((values, f) => {
      const sums = kernelSums(held, values, N);
      for (const share of shares) {
        const loss = maskedLogLoss(clipped(sums, prior, share), validation.table.scores);
        if (loss < best.loss) best = { sharpness, ridge: ridges[f], share, values, loss };
      }
    });
  }
  return {
    id: "kernel-ridge",
    name: `kernel ridge ${best.ridge}, γ ${best.sharpness}, share ${best.share}`,
    predict(embeddings) {
      queryRows("kernelRidge", embeddings, D);
      const kernel = gaussian(unitRows(embeddings, D), centres, D, best.sharpness);
      return clipped(kernelSums(kernel, best.values, N), prior, best.share);
    },
  };
}

/** (P, D) directions of training rows, drawn without replacement. */
function drawCentres({ embeddings, dimensions: D, table }: LabelledEmbeddings, seed: number): Float32Array {
  const rows = embeddings.length / D;
  const order = Int32Array.from({ length: rows }, (_, r) => r);
  createRandom(seed, 77).shuffle(order);
  const most = table.scores.some(Number.isNaN) ? mostSparseCentres : mostCentres;
  const picked = order.subarray(0, Math.min(rows, most)).sort();
  const centres = new Float32Array(picked.length * D);
  picked.forEach((r, j) => {
    centres.set(embeddings.subarray(r * D, (r + 1) * D), j * D);
  });
  return unitRows(centres, D);
}

/** (R, P) kernel of unit rows. */
function gaussian(rows: Float32Array, centres: Float32Array, D: number, sharpness: number): Float32Array {
  const [R, P] = [rows.length / D, centres.length / D];
  const kernel = new Float32Array(R * P);
  matmulTransposedB(kernel, rows, centres, R, D, P);
  rbfOfCosines(kernel, kernel, R * P, sharpness);
  return kernel;
}

function kernelSums(kernel: Float32Array, values: Float32Array, N: number): Float32Array {
  const P = values.length / N;
  const rows = kernel.length / P;
  const sums = new Float32Array(rows * N);
  matmul(sums, kernel, values, rows, P, N);
  return sums;
}

function clipped(sums: Float32Array, prior: Float64Array, share: number): Float32Array {
  return sums.map((sum, i) => Math.min(1 - margin, Math.max(margin, prior[i % prior.length] + share * sum)));
}
