import { describe, expect, it } from "vitest";
import type { Artifact } from "../artifact/artifact.js";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { networkModel } from "../artifact/manifest.js";
import { jsBackend } from "../kernels/backend.js";
import { expectClose } from "../kernels/contract/expect-close.js";
import { attentionTwin, geluTwin, layerNormTwin, linearTwin } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { createRandom } from "../random/random.js";
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

describe.each(["low-rank", "models"] as const)("the form %s", (form) => {
  it.each(shapes)("agrees with its float64 twin on random shapes, seed $seed", ({ seed, sizes, rows, columns }) => {
    const artifact = syntheticArtifact(form, seed, sizes);
    const layer = new layers[form](artifact.manifest, artifact.tensors, columns, jsBackend);
    const [S, N, D] = [sizes.members, columns.length, sizes.dimensions];
    const embeddings = randomArrays(seed + 500)(rows * D);
    const quality = new Float32Array(S * rows * N);
    const cost = new Float32Array(S * rows * N);
    // twice, so that whatever the first call left behind would show
    layer.forward(quality, cost, randomArrays(1)(maxRows * D), maxRows > rows ? rows : 1);
    layer.forward(quality, cost, embeddings, rows);
    const expected = range(0, S).map((s) => twins[form](artifact, s, columns, embeddings, rows));
    expected.forEach((own, s) => {
      const scale = Math.max(1, ...own.quality.map(Math.abs), ...own.cost.map(Math.abs));
      expectClose(quality.subarray(s * rows * N, (s + 1) * rows * N), own.quality, 2e-5, scale);
      expectClose(cost.subarray(s * rows * N, (s + 1) * rows * N), own.cost, 2e-5, scale);
    });
  });

  it("passes a NaN on to its own row only", () => {
    const artifact = syntheticArtifact(form);
    const layer = new layers[form](artifact.manifest, artifact.tensors, [0, 1], jsBackend);
    const embeddings = randomArrays(4)(3 * 6);
    embeddings[7] = Number.NaN;
    const quality = new Float32Array(2 * 3 * 2);
    layer.forward(quality, new Float32Array(2 * 3 * 2), embeddings, 3);
    expect(Array.from(quality, Number.isNaN)).toEqual([
      ...[false, false, true, true, false, false],
      ...[false, false, true, true, false, false],
    ]);
  });
});

describe("the kernel regression", () => {
  it.each(shapes)("agrees with its float64 twin on random shapes, seed $seed", ({ seed, sizes, rows, columns }) => {
    const { manifest, tensors } = syntheticArtifact("low-rank", seed, sizes);
    const layer = new KernelRegression(manifest, tensors, columns, jsBackend, {
      ...networkModel(manifest).kernel!,
      sharpness: 2.5,
    });
    const [N, D, P, Q, K] = [columns.length, sizes.dimensions, sizes.anchors, 4, 3];
    const embeddings = randomArrays(seed + 900)(rows * D);
    layer.forward(embeddings, rows);
    const directions = tensors.get("kernel.directions")!.data;
    const metric = tensors.get("kernel.metric")!.data;
    const anchors = tensors.get("kernel.anchors")!.data;
    const values = tensors.get("kernel.value.quality")!.data;
    const costs = tensors.get("kernel.value.cost")!.data;
    const means = tensors.get("kernel.mean.quality")!.data;
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
      const expected = columns.map((m) =>
        kernel.reduce((total, k, j) => total + k * values[j * measuredCount + m], means[m]),
      );
      expectClose(layer.logits.subarray(b * N, (b + 1) * N), expected, 2e-5);
      const expectedCosts = columns.map((m) =>
        kernel.reduce((total, k, j) => total + k * costs[j * measuredCount + m], 0),
      );
      expectClose(layer.costOutputs.subarray(b * N, (b + 1) * N), expectedCosts, 2e-5);
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
    const { sizes: groups } = networkModel(manifest).clusters!;
    const layer = new ClusterAttention(manifest, tensors, columns, jsBackend, { sizes: groups, weight: 1 });
    const [N, D] = [columns.length, sizes.dimensions];
    const embeddings = randomArrays(seed + 950)(rows * D);
    layer.forward(embeddings, rows);
    const [keys, bias, values] = ["key", "bias", "value"].map((name) => tensors.get(`clusters.${name}`)!.data);
    for (let b = 0; b < rows; b++) {
      const e = embeddings.subarray(b * D, (b + 1) * D);
      const products = linearTwin(e, keys, null, 1, D, bias.length).map(
        (value, k) => value / Math.hypot(...e) + bias[k],
      );
      const quality = columns.map(() => 0);
      let first = 0;
      for (const size of groups) {
        const powers = range(first, size).map((k) => Math.exp(products[k]));
        const sum = powers.reduce((total, power) => total + power, 0);
        columns.forEach((m, n) => {
          powers.forEach((power, k) => {
            quality[n] += ((power / sum) * values[(first + k) * measuredCount + m]) / groups.length;
          });
        });
        first += size;
      }
      expectClose(
        layer.logits.subarray(b * N, (b + 1) * N),
        quality.map((p) => Math.log(p / (1 - p))),
        2e-5,
      );
    }
  });
});
