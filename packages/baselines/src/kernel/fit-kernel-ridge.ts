import { matmul } from "@onehead/core";
import { createRandom, fitKernelRidge } from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, assertTunable, queryRows } from "../labels/assert-labelled.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";
import { unitRows } from "../neighbours/unit-rows.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { yieldToEvents } from "../yield-to-events.js";
import { type KernelKind, kernelMatrix } from "./kernel-functions.js";

/** γ of each kernel, from wide to narrow; ridges and shares. */
const sharpnesses: Readonly<Record<KernelKind, readonly number[]>> = { rbf: [1, 2, 4, 8], laplace: [0.3, 1, 4, 9, 16] };
const ridges = [0.1, 0.3, 1, 3, 10, 30, 100];
const shares = [0.7, 0.85, 1];
/** Centres that every γ is tried with, and those of the final fits; every row is a centre where there are fewer. */
const mostTrialCentres = 512;
const mostCentres = 2000;
/** Narrower kernels profit most from more centres: the next two γ are tried with all, on the ridges around the best. */
const finalSharpnesses = 2;
const finalRidges = [0.3, 1, 3];
/** A kernel that is behind by so much log loss in its trials is not tried with all centres. */
const hopelessGap = 0.002;
/** Sparse scores need a factorisation a model, of cubic cost. */
const mostSparseCentres = 384;
/** Predictions stay this far from 0 and 1. */
const margin = 0.02;

/**
 * Kernel ridge regression a model on the embeddings' directions:
 *
 *   ŝ_m = clip(mean_m + share · Σ_j k(e, c_j) v_jm, 0.02, 0.98),  k = exp(γ (cos − 1)) or exp(−√γ |e − c|)
 *
 * with the centres c_j drawn from the training rows. All settings are those of least validation log loss: with 512 centres
 * each kernel's γ, with up to 2,000 that γ, the next narrower, ridge and share.
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
  const isSparse = train.table.scores.some(Number.isNaN);
  const few = drawCentres(train, isSparse ? mostSparseCentres : mostTrialCentres, options.seed);
  const hasMore = !isSparse && train.table.ids.length > mostTrialCentres;
  const many = hasMore ? drawCentres(train, mostCentres, options.seed) : few;
  const trials: TriedKernelRidge[] = [];
  for (const kind of ["rbf", "laplace"] as const) {
    let least: TriedKernelRidge = { ...nothing, kind };
    for (const sharpness of sharpnesses[kind]) {
      await yieldToEvents("fitKernelRidgeRegression", options.signal);
      const tried = fitOne(train, validation, few, kind, sharpness, ridges);
      if (tried.loss < least.loss) least = tried;
    }
    trials.push(least);
  }
  let best = trials.reduce((least, trial) => (trial.loss < least.loss ? trial : least));
  if (!hasMore) return predictorOf(best, train.dimensions);

  // a lucky draw of few centres can win on validation rows: where there are more, the trials only say where to look
  const promising = trials.filter(({ loss }) => loss < best.loss + hopelessGap);
  best = nothing;
  for (const { kind, sharpness: from, ridge } of promising) {
    const at = sharpnesses[kind].indexOf(from);
    for (const sharpness of sharpnesses[kind].slice(at, at + finalSharpnesses)) {
      await yieldToEvents("fitKernelRidgeRegression", options.signal);
      const around = finalRidges.map((factor) => factor * ridge);
      const tried = fitOne(train, validation, many, kind, sharpness, around);
      if (tried.loss < best.loss) best = tried;
    }
  }
  return predictorOf(best, train.dimensions);
}

/** @throws ArtifactError naming the field */
export function loadKernelRidge(reader: StateReader): QualityPredictor {
  const { config, dimensions: D, models: N } = reader;
  const centres = reader.floats("centres", null, D);
  const fitted = {
    kind: config.oneOf<KernelKind>("kernel", "rbf", "laplace"),
    sharpness: config.positive("sharpness"),
    ridge: config.positive("ridge"),
    share: config.number("share", 0, 1),
    centres,
    values: reader.floats("values", centres.length / D, N),
    prior: reader.upTo(1, "prior", N),
  };
  return predictorOf(fitted, D);
}

interface FittedKernelRidge {
  kind: KernelKind;
  sharpness: number;
  ridge: number;
  share: number;
  /** (P, D) of length 1. */
  centres: Float32Array;
  /** (P, N). */
  values: Float32Array;
  /** (N). */
  prior: Float64Array;
}

interface TriedKernelRidge extends FittedKernelRidge {
  /** Validation log loss. */
  loss: number;
}

const nothing: TriedKernelRidge = {
  kind: "rbf",
  sharpness: 0,
  ridge: 0,
  share: 0,
  centres: new Float32Array(),
  values: new Float32Array(),
  prior: new Float64Array(),
  loss: Number.POSITIVE_INFINITY,
};

/** Ridge and share of least validation log loss. */
function fitOne(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  centres: Float32Array,
  kind: KernelKind,
  sharpness: number,
  tried: readonly number[],
): TriedKernelRidge {
  const { dimensions: D, table } = train;
  const N = table.models.length;
  const prior = priorMeans(table.scores, N);
  const targets = table.scores.map((score, i) => score - prior[i % N]);
  const W = kernelMatrix(kind, centres, centres, D, sharpness);
  const held = kernelMatrix(kind, unitRows(validation.embeddings, D), centres, D, sharpness);
  const rows = kernelMatrix(kind, unitRows(train.embeddings, D), centres, D, sharpness);
  let best = nothing;
  fitKernelRidge(rows, targets, N, W, tried).forEach((values, f) => {
    const sums = kernelSums(held, values, N);
    for (const share of shares) {
      const loss = maskedLogLoss(clipped(sums, prior, share), validation.table.scores);
      if (loss < best.loss) best = { kind, sharpness, ridge: tried[f], share, centres, values, prior, loss };
    }
  });
  return best;
}

function predictorOf(fitted: FittedKernelRidge, D: number): QualityPredictor {
  const { kind, sharpness, ridge, share, centres, values, prior } = fitted;
  const N = prior.length;
  const P = centres.length / D;
  return {
    id: "kernel-ridge",
    name: `kernel ridge ${Number(ridge.toPrecision(2))}, ${kind} γ ${sharpness}, share ${share}, ${P} centres`,
    predict(embeddings) {
      queryRows("kernelRidge", embeddings, D);
      const kernel = kernelMatrix(kind, unitRows(embeddings, D), centres, D, sharpness);
      return clipped(kernelSums(kernel, values, N), prior, share);
    },
    toState: () => ({
      kind: "kernel-ridge",
      config: { kernel: kind, sharpness, ridge, share },
      tensors: {
        centres: floatTensor(centres, P, D),
        values: floatTensor(values, P, N),
        prior: floatTensor(prior, N),
      },
    }),
  };
}

/** (P, D) directions of training rows, drawn without replacement. */
function drawCentres({ embeddings, dimensions: D }: LabelledEmbeddings, most: number, seed: number): Float32Array {
  const rows = embeddings.length / D;
  const order = Int32Array.from({ length: rows }, (_, r) => r);
  createRandom(seed, 77).shuffle(order);
  const picked = order.subarray(0, Math.min(rows, most)).sort();
  const centres = new Float32Array(picked.length * D);
  picked.forEach((r, j) => {
    centres.set(embeddings.subarray(r * D, (r + 1) * D), j * D);
  });
  return unitRows(centres, D);
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
