import {
  AdamW,
  createRandom,
  jsTrainingBackend,
  maskedBinaryCrossEntropy,
  maskedHuber,
  type TrainingBackend,
  warmupCosine,
} from "@onehead/core/training";
import { wasmTrainingBackend } from "@onehead/core/training/wasm";
import { describe, expect, it } from "vitest";
import { LowRankNetwork } from "./low-rank-network.js";
import { ModelNetwork } from "./model-network.js";
import type { Network } from "./network.js";
import { rowDropout } from "./row-dropout.js";

// The networks against float64 twins, which are written from the equations of their doc comments and share no code
// with them: forward, loss, gradients (central differences of the twin's loss) and a whole training run.

type Matrix = number[][];
type Parameters = Map<string, Float64Array>;
interface Outputs {
  quality: Matrix;
  cost: Matrix;
}

// D, K, H, M and R of the networks' equations; B rows
const [B, D, K, H, M, R] = [12, 5, 4, 8, 3, 2];
const temperature = 1.6;
/** Of queries, and of hidden units. */
const dropRates = [0.25, 0.4] as const;
const costWeight = 0.3;

const draw = createRandom(1);
const normals = (length: number, scale = 1): Float32Array => Float32Array.from({ length }, () => scale * draw.normal());
const embeddings = normals(B * D);
const biases = { qualityBias: normals(M), costBias: normals(M) };
// about a third unknown, one row and one cost column nearly so
const scores = Float32Array.from({ length: B * M }, (_, i) => (i % 3 === 1 || i < M ? Number.NaN : (i % 5) / 4));
const costTargets = normals(B * M, 2).map((value, i) => (i % 4 === 2 || (i % M === 0 && i > M) ? Number.NaN : value));

/** (rows, columns) of a flat array. */
const reshape = (x: ArrayLike<number>, rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => x[r * columns + c]));
const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
/** W x. */
const apply = (weight: Matrix, x: number[]): number[] => weight.map((row) => dot(row, x));
/** Σ w_i rows_i. */
const combine = (w: number[], rows: Matrix): number[] =>
  rows[0].map((_, c) => rows.reduce((sum, row, i) => sum + w[i] * row[c], 0));
