import { createRandom, matmul, matmulTransposedA, matmulTransposedB } from "@onehead/core";
import { AdamW } from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, queryRows } from "../labels/assert-labelled.js";
import { yieldToEvents } from "../yield-to-events.js";

// scikit-learn's MLPRegressor as it comes: one hidden layer of 100 rectified units, squared error, Adam at 1e-3 on batches of
// 200, a quadratic penalty of 1e-4, stopped once ten epochs in a row improve the loss by less than 1e-4
const width = 100;
const batchRows = 200;
const learningRate = 1e-3;
const penalty = 1e-4;
const tolerance = 1e-4;
const patience = 10;
/** scikit-learn stops at 200 epochs; ours also after so many steps, which is more than it took on sets of 2,000 rows. */
const mostEpochs = 200;
const mostSteps = 600;

/**
 * RouterBench's MLP: one perceptron regressor of the score a model, on squared error, with its stopping rule looking at the
 * training loss alone. Nothing is tuned, as published.
 *
 * @throws as `assertTrainable`; OneheadError "aborted" once `signal` is aborted
 * Source: RouterBench (arXiv 2403.12031); scikit-learn's MLPRegressor
 */
export async function fitMlpRegressors(train: LabelledEmbeddings, options: FitOptions): Promise<QualityPredictor> {
  assertTrainable("fitMlpRegressors", train);
  const { dimensions: D, table, embeddings } = train;
  const N = table.models.length;
  const networks: Regressor[] = [];
  for (let m = 0; m < N; m++) {
    const rows = Int32Array.from(table.ids, (_, r) => r).filter((r) => !Number.isNaN(table.scores[r * N + m]));
    const targets = Float32Array.from(rows, (r) => table.scores[r * N + m]);
    networks.push(await trainRegressor(embeddings, D, rows, targets, options, m));
  }
  return {
    id: "mlp-regressors",
    name: "MLP a model",
    predict(queries) {
      const R = queryRows("mlpRegressors", queries, D);
      const quality = new Float32Array(R * N);
      networks.forEach((network, m) => {
        const { outputs } = forward(network, queries, R, D);
        for (let r = 0; r < R; r++) quality[r * N + m] = Math.min(1, Math.max(0, outputs[r]));
      });
      return quality;
    },
  };
}

interface Regressor {
  /** (H, D), (H), (H), (1). */
  hidden: Float32Array;
  hiddenBias: Float32Array;
  output: Float32Array;
  outputBias: Float32Array;
}

async function trainRegressor(
  embeddings: Float32Array,
  D: number,
  rows: Int32Array,
  targets: Float32Array,
  { seed, signal }: FitOptions,
  model: number,
): Promise<Regressor> {
  const random = createRandom(seed, 8000 + model);
  // Glorot's uniform start, as scikit-learn's
  const uniform = (length: number, fans: number): Float32Array =>
    Float32Array.from({ length }, () => (2 * random.uniform() - 1) * Math.sqrt(6 / fans));
  const network: Regressor = {
    hidden: uniform(width * D, D + width),
    hiddenBias: uniform(width, D + width),
    output: uniform(width, width + 1),
    outputBias: uniform(1, width + 1),
  };
  const parameters = new Map(Object.entries(network) as [string, Float32Array][]);
  const gradients = new Map([...parameters].map(([name, values]) => [name, new Float32Array(values.length)]));
  const optimizer = new AdamW(parameters, { weightDecay: 0, clipNorm: Number.MAX_VALUE });
  const order = Int32Array.from(rows, (_, i) => i);
  const batch = Math.min(batchRows, rows.length);
  let best = Number.POSITIVE_INFINITY;
  let withoutGain = 0;
  let steps = 0;
  for (let epoch = 0; epoch < mostEpochs && steps < mostSteps && withoutGain < patience; epoch++) {
    await yieldToEvents("fitMlpRegressors", signal);
    random.shuffle(order);
    let loss = 0;
    for (let start = 0; start < rows.length; start += batch, steps++) {
      const picked = order.subarray(start, Math.min(rows.length, start + batch));
      loss += accumulate(gradients, network, embeddings, D, rows, targets, picked);
      optimizer.update(gradients, learningRate);
    }
    loss /= rows.length;
    withoutGain = loss > best - tolerance ? withoutGain + 1 : 0;
    best = Math.min(best, loss);
  }
  return network;
}

/** Sets the gradients of ½ mean squared error + ½ penalty |w|² / rows. @returns the batch's summed ½ squared error */
function accumulate(
  gradients: ReadonlyMap<string, Float32Array>,
  network: Regressor,
  embeddings: Float32Array,
  D: number,
  rows: Int32Array,
  targets: Float32Array,
  picked: Int32Array,
): number {
  const B = picked.length;
  const features = new Float32Array(B * D);
  picked.forEach((i, b) => {
    features.set(embeddings.subarray(rows[i] * D, (rows[i] + 1) * D), b * D);
  });
  const { hidden, outputs } = forward(network, features, B, D);
  let loss = 0;
  const dOutputs = new Float32Array(B);
  for (let b = 0; b < B; b++) {
    const error = outputs[b] - targets[picked[b]];
    loss += 0.5 * error * error;
    dOutputs[b] = error / B;
  }
  const gradient = (name: string): Float32Array => gradients.get(name) as Float32Array;
  matmulTransposedA(gradient("output"), dOutputs, hidden, 1, B, width);
  gradient("outputBias")[0] = dOutputs.reduce((sum, value) => sum + value, 0);
  const dHidden = new Float32Array(B * width);
  matmul(dHidden, dOutputs, network.output, B, 1, width);
  const dBias = gradient("hiddenBias").fill(0);
  for (let i = 0; i < B * width; i++) {
    if (hidden[i] <= 0) dHidden[i] = 0;
    dBias[i % width] += dHidden[i];
  }
  matmulTransposedA(gradient("hidden"), dHidden, features, width, B, D);
  for (const name of ["hidden", "output"] as const) {
    const own = gradient(name);
    for (let i = 0; i < own.length; i++) own[i] += (penalty / B) * network[name][i];
  }
  return loss;
}

/** outputs (R) and hidden (R, H) of (R, D) features. */
function forward(network: Regressor, features: Float32Array, R: number, D: number) {
  const hidden = new Float32Array(R * width);
  matmulTransposedB(hidden, features, network.hidden, R, D, width);
  for (let i = 0; i < hidden.length; i++) hidden[i] = Math.max(0, hidden[i] + network.hiddenBias[i % width]);
  const outputs = new Float32Array(R);
  matmulTransposedB(outputs, hidden, network.output, R, width, 1);
  for (let r = 0; r < R; r++) outputs[r] += network.outputBias[0];
  return { hidden, outputs };
}
