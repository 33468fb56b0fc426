import { describe, expect, it } from "vitest";
import type { Artifact } from "../artifact/artifact.js";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { networkModel } from "../artifact/manifest.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { expectClose } from "../kernels/contract/expect-close.js";
import { attentionTwin, geluTwin, layerNormTwin, linearTwin } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { createRandom } from "../random/random.js";
import { wasmBackend } from "../wasm/index.js";
import { maxRows } from "./attention-form.js";
import { ClusterAttention } from "./cluster-attention.js";
import { KernelRegression } from "./kernel-regression.js";
import { LowRankForm } from "./low-rank-form.js";
import { ModelAttention } from "./model-attention.js";

interface Outputs {
  quality: Float64Array;
  cost: Float64Array;
}

/** Rows `picked` of a (rows, width) tensor. */
function rowsOf(data: ArrayLike<number>, width: number, picked: readonly number[]): Float64Array {
  return Float64Array.from(picked.flatMap((r) => Array.from({ length: width }, (_, c) => data[r * width + c])));
}

/** Twins of one member, as the layers' equations are written: unfolded, in float64. */
const twins = {
  "low-rank"(
    { manifest, tensors }: Artifact,
    s: number,
    columns: readonly number[],
    e: Float32Array,
    B: number,
  ): Outputs {
    const read = (name: string): ArrayLike<number> => tensors.get(`member.${s}.${name}`)!.data;
    const { hiddenWidth: H, rank: R } = networkModel(manifest);
    const N = columns.length;
    const h = geluTwin(linearTwin(e, read("trunk.weight"), read("trunk.bias"), B, manifest.embedder.dimensions, H));
    const query = read("lowRank.query");
    const head = (name: "quality" | "cost", firstRow: number): Float64Array => {
      const z = linearTwin(h, rowsOf(query, H, range(firstRow, R)), null, B, H, R);
      const lowRank = linearTwin(z, rowsOf(read(`lowRank.${name}`), R, columns), null, B, R, N);
      const difficulty = linearTwin(h, rowsOf(query, H, [firstRow + R]), null, B, H, 1);
      return lowRank.map((v, i) => v + difficulty[Math.floor(i / N)] + read(`bias.${name}`)[columns[i % N]]);
    };
    return { quality: head("quality", 0), cost: head("cost", R + 1) };
  },

  models({ manifest, tensors }: Artifact, s: number, columns: readonly number[], e: Float32Array, B: number): Outputs {
    const read = (name: string): ArrayLike<number> => tensors.get(`member.${s}.${name}`)!.data;
    const { keyWidth: K, hiddenWidth: H, temperature } = networkModel(manifest);
    const D = manifest.embedder.dimensions;
    const N = columns.length;
    const projected = linearTwin(e, read("query"), null, B, D, K);
    const q = layerNormTwin(projected, read("queryNorm.gain"), read("queryNorm.bias"), B, K, 1e-5);
    const keys = rowsOf(read("modelKey"), K, columns);
    const values = rowsOf(read("modelValue"), K, columns);
    const { out: o } = attentionTwin(q, keys, values, B, N, K, K, temperature);
    const fromQuery = linearTwin(q, read("head.query"), null, B, K, 2 * H);
    const fromAttended = linearTwin(o, read("head.value"), null, B, K, 2 * H);
    const fromModel = linearTwin(keys, read("head.model"), read("head.bias"), N, K, 2 * H);
    const head = (name: "quality" | "cost", firstUnit: number): Float64Array =>
      Float64Array.from({ length: B * N }, (_, i) => {
        const [b, n] = [Math.floor(i / N), i % N];
        return range(firstUnit, H).reduce(
          (sum, h) => {
            const at = b * 2 * H + h;
            const sumOfInputs = fromQuery[at] + fromAttended[at] + fromModel[n * 2 * H + h];
            return sum + read("head.output")[h] * Math.max(0, sumOfInputs);
          },
          read(`bias.${name}`)[columns[n]],
        );
      });
    return { quality: head("quality", 0), cost: head("cost", H) };
  },
};

const range = (start: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i);
const layers = { "low-rank": LowRankForm, models: ModelAttention };
const measuredCount = 4;

const shapes = Array.from({ length: 25 }, (_, seed) => {
  const random = createRandom(seed, 77);
  const upTo = (most: number): number => 1 + Math.floor(most * random.uniform());
  const sizes = {
    members: upTo(3),
    keyWidth: upTo(20),
    hiddenWidth: upTo(20),
    anchors: upTo(40),
    rank: upTo(4),
    dimensions: upTo(40),
  };
  // a pool: some of the measured models, in an order of its own
  const order = Int32Array.from(range(0, measuredCount));
  random.shuffle(order);
  return { seed, sizes, rows: seed % 5 === 0 ? maxRows : upTo(9), columns: [...order].slice(0, upTo(measuredCount)) };
});

