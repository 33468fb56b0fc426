import { OneheadError } from "@onehead/core";
import { AdamW, createRandom, maskedBinaryCrossEntropy, warmupCosine } from "@onehead/core/training";
import { yieldToEvents } from "../yield-to-events.js";
import { JointMlp } from "./joint-mlp.js";

/** What a grid varies. */
export interface MlpSetting {
  /** H. */
  width: number;
  weightDecay: number;
  /** Share of hidden units left out. */
  dropout: number;
  learningRate: number;
}

/** Scaled features beside their scores. */
interface ScoredFeatures {
  /** (R, D). */
  features: Float32Array;
  /** (R, N), NaN where unknown. */
  scores: Float32Array;
  rows: number;
}

export interface MlpTraining {
  training: ScoredFeatures;
  validation: ScoredFeatures;
  /** (N) starting logits. */
  bias: ArrayLike<number>;
  setting: MlpSetting;
  seed: number;
  /** Draws its start, order and dropout from a stream of its own. */
  member: number;
  signal?: AbortSignal | undefined;
}

/** A trained network and the least validation log loss, at which it was stopped. */
export interface TrainedMlp {
  network: JointMlp;
  validationLoss: number;
}

const batchRows = 128;
const epochs = 12;
/** Epochs without a better validation loss after which training stops. */
const patience = 3;
const leastRate = 0.02;
const clipNorm = 1;

/**
 * Trains one {@link JointMlp}: AdamW with warm-up (one epoch) and cosine on the masked binary cross-entropy, stopped
 * early and set back to the epoch of least validation log loss.
 *
 * @throws OneheadError "diverged" when a loss is not finite, "aborted" once `signal` is aborted
 */
export async function trainJointMlp(options: MlpTraining): Promise<TrainedMlp> {
  const { training, validation, setting, seed, member, signal } = options;
  const N = options.bias.length;
  const D = training.features.length / training.rows;
  const random = createRandom(seed, member);
  const sizes = { dimensions: D, width: setting.width, models: N, maxRows: batchRows };
  const network = new JointMlp(sizes, options.bias, random);
  const optimizer = new AdamW(network.parameters, {
    weightDecay: setting.weightDecay,
    clipNorm,
    groups: { "trunk.bias": { weightDecay: 0 }, "output.bias": { weightDecay: 0 } },
  });
  const features = new Float32Array(batchRows * D);
  const scores = new Float32Array(batchRows * N);
  const dLogits = new Float32Array(batchRows * N);
  const order = Int32Array.from({ length: training.rows }, (_, r) => r);
  const stepsPerEpoch = Math.ceil(training.rows / batchRows);

  let best = { epoch: 0, loss: maskedLoss(network, validation, N), parameters: copyOf(network.parameters) };
  for (let epoch = 1; epoch <= epochs && epoch - best.epoch <= patience; epoch++) {
    random.shuffle(order);
    for (let start = 0; start < training.rows; start += batchRows) {
      const count = Math.min(batchRows, training.rows - start);
      gatherRows(features, training.features, D, order, start, count);
      gatherRows(scores, training.scores, N, order, start, count);
      network.forward(features, count, setting.dropout, random);
      const labels = countKnown(scores, count * N);
      maskedBinaryCrossEntropy(dLogits, network.logits, scores, count * N, 1 / Math.max(1, labels));
      network.backward(dLogits, features, count);
      const step = (epoch - 1) * stepsPerEpoch + start / batchRows + 1;
      const rate = setting.learningRate * warmupCosine(step, stepsPerEpoch, stepsPerEpoch * epochs, leastRate);
      optimizer.update(network.gradients, rate);
    }
    const loss = maskedLoss(network, validation, N);
    if (!Number.isFinite(loss)) {
      throw new OneheadError(
        "diverged",
        `trainJointMlp: validation loss is ${loss} in epoch ${epoch}, expected a finite loss`,
      );
    }
    if (loss < best.loss) best = { epoch, loss, parameters: copyOf(network.parameters) };
    await yieldToEvents("trainJointMlp", signal);
  }
  for (const [name, values] of best.parameters) network.parameters.get(name)?.set(values);
  return { network, validationLoss: best.loss };
}

/** (R, N) probabilities of (R, D) features. */
export function mlpProbabilities(network: JointMlp, features: Float32Array): Float32Array {
  const { dimensions: D, models: N } = network.sizes;
  const out = new Float32Array((features.length / D) * N);
  forEachBlock(network, features, D, (start, count) => {
    for (let i = 0; i < count * N; i++) out[start * N + i] = 1 / (1 + Math.exp(-network.logits[i]));
  });
  return out;
}

/** Mean log loss per known score. */
function maskedLoss(network: JointMlp, { features, scores, rows }: ScoredFeatures, N: number): number {
  const dLogits = new Float32Array(batchRows * N);
  let loss = 0;
  let labels = 0;
  forEachBlock(network, features, features.length / rows, (start, count) => {
    const block = scores.subarray(start * N, (start + count) * N);
    const result = maskedBinaryCrossEntropy(dLogits, network.logits, block, count * N, 0);
    loss += result.loss;
    labels += result.labels;
  });
  return loss / labels;
}

function forEachBlock(
  network: JointMlp,
  features: Float32Array,
  D: number,
  visit: (start: number, count: number) => void,
): void {
  const rows = features.length / D;
  for (let start = 0; start < rows; start += batchRows) {
    const count = Math.min(batchRows, rows - start);
    network.forward(features.subarray(start * D, (start + count) * D), count, 0, null);
    visit(start, count);
  }
}

function gatherRows(
  out: Float32Array,
  values: Float32Array,
  columns: number,
  order: Int32Array,
  start: number,
  count: number,
): void {
  for (let b = 0; b < count; b++) {
    const from = order[start + b] * columns;
    for (let c = 0; c < columns; c++) out[b * columns + c] = values[from + c];
  }
}

function countKnown(values: Float32Array, count: number): number {
  let known = 0;
  for (let i = 0; i < count; i++) if (!Number.isNaN(values[i])) known++;
  return known;
}

function copyOf(parameters: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...parameters].map(([name, values]) => [name, values.slice()]));
}
