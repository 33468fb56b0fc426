import { AdamW, createRandom, maskedBinaryCrossEntropy, warmupCosine } from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings } from "../baseline.js";
import { type FeatureScaling, fitFeatureScaling, scaleFeatures } from "../features/feature-scaling.js";
import { columnMeans } from "../labels/column-means.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { calibratedWinRates, winRates } from "../pairs/win-rates.js";
import { yieldToEvents } from "../yield-to-events.js";
import { FactorNetwork, type FactorSizes } from "./factor-network.js";
import { pairGradients } from "./pair-gradients.js";

/** What the log loss is of: single scores, or which of two models scores higher on a prompt. */
export type FactorLoss = "scores" | "pairs";

export interface FactorTraining {
  form: Pick<FactorSizes, "positive" | "biased">;
  loss: FactorLoss;
  /** (N) mean scores. */
  prior: Float64Array;
}

export interface TrainedFactors {
  network: FactorNetwork;
  scaling: FeatureScaling;
  weightDecay: number;
  /** (N) mean chance to beat another on the training rows, float32 values. */
  usual: Float64Array;
}

const settings = [
  { factors: 8, weightDecay: 0.1 },
  { factors: 8, weightDecay: 1 },
  { factors: 32, weightDecay: 0.1 },
  { factors: 32, weightDecay: 1 },
  { factors: 32, weightDecay: 3 },
  { factors: 32, weightDecay: 10 },
  { factors: 128, weightDecay: 3 },
  { factors: 128, weightDecay: 10 },
];
const batchRows = 128;
const epochs = 12;
const patience = 3;
const learningRate = 3e-3;

/**
 * Trains a factor network by AdamW, stopped early; its width and weight decay are those of least validation log loss.
 *
 * @throws OneheadError "aborted" once `signal` is aborted
 */
export async function trainFactors(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  { form, loss, prior }: FactorTraining,
  options: FitOptions,
): Promise<TrainedFactors> {
  const { dimensions: D, table } = train;
  const M = table.models.length;
  const scaling = fitFeatureScaling(train.embeddings, D);
  const features = scaleFeatures(train.embeddings, scaling);
  const held = scaleFeatures(validation.embeddings, scaling);
  const bias = prior.map((p) => Math.log(p / (1 - p)));
  let best: (TrainedFactors & { loss: number }) | undefined;
  for (const { factors, weightDecay } of settings) {
    const network = new FactorNetwork({ dimensions: D, factors, models: M, ...form }, bias, options.seed);
    const usualNow = (): Float64Array => meanWinRates(network.forward(features, features.length / D).logits, M);
    const lossNow = (): number => {
      const { logits } = network.forward(held, held.length / D);
      const usual = loss === "pairs" ? usualNow() : prior;
      return maskedLogLoss(factorQuality(loss, logits, prior, usual), validation.table.scores);
    };
    const least = await descend(network, features, table.scores, D, M, loss, weightDecay, lossNow, options);
    if (best !== undefined && best.loss <= least) continue;
    best = { network, scaling, weightDecay, usual: usualNow(), loss: least };
  }
  return best as TrainedFactors;
}

/** Quality (R, N) in [0, 1] from (R, N) logits: their own chance, or for logits trained on pairs the chance to win. */
export function factorQuality(
  loss: FactorLoss,
  logits: Float32Array,
  prior: Float64Array,
  usual: Float64Array,
): Float32Array {
  if (loss === "pairs") return calibratedWinRates(logits, prior, usual);
  return logits.map((z) => 1 / (1 + Math.exp(-z)));
}

function meanWinRates(logits: Float32Array, M: number): Float64Array {
  return columnMeans(winRates(logits, M), M);
}

/** @returns the least validation loss, at whose epoch the network is left */
async function descend(
  network: FactorNetwork,
  features: Float32Array,
  scores: Float32Array,
  D: number,
  M: number,
  loss: FactorLoss,
  weightDecay: number,
  validationLoss: () => number,
  { seed, signal }: FitOptions,
): Promise<number> {
  const R = features.length / D;
  const optimizer = new AdamW(network.parameters, { weightDecay, clipNorm: 1, groups: { bias: { weightDecay: 0 } } });
  const random = createRandom(seed, 82);
  const order = Int32Array.from({ length: R }, (_, r) => r);
  const steps = Math.ceil(R / batchRows);
  let best = { loss: validationLoss(), epoch: 0, parameters: copyOf(network.parameters) };
  for (let epoch = 1; epoch <= epochs && epoch - best.epoch <= patience; epoch++) {
    await yieldToEvents("trainFactors", signal);
    random.shuffle(order);
    for (let start = 0; start < R; start += batchRows) {
      const picked = order.subarray(start, Math.min(R, start + batchRows));
      const rows = new Float32Array(picked.length * D);
      const own = new Float32Array(picked.length * M);
      picked.forEach((r, b) => {
        rows.set(features.subarray(r * D, (r + 1) * D), b * D);
        own.set(scores.subarray(r * M, (r + 1) * M), b * M);
      });
      const { logits, queries } = network.forward(rows, picked.length);
      const dLogits = new Float32Array(own.length);
      if (loss === "pairs") pairGradients(dLogits, logits, own, M);
      else maskedBinaryCrossEntropy(dLogits, logits, own, own.length, 1 / Math.max(1, countKnown(own)));
      network.backward(dLogits, rows, queries, picked.length);
      const step = (epoch - 1) * steps + start / batchRows + 1;
      optimizer.update(network.gradients, learningRate * warmupCosine(step, steps, steps * epochs, 0.02));
    }
    const now = validationLoss();
    if (now < best.loss) best = { loss: now, epoch, parameters: copyOf(network.parameters) };
  }
  for (const [name, values] of best.parameters) network.parameters.get(name)?.set(values);
  return best.loss;
}

function copyOf(parameters: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...parameters].map(([name, values]) => [name, values.slice()]));
}

function countKnown(values: Float32Array): number {
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
}