const wasm = wasmBackend() as Backend;
const backends = [
  ["js", jsBackend],
  ["wasm", wasm],
] as const;

/** Room for so many floats, where nothing may be put outside of it, and an array to hand a layer. */
function roomIn(backend: Backend, floats: number, mine: number): { room: Backend; mine: Float32Array } {
  const own = backend.fork(floats + mine + 64);
  const array = own.allocate(mine);
  const inside = (found: ArrayBufferLike): void => {
    if (own.name === "wasm") expect(found === array.buffer).toBe(true);
  };
  const room: Backend = {
    ...own,
    allocate(content) {
      const allocated = own.allocate(content);
      inside(allocated.buffer);
      return allocated;
    },
    bindLinear(...args) {
      const map = own.bindLinear(...args);
      inside(map.panels.buffer);
      return map;
    },
  };
  return { room, mine: array };
}

describe.each(backends)("in %s", (_, backend) => {
  describe.each(["low-rank", "models"] as const)("the form %s", (form) => {
    it.each(shapes)("agrees with its float64 twin on random shapes, seed $seed", ({ seed, sizes, rows, columns }) => {
      const { manifest, tensors } = syntheticArtifact(form, seed, sizes);
      const Form = layers[form];
      const [S, N, D] = [sizes.members, columns.length, sizes.dimensions];
      const { room, mine } = roomIn(backend, Form.floats(manifest, N), maxRows * (2 * N + D));
      const [joint, inputs] = [mine.subarray(0, maxRows * 2 * N), mine.subarray(maxRows * 2 * N)];
      const share = 0.3;
      const layer = new Form(manifest, tensors, columns, room, share);
      const embeddings = randomArrays(seed + 500)(rows * D);
      // twice, so that whatever the first call left behind would show
      inputs.set(randomArrays(1)(maxRows * D));
      layer.forward(joint, inputs, maxRows > rows ? rows : 1);
      inputs.set(embeddings);
      layer.forward(joint, inputs, rows);
      const expected = range(0, S).map((s) => twins[form]({ manifest, tensors }, s, columns, embeddings, rows));
      const scale = Math.max(1, ...expected.flatMap(({ quality, cost }) => [...quality, ...cost].map(Math.abs)));
      const own = new Float64Array(N);
      for (let b = 0; b < rows; b++) {
        const at = b * N;
        const sums = range(0, N).map((m) => expected.reduce((sum, { quality }) => sum + share * quality[at + m], 0));
        const means = range(0, N).map((m) => expected.reduce((sum, { cost }) => sum + cost[at + m] / S, 0));
        expectClose(joint.subarray(2 * at, 2 * (at + N)), [...sums, ...means], 2e-5, scale);
        expected.forEach(({ quality }, s) => {
          layer.memberLogits(own, 0, s, b);
          expectClose(own, quality.subarray(at, at + N), 1e-4, scale);
        });
      }
    });

    it("passes a NaN on to its own row only", () => {
      const { manifest, tensors } = syntheticArtifact(form);
      const layer = new layers[form](manifest, tensors, [0, 1], backend.fork(layers[form].floats(manifest, 2)), 1);
      const embeddings = randomArrays(4)(3 * 6);
      embeddings[7] = Number.NaN;
      const joint = new Float32Array(3 * 4);
      layer.forward(joint, embeddings, 3);
      expect(Array.from(joint, Number.isNaN)).toEqual([
        ...[false, false, false, false],
        ...[true, true, true, true],
        ...[false, false, false, false],
      ]);
    });
  });

  it.each([1, 40])("the attention over %i times the models agrees with its twin, folded or not", (times) => {
    const sizes = { members: 1, keyWidth: 8, hiddenWidth: 5, anchors: 3, rank: 1, dimensions: 9 };
    const { manifest, tensors } = syntheticArtifact("models", 3, sizes);
    const columns = range(0, measuredCount * times).map((m) => m % measuredCount);
    const N = columns.length;
    const { room, mine } = roomIn(backend, ModelAttention.floats(manifest, N), 2 * N + 9);
    const layer = new ModelAttention(manifest, tensors, columns, room, 1);
    const embedding = randomArrays(8)(9);
    mine.set(embedding, 2 * N);
    layer.forward(mine.subarray(0, 2 * N), mine.subarray(2 * N), 1);
    const { quality, cost } = twins.models({ manifest, tensors }, 0, columns, embedding, 1);
    expectClose(mine.subarray(0, 2 * N), [...quality, ...cost], 2e-5, 3);
  });

  describe("the kernel regression", () => {
    it.each(shapes)("agrees with its float64 twin on random shapes, seed $seed", ({ seed, sizes, rows, columns }) => {
      const { manifest, tensors } = syntheticArtifact("low-rank", seed, sizes);
      const model = { ...networkModel(manifest).kernel!, sharpness: 2.5 };
      const [N, D, P, Q, K] = [columns.length, sizes.dimensions, sizes.anchors, 4, 3];
      const { room, mine } = roomIn(backend, KernelRegression.floats(manifest, model, N), rows * (2 * N + D));
      const [joint, unit] = [mine.subarray(0, rows * 2 * N), mine.subarray(rows * 2 * N)];
      const share = 0.4;
      const layer = new KernelRegression(manifest, tensors, columns, room, model, share);
      const embeddings = randomArrays(seed + 900)(rows * D);
      unit.set(embeddings);
      backend.unitRows(unit, unit, rows, D);
      const before = randomArrays(seed)(rows * 2 * N);
      joint.set(before);
      layer.forward(joint, unit, rows);
      const read = (name: string): ArrayLike<number> => tensors.get(`kernel.${name}`)!.data;
      const [directions, metric, anchors] = [read("directions"), read("metric"), read("anchors")];
      for (let b = 0; b < rows; b++) {
        const e = embeddings.subarray(b * D, (b + 1) * D);
        const p = linearTwin(e, directions, null, 1, D, Q).map((value) => value / Math.hypot(...e));
        const novelty = 1 - p.reduce((sum, value) => sum + value * value, 0);
        // near 0.5, far 1.5
        expect(layer.familiarity[b]).toBeCloseTo(Math.min(1, Math.max(0, 1.5 - novelty)), 4);
        const x = linearTwin(p, metric, null, 1, Q, K);
        const kernel = range(0, P).map((j) => {
          const distance = Math.hypot(...x.map((value, k) => value - anchors[j * K + k]));
          return Math.exp(-1.25 * distance ** 2);
        });
        const sumOf = (name: string, m: number): number =>
          kernel.reduce((total, k, j) => total + k * read(name)[j * measuredCount + m], 0);
        const logits = columns.map((m) => read("mean.quality")[m] + sumOf("value.quality", m));
        const own = new Float64Array(N);
        layer.logits(own, 0, b);
        expectClose(own, logits, 4e-5);
        const added = [...logits.map((logit) => share * logit), ...columns.map((m) => sumOf("value.cost", m))];
        const at = b * 2 * N;
        const expected = added.map((value, i) => before[at + i] + value);
        expectClose(joint.subarray(at, at + 2 * N), expected, 2e-5);
        const sum = kernel.reduce((total, k) => total + k, 0);
        expectClose(
          layer.attentionWeights(b),
          kernel.map((k) => (sum > 0 ? k / sum : 0)),
          2e-5,
        );
      }
    });
  });

  describe("the attention over clusters", () => {
    it.each(shapes)("agrees with its float64 twin on random shapes, seed $seed", ({ seed, sizes, rows, columns }) => {
      const { manifest, tensors } = syntheticArtifact("low-rank", seed, sizes);
      const clusters = { sizes: networkModel(manifest).clusters!.sizes, weight: 1 };
      const [N, D] = [columns.length, sizes.dimensions];
      const { room, mine } = roomIn(backend, ClusterAttention.floats(manifest, clusters, N), rows * (2 * N + D));
      const [joint, unit] = [mine.subarray(0, rows * 2 * N), mine.subarray(rows * 2 * N)];
      const layer = new ClusterAttention(manifest, tensors, columns, room, clusters, 0.4);
      const embeddings = randomArrays(seed + 950)(rows * D);
      unit.set(embeddings);
      backend.unitRows(unit, unit, rows, D);
      layer.forward(joint, unit, rows);
      const [keys, bias, values] = ["key", "bias", "value"].map((name) => tensors.get(`clusters.${name}`)!.data);
      for (let b = 0; b < rows; b++) {
        const e = embeddings.subarray(b * D, (b + 1) * D);
        const products = linearTwin(e, keys, null, 1, D, bias.length).map(
          (value, k) => value / Math.hypot(...e) + bias[k],
        );
        const quality = columns.map(() => 0);
        const weights: number[] = [];
        let first = 0;
        for (const size of clusters.sizes) {
          const powers = range(first, size).map((k) => Math.exp(products[k]));
          const sum = powers.reduce((total, power) => total + power, 0);
          weights.push(...powers.map((power) => power / sum));
          columns.forEach((m, n) => {
            powers.forEach((power, k) => {
              quality[n] += ((power / sum) * values[(first + k) * measuredCount + m]) / clusters.sizes.length;
            });
          });
          first += size;
        }
        const logits = quality.map((p) => Math.log(p / (1 - p)));
        const own = new Float64Array(N);
        layer.logits(own, 0, b);
        expectClose(own, logits, 2e-5);
        const at = b * 2 * N;
        const expected = [...logits.map((logit) => 0.4 * logit), ...logits.map(() => 0)];
        expectClose(joint.subarray(at, at + 2 * N), expected, 2e-5);
        const read = new Float64Array(weights.length);
        layer.readWeights(read, 0, b);
        expectClose(read, weights, 2e-5);
      }
    });
  });
});