const softmax = (x: number[]): number[] => {
  const powers = x.map((value) => Math.exp(value - Math.max(...x)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};
const gelu = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

function lowRankTwin(parameters: Parameters, mask: Matrix): Outputs {
  const get = (name: string): Float64Array => parameters.get(name)!;
  const lowRank = reshape(get("lowRank.query"), 2 * R + 2, H);
  const trunk = reshape(get("trunk.weight"), H, D);
  const outputs = reshape(embeddings, B, D).map((e, b) => {
    const h = apply(trunk, e).map((value, i) => mask[b][i] * gelu(value + get("trunk.bias")[i]));
    return (["quality", "cost"] as const).map((name, i) => {
      const z = apply(lowRank.slice(i * (R + 1), i * (R + 1) + R), h);
      const difficulty = dot(lowRank[i * (R + 1) + R], h);
      return reshape(get(`lowRank.${name}`), M, R).map((u, m) => get(`bias.${name}`)[m] + dot(z, u) + difficulty);
    });
  });
  return { quality: outputs.map(([quality]) => quality), cost: outputs.map(([, cost]) => cost) };
}

function modelTwin(parameters: Parameters, mask: Matrix): Outputs {
  const get = (name: string): Float64Array => parameters.get(name)!;
  const [gain, normBias] = [get("queryNorm.gain"), get("queryNorm.bias")];
  const [keys, values] = ["modelKey", "modelValue"].map((name) => reshape(get(name), M, K));
  const [fromQuery, fromAttended, fromModel] = ["head.query", "head.value", "head.model"].map((name) =>
    reshape(get(name), 2 * H, K),
  );
  const c = [...get("head.output")];
  const outputs = reshape(embeddings, B, D).map((e, b) => {
    const plain = apply(reshape(get("query"), K, D), e);
    const mean = plain.reduce((sum, value) => sum + value, 0) / K;
    const variance = plain.reduce((sum, value) => sum + (value - mean) ** 2, 0) / K;
    const [queryMask, headMask] = [mask[b].slice(0, K), mask[b].slice(K)];
    const q = plain.map((value, k) => {
      return queryMask[k] * ((gain[k] * (value - mean)) / Math.sqrt(variance + 1e-5) + normBias[k]);
    });
    const w = softmax(keys.map((key) => (temperature * dot(q, key)) / Math.sqrt(K)));
    const o = combine(w, values);
    return keys.map((key, m) => {
      const h = fromQuery.map((row, i) => {
        const input = dot(row, q) + dot(fromAttended[i], o) + dot(fromModel[i], key) + get("head.bias")[i];
        return headMask[i] * Math.max(0, input);
      });
      const quality = dot(c.slice(0, H), h.slice(0, H));
      const cost = dot(c.slice(H), h.slice(H));
      return [quality + get("bias.quality")[m], cost + get("bias.cost")[m]];
    });
  });
  return {
    quality: outputs.map((row) => row.map(([quality]) => quality)),
    cost: outputs.map((row) => row.map(([, cost]) => cost)),
  };
}

/** Mean log loss of the known scores plus the weighted mean Huber loss (δ = 1) of the known costs. */
function twinLoss({ quality, cost }: Outputs): number {
  let [logLoss, scoreLabels, huber, costLabels] = [0, 0, 0, 0];
  for (let i = 0; i < B * M; i++) {
    const [b, m] = [Math.floor(i / M), i % M];
    if (!Number.isNaN(scores[i])) {
      const p = 1 / (1 + Math.exp(-quality[b][m]));
      logLoss -= scores[i] * Math.log(p) + (1 - scores[i]) * Math.log(1 - p);
      scoreLabels++;
    }
    if (!Number.isNaN(costTargets[i])) {
      const r = Math.abs(cost[b][m] - costTargets[i]);
      huber += r <= 1 ? 0.5 * r * r : r - 0.5;
      costLabels++;
    }
  }
  return logLoss / scoreLabels + (costWeight * huber) / costLabels;
}

const dQuality = new Float32Array(B * M);
const dCost = new Float32Array(B * M);
const known = (values: Float32Array): number => values.filter((value) => !Number.isNaN(value)).length;

/** The same loss through the network; leaves the gradients of its outputs in dQuality and dCost. */
function networkLoss(network: Network): number {
  const [scoreLabels, costLabels] = [known(scores), known(costTargets)];
  const { qualityLogits, costOutputs } = network;
  const quality = maskedBinaryCrossEntropy(dQuality, qualityLogits, scores, B * M, 1 / scoreLabels);
  const cost = maskedHuber(dCost, costOutputs, costTargets, B * M, 1, costWeight / costLabels);
  return quality.loss / scoreLabels + (costWeight * cost.loss) / costLabels;
}

function gradientsByDifferences(parameters: Parameters, loss: () => number): Parameters {
  const h = 1e-5;
  const gradients: Parameters = new Map();
  for (const [name, values] of parameters) {
    const gradient = values.map((value, i) => {
      values[i] = value + h;
      const above = loss();
      values[i] = value - h;
      const below = loss();
      values[i] = value;
      return (above - below) / (2 * h);
    });
    gradients.set(name, gradient);
  }
  return gradients;
}

/** AdamW in float64, written from algorithm 2 of Loshchilov & Hutter, with the clipping of the whole gradient. */
class TwinAdamW {
  #step = 0;
  readonly #moments = new Map<string, { first: Float64Array; second: Float64Array }>();

  update(parameters: Parameters, gradients: Parameters, rate: number, decay: number, clipNorm: number): void {
    this.#step++;
    const norm = Math.hypot(...[...gradients.values()].flatMap((gradient) => [...gradient]));
    const clip = Math.min(1, clipNorm / norm);
    for (const [name, values] of parameters) {
      const size = values.length;
      const made = this.#moments.get(name) ?? { first: new Float64Array(size), second: new Float64Array(size) };
      this.#moments.set(name, made);
      gradients.get(name)?.forEach((gradient, i) => {
        const g = clip * gradient;
        made.first[i] = 0.9 * made.first[i] + 0.1 * g;
        made.second[i] = 0.999 * made.second[i] + 0.001 * g * g;
        const mean = made.first[i] / (1 - 0.9 ** this.#step);
        const square = made.second[i] / (1 - 0.999 ** this.#step);
        values[i] -= rate * (mean / (Math.sqrt(square) + 1e-8) + decay * values[i]);
      });
    }
  }
}

function createLowRankNetwork(backend: TrainingBackend = jsTrainingBackend): Network {
  const sizes = { dimensions: D, hiddenWidth: H, models: M, rank: R, dropout: dropRates[1] };
  return new LowRankNetwork({ ...sizes, maxRows: B + 3 }, biases, createRandom(2), backend);
}

function createModelNetwork(backend: TrainingBackend): Network {
  const [queryDropout, headDropout] = dropRates;
  const sizes = { dimensions: D, keyWidth: K, hiddenWidth: H, models: M, temperature, queryDropout, headDropout };
  return new ModelNetwork({ ...sizes, maxRows: B + 3 }, biases, createRandom(2), backend);
}

/** Moves every parameter off its start, where some are zero and would hide the gradients of others. */
function perturb(network: Network): void {
  const random = createRandom(3);
  for (const values of network.parameters.values()) {
    for (let i = 0; i < values.length; i++) values[i] += 0.3 * random.normal();
  }
}

const twinParameters = (network: Network): Parameters =>
  new Map([...network.parameters].map(([name, values]) => [name, Float64Array.from(values)]));

function expectWithin(actual: number, expected: number, tolerance: number, what: string): void {
  if (!(Math.abs(actual - expected) <= tolerance))
    expect.fail(`${what}: ${actual}, expected ${expected} ± ${tolerance}`);
}

/** Factors of a row's units: what is below `rate` of the range of 32 bits is dropped. */
const lowRankMask = (draws: number[]): number[] =>
  draws.map((draw) => (draw < dropRates[1] * 2 ** 32 ? 0 : 1 / (1 - dropRates[1])));

/** δ of the query, then ε of the heads' units, of a row's two keys: see row-dropout.test.ts. */
const modelMask = (keys: number[]): number[] =>
  [K, 2 * H].flatMap((units, i) => {
    const factors = new Float32Array(units);
    rowDropout(factors, 0, units, keys[i], dropRates[i]);
    return Array.from(factors, (factor) => (factor === 0 ? 0 : 1 / (1 - dropRates[i])));
  });

const backends = [
  { name: "js", backend: jsTrainingBackend },
  { name: "wasm", backend: wasmTrainingBackend()! },
];
const forms = [
  {
    form: "LowRankNetwork",
    create: createLowRankNetwork,
    twin: lowRankTwin,
    units: H,
    maskOf: lowRankMask,
  },
  {
    form: "ModelNetwork",
    create: createModelNetwork,
    twin: modelTwin,
    units: K + 2 * H,
    maskOf: modelMask,
  },
];

describe.each(forms.flatMap((form) => backends.map((backend) => ({ ...form, ...backend }))))(
  "$form on $name",
  ({ create: createOn, backend, twin, units, maskOf }) => {
    const create = (): Network => createOn(backend);
    const keepAll = reshape(new Array(B * units).fill(1), B, units);
    /** What the network draws its mask from, of this seed. */
    const drawsOf = (network: Network, seed: number): Uint32Array => {
      const random = createRandom(seed);
      return Uint32Array.from({ length: B * network.drawsPerRow }, () => 2 ** 32 * random.uniform());
    };

    it("computes what its equations say", () => {
      const network = create();
      perturb(network);
      network.prepare();
      network.forward(embeddings, B, null);
      const { quality, cost } = twin(twinParameters(network), keepAll);
      for (let i = 0; i < B * M; i++) {
        const [b, m] = [Math.floor(i / M), i % M];
        expectWithin(network.qualityLogits[i], quality[b][m], 2e-6, `quality of row ${b}, model ${m}`);
        expectWithin(network.costOutputs[i], cost[b][m], 2e-6, `cost of row ${b}, model ${m}`);
      }
    });

    it.each([
      ["without dropout", null],
      ["under a fixed dropout mask", 9],
    ])("has the gradients of central differences in every parameter, %s", (_, seed) => {
      const network = create();
      perturb(network);
      const draws = seed === null ? null : drawsOf(network, seed);
      network.prepare();
      network.forward(embeddings, B, draws);
      const loss = networkLoss(network);
      network.backward(dQuality, dCost, B);
      network.finish();

      const mask = draws === null ? keepAll : reshape(draws, B, network.drawsPerRow).map(maskOf);
      const parameters = twinParameters(network);
      const lossOfTwin = (): number => twinLoss(twin(parameters, mask));
      expectWithin(loss, lossOfTwin(), 1e-6, "loss");
      const expected = gradientsByDifferences(parameters, lossOfTwin);
      expect([...network.gradients.keys()]).toEqual([...expected.keys()]);
      for (const [name, gradient] of expected) {
        const largest = gradient.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        // a parameter that no gradient reaches would be compared with nothing
        expect(largest, name).toBeGreaterThan(1e-4);
        gradient.forEach((value, i) => {
          expectWithin(network.gradients.get(name)![i], value, 1e-5 * largest, `${name}[${i}]`);
        });
      }
    });

    it("forgets the gradients and rows of the call before", () => {
      const network = create();
      perturb(network);
      network.prepare();
      const run = (rows: number): Float32Array[] => {
        network.forward(embeddings, rows, null);
        network.backward(dQuality, dCost, rows);
        network.finish();
        return [...network.gradients.values()].map((gradient) => gradient.slice());
      };
      networkLoss(network);
      const small = run(2);
      run(B);
      expect(run(2)).toEqual(small);
    });

    it("gives a row the same bits alone as in a batch", () => {
      const network = create();
      network.prepare();
      network.forward(embeddings, B, null);
      const [quality, cost] = [network.qualityLogits.slice(), network.costOutputs.slice()];
      for (let b = 0; b < B; b++) {
        network.forward(embeddings.subarray(b * D, (b + 1) * D), 1, null);
        expect(network.qualityLogits.slice(0, M)).toEqual(quality.slice(b * M, (b + 1) * M));
        expect(network.costOutputs.slice(0, M)).toEqual(cost.slice(b * M, (b + 1) * M));
      }
    });

    it("learns nothing from unknown labels", () => {
      const network = create();
      network.prepare();
      network.forward(embeddings, B, null);
      const unknown = new Float32Array(B * M).fill(Number.NaN);
      maskedBinaryCrossEntropy(dQuality, network.qualityLogits, unknown, B * M, 1);
      maskedHuber(dCost, network.costOutputs, unknown, B * M, 1, 1);
      network.backward(dQuality, dCost, B);
      network.finish();
      for (const [name, gradient] of network.gradients) {
        expect(
          gradient.every((value) => value === 0),
          name,
        ).toBe(true);
      }
    });

    it("has the losses of a float64 training run at each of 20 steps, to 1e-5", () => {
      const network = create();
      const parameters = twinParameters(network);
      const [weightDecay, clipNorm] = [0.05, 0.5];
      const optimizer = new AdamW(network.parameters, { weightDecay, clipNorm });
      const twinOptimizer = new TwinAdamW();
      const lossOfTwin = (): number => twinLoss(twin(parameters, keepAll));
      const losses: number[] = [];
      for (let step = 1; step <= 20; step++) {
        const rate = 0.01 * warmupCosine(step, 5, 20, 0.05);
        network.prepare();
        network.forward(embeddings, B, null);
        losses.push(networkLoss(network));
        expectWithin(losses[step - 1], lossOfTwin(), 1e-5, `loss of step ${step}`);
        network.backward(dQuality, dCost, B);
        network.finish();
        optimizer.update(network.gradients, rate);
        // 5 steps of linear warm-up, then a cosine down to a twentieth
        const share = step <= 5 ? step / 5 : 0.05 + (0.95 / 2) * (1 + Math.cos((Math.PI * (step - 5)) / 15));
        const gradients = gradientsByDifferences(parameters, lossOfTwin);
        twinOptimizer.update(parameters, gradients, 0.01 * share, weightDecay, clipNorm);
      }
      // it did learn: agreement of two runs that stand still would say little
      expect(losses[19]).toBeLessThan(0.95 * losses[0]);
    });
  },
);

it("the low-rank network keeps its costs' mean over the models and shrinks what sets them apart", () => {
  const network = createLowRankNetwork();
  perturb(network);
  network.prepare();
  network.forward(embeddings, B, null);
  const before = reshape(network.costOutputs, B, M);
  const quality = network.qualityLogits.slice();
  network.shrinkCosts!(0.4, Float32Array.of(1, 2, 3));
  network.prepare();
  network.forward(embeddings, B, null);
  expect(network.qualityLogits).toEqual(quality);
  for (const [b, costs] of before.entries()) {
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / M;
    costs.forEach((cost, m) => {
      expectWithin(network.costOutputs[b * M + m], mean + 0.4 * (cost - mean) + m + 1, 2e-6, `row ${b}, model ${m}`);
    });
  }
});
