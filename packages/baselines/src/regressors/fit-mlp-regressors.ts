import type { Tensor } from "@onehead/core";
import { AdamW, createRandom } from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, queryRows } from "../labels/assert-labelled.js";
import { softUnit } from "../labels/soft-unit.js";
import type { StateReader } from "../state/state-reader.js";
import { yieldToEvents } from "../yield-to-events.js";
import { Regressor } from "./regressor.js";

// scikit-learn's MLPRegressor as it comes: hidden layers of 100 rectified units, squared error, Adam at 1e-3 on batches of
// 200, a quadratic penalty of 1e-4, stopped once ten epochs in a row improve the loss by less than 1e-4
const width = 100;
const batchRows = 200;
const learningRate = 1e-3;
const penalty = 1e-4;
const tolerance = 1e-4;
const patience = 10;
/**
 * scikit-learn stops at 200 epochs; ours also after so many steps: on routerbench, where theirs took 1,062 to 1,413, AIQ was
 * .738 with both.
 */
const mostEpochs = 200;
const mostSteps = 600;

/**
 * RouterBench's MLP: one perceptron regressor of the score a model, on squared error, with its stopping rule looking at the
 * training loss alone. Nothing is tuned, as published.
 *
 * @param depth hidden layers: both 1 and 2 are published
 * @throws as `assertTrainable`; OneheadError "aborted" once `signal` is aborted
 * Source: RouterBench (arXiv 2403.12031) and its repository; scikit-learn's MLPRegressor
 */
export async function fitMlpRegressors(
  train: LabelledEmbeddings,
  options: FitOptions,
  depth: 1 | 2 = 1,
): Promise<QualityPredictor> {
  assertTrainable("fitMlpRegressors", train);
  const { dimensions: D, table, embeddings } = train;
  const N = table.models.length;
  const networks: Regressor[] = [];
  for (let m = 0; m < N; m++) {
    const rows = Int32Array.from(table.ids, (_, r) => r).filter((r) => !Number.isNaN(table.scores[r * N + m]));
    const targets = Float32Array.from(rows, (r) => table.scores[r * N + m]);
    const network = Regressor.start(sizesOf(D, depth), createRandom(options.seed, 8000 + m));
    await trainRegressor(network, embeddings, D, rows, targets, options, m);
    networks.push(network);
  }
  return predictorOf(networks, D, depth);
}

/** @throws ArtifactError naming the field */
export function loadMlpRegressors(reader: StateReader): QualityPredictor {
  const { dimensions: D, models: N } = reader;
  const depth = reader.config.oneOf<1 | 2>("depth", 1, 2);
  const sizes = sizesOf(D, depth);
  const stacked = new Map(shapesOf(sizes).map(([name, shape]) => [name, reader.floats(name, N, ...shape)]));
  const networks = Array.from({ length: N }, (_, m) => {
    const own = [...stacked].map(([name, all]): [string, Float32Array] => {
      const length = all.length / N;
      return [name, all.subarray(m * length, (m + 1) * length)];
    });
    return new Regressor(sizes, new Map(own));
  });
  return predictorOf(networks, D, depth);
}

function sizesOf(D: number, depth: number): number[] {
  return [D, ...Array<number>(depth).fill(width)];
}

/** Names and shapes of one network's parameters. */
function shapesOf(sizes: readonly number[]): Array<[string, number[]]> {
  const hidden = sizes.slice(1).flatMap(
    (H, i): Array<[string, number[]]> => [
      [`hidden.${i + 1}`, [H, sizes[i]]],
      [`hiddenBias.${i + 1}`, [H]],
    ],
  );
  return [...hidden, ["output", [sizes[sizes.length - 1]]], ["outputBias", [1]]];
}

function predictorOf(networks: readonly Regressor[], D: number, depth: 1 | 2): QualityPredictor {
  const N = networks.length;
  return {
    id: depth === 1 ? "mlp-regressors" : "mlp-regressors-2",
    name: depth === 1 ? "MLP a model" : "MLP a model, 2 layers",
    predict(queries) {
      const R = queryRows("mlpRegressors", queries, D);
      const quality = new Float32Array(R * N);
      networks.forEach((network, m) => {
        const { outputs } = network.forward(queries, R);
        for (let r = 0; r < R; r++) quality[r * N + m] = softUnit(outputs[r]);
      });
      return quality;
    },
    toState() {
      const tensors = shapesOf(sizesOf(D, depth)).map(([name, shape]): [string, Tensor] => {
        const length = shape.reduce((product, side) => product * side, 1);
        const data = new Float32Array(N * length);
        networks.forEach((network, m) => {
          data.set(network.parameters.get(name) as Float32Array, m * length);
        });
        return [name, { shape: [N, ...shape], data }];
      });
      return { kind: "mlp-regressors", config: { depth }, tensors: Object.fromEntries(tensors) };
    },
  };
}

/** Trains one network in place on the given rows of (·, D) embeddings. */
async function trainRegressor(
  network: Regressor,
  embeddings: Float32Array,
  D: number,
  rows: Int32Array,
  targets: Float32Array,
  { seed, signal }: FitOptions,
  model: number,
): Promise<void> {
  const random = createRandom(seed, 9000 + model);
  const optimizer = new AdamW(network.parameters, { weightDecay: 0, clipNorm: Number.MAX_VALUE });
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
      const B = picked.length;
      const features = new Float32Array(B * D);
      picked.forEach((i, b) => {
        features.set(embeddings.subarray(rows[i] * D, (rows[i] + 1) * D), b * D);
      });
      const { outputs, layers } = network.forward(features, B);
      // ½ mean squared error + ½ penalty |w|² / rows
      const dOutputs = outputs.map((output, b) => (output - targets[picked[b]]) / B);
      for (let b = 0; b < B; b++) loss += 0.5 * (outputs[b] - targets[picked[b]]) ** 2;
      network.backward(dOutputs, layers, B, penalty / B);
      optimizer.update(network.gradients, learningRate);
    }
    loss /= rows.length;
    withoutGain = loss > best - tolerance ? withoutGain + 1 : 0;
    best = Math.min(best, loss);
  }
}
