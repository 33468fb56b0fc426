import { createRandom, jsTrainingBackend } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { createContext } from "../workers/task-context.js";
import { localTasks } from "../workers/tasks.js";
import { fitKernelRegression, type KernelInputs, weighKernel } from "./fit-kernel-regression.js";
import { blendLogits, kernelLogits } from "./kernel-logits.js";

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

const tasks = localTasks(createContext(jsTrainingBackend, async () => {}));

async function fit(training: LabelledRows, validation: LabelledRows, networkLogits = flatLogits(validation)) {
  const inputs: KernelInputs = {
    training,
    validation,
    anchors: training.embeddings.slice(0, P * D),
    anchorCount: P,
    dimensions: D,
    models: M,
    prior: 10,
  };
  return weighKernel(await fitKernelRegression(inputs, tasks), networkLogits, inputs);
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
  const validation = rowsOf(300, 2);
  const unseen = rowsOf(2000, 3);
  const lossOfMeans = logLoss(flatLogits(unseen), unseen.scores);

  it.each([1, 0.5])("learns from rows of which a share of %f is known, and gets its weight", async (known) => {
    const fitted = await fit(rowsOf(800, 1, known), rowsOf(300, 2, known));
    expect(fitted.weight).toBeGreaterThan(0.5);
    const logits = kernelLogits(fitted, unseen.embeddings, unseen.rows);
    expect(logLoss(logits, unseen.scores)).toBeLessThan(0.85 * lossOfMeans);
  });

  it("gives the same bits again", async () => {
    expect(await fit(rowsOf(200, 1), validation)).toEqual(await fit(rowsOf(200, 1), validation));
  });

  it("has no say on quality where the networks alone are best", async () => {
    const certain = validation.scores.map((score) => (score > 0.5 ? 9 : -9));
    expect(await fit(rowsOf(200, 1), validation, certain)).toMatchObject({ weight: 0 });
  });

  it("takes fixed settings where there is no validation row", async () => {
    const none = rowsOf(0, 2);
    expect(await fit(rowsOf(200, 1), none)).toMatchObject({ sharpness: 2, weight: 0.5 });
  });

  it("blends logits", () => {
    expect([...blendLogits(Float32Array.of(1, -2), Float32Array.of(3, 2), 0.25)]).toEqual([1.5, -1]);
  });
});
