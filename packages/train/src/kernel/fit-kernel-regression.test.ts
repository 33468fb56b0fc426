import { createRandom } from "@onehead/core";
import { describe, expect, it } from "vitest";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { blendLogits, fitKernelRegression, type KernelInputs, kernelLogits } from "./fit-kernel-regression.js";

const [D, M, P] = [3, 2, 24];

/** The first model is right where x₀ > 0, the second nearly always; both fail more often where x₁ > 0. */
function rowsOf(rows: number, stream: number, known = 1): LabelledRows {
  const random = createRandom(5, stream);
  const embeddings = Float32Array.from({ length: rows * D }, () => random.normal());
  const scores = Float32Array.from({ length: rows * M }, (_, i) => {
    const at = Math.floor(i / M) * D;
    const chance = (i % M === 0 ? (embeddings[at] > 0 ? 0.9 : 0.2) : 0.95) - (embeddings[at + 1] > 0 ? 0.15 : 0);
    const score = random.uniform() < chance ? 1 : 0;
    return random.uniform() < known ? score : Number.NaN;
  });
  return { rows, embeddings, scores, costTargets: new Float32Array(rows * M), inputTokens: new Float64Array(rows) };
}

const flatLogits = (rows: LabelledRows): Float32Array => new Float32Array(rows.rows * M).fill(0.8);

function fit(rows: LabelledRows, over: Partial<KernelInputs> = {}) {
  return fitKernelRegression({
    rows,
    // two folds of a fifth each
    folds: Int32Array.from({ length: rows.rows }, (_, r) => (r % 5 < 2 ? r % 5 : -1)),
    foldCount: 2,
    networkLogits: flatLogits(rows),
    anchors: rows.embeddings.slice(0, P * D),
    anchorCount: P,
    dimensions: D,
    models: M,
    prior: 10,
    ...over,
  });
}

function logLoss(logits: Float32Array, scores: Float32Array): number {
  let loss = 0;
  let labels = 0;
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) continue;
    loss += Math.log1p(Math.exp(scores[i] > 0.5 ? -logits[i] : logits[i]));
    labels++;
  }
  return loss / labels;
}

describe("fitKernelRegression", () => {
  const unseen = rowsOf(2000, 3);
  const lossOfMeans = logLoss(flatLogits(unseen), unseen.scores);

  it.each([1, 0.5])("learns from rows of which a share of %f is known, and gets its weight", (known) => {
    const { kernel } = fit(rowsOf(1000, 1, known));
    expect(kernel!.weight).toBeGreaterThan(0.5);
    expect(logLoss(kernelLogits(kernel!, unseen.embeddings, unseen.rows), unseen.scores)).toBeLessThan(
      0.85 * lossOfMeans,
    );
  });

  it("predicts left-out rows without having seen them, and no other row", () => {
    const rows = rowsOf(1000, 1);
    const { logits } = fit(rows);
    const leftOut = rows.scores.map((score, i) => (Math.floor(i / M) % 5 < 2 ? score : Number.NaN));
    expect(logLoss(logits, leftOut)).toBeLessThan(0.9 * lossOfMeans);
    expect(logits[M * 2]).toBe(0);
    // labels that nothing predicts are predicted no better than by their mean
    const random = createRandom(8);
    const noise = { ...rows, scores: rows.scores.map(() => (random.uniform() < 0.69 ? 1 : 0)) };
    const unpredictable = noise.scores.map((score, i) => (Number.isNaN(leftOut[i]) ? Number.NaN : score));
    expect(logLoss(fit(noise).logits, unpredictable)).toBeGreaterThan(0.6);
  });

  it("gives the same bits again", () => {
    expect(fit(rowsOf(200, 1))).toEqual(fit(rowsOf(200, 1)));
  });

  it("stays away where the networks alone are best", () => {
    const rows = rowsOf(200, 1);
    const certain = rows.scores.map((score) => (score > 0.5 ? 9 : -9));
    expect(fit(rows, { networkLogits: certain }).kernel).toBeNull();
  });

  it("takes fixed settings where no row is left out", () => {
    const rows = rowsOf(200, 1);
    const { kernel } = fit(rows, { folds: new Int32Array(200).fill(-1), foldCount: 0 });
    expect(kernel).toMatchObject({ sharpness: 1, weight: 0.25 });
  });

  it("blends logits", () => {
    expect([...blendLogits(Float32Array.of(1, -2), Float32Array.of(3, 2), 0.25)]).toEqual([1.5, -1]);
  });
});
