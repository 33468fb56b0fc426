import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import {
  type Artifact,
  addProbedModel,
  argmaxReward,
  networkModel,
  OneheadError,
  type PoolOptions,
  type Preference,
  parseArtifact,
  parseSafetensors,
  Router,
  serializeArtifact,
} from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { syntheticArtifact } from "../../core/src/artifact/contract/synthetic-artifact.js";
import { ModelProtoSchema } from "./proto/onnx_pb.js";
import { type OnnxOptions, toOnnx } from "./to-onnx.js";

const rows = 10_000;
const sizes = { members: 3, keyWidth: 8, hiddenWidth: 16, anchors: 24, rank: 4, dimensions: 24 };
const builtIn = (name = "default"): Artifact =>
  parseArtifact(readFileSync(new URL(`../../../apps/cli/artifacts/${name}.onehead`, import.meta.url)));

interface Batch {
  embeddings: Float32Array;
  inputTokens: Float32Array;
  lambdasUsd: Float32Array;
}

/** Prompts near to and far from what was trained on; λ from where price is all to where quality is. */
function batchOf(artifact: Artifact, count: number, seed = 1): Batch {
  const D = artifact.manifest.embedder.dimensions;
  const random = createRandom(seed);
  const directions = artifact.tensors.get("kernel.directions");
  const embeddings = new Float32Array(count * D);
  for (let r = 0; r < count; r++) {
    const strangeness = r % 3 === 0 ? 1 : 0.05 * random.uniform();
    for (let d = 0; d < D; d++) embeddings[r * D + d] = strangeness * random.normal();
    // within the span of the directions a prompt is familiar
    for (let q = 0; directions !== undefined && q < directions.shape[0]; q++) {
      const along = random.normal();
      for (let d = 0; d < D; d++) embeddings[r * D + d] += along * directions.data[q * D + d];
    }
    // embedders give vectors of about unit length
    const own = embeddings.subarray(r * D, (r + 1) * D);
    const length = Math.hypot(...own) / (0.5 + random.uniform());
    for (let d = 0; d < D; d++) own[d] /= length;
  }
  return {
    embeddings,
    inputTokens: Float32Array.from({ length: count }, () => Math.floor(4000 * random.uniform())),
    lambdasUsd: Float32Array.from({ length: count }, () => 10 ** (6 * random.uniform() - 4)),
  };
}

async function run(bytes: Uint8Array, batch: Batch): Promise<Record<string, ort.Tensor>> {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const count = batch.inputTokens.length;
  const given: Record<string, ort.Tensor> = {
    embedding: new ort.Tensor("float32", batch.embeddings, [count, batch.embeddings.length / count]),
    input_tokens: new ort.Tensor("float32", batch.inputTokens, [count]),
    lambda_usd: new ort.Tensor("float32", batch.lambdasUsd, [count]),
  };
  const results = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, given[name]])));
  await session.release();
  return results as Record<string, ort.Tensor>;
}

/** What a model may be off by: rounding of float32 only. */
const tolerance = 1e-5;
const tie = 1e-6;

/**
 * Runs the model and core's router over the same rows and compares all outputs; returns the choices.
 *
 * @param costTolerance relative
 */
async function expectEqual(
  artifact: Artifact,
  pool: PoolOptions = {},
  reward: Preference["reward"] = "linear",
  costTolerance = tolerance,
): Promise<Set<number>> {
  const { bytes, candidates } = toOnnx(artifact, { ...pool, preference: { reward } });
  const batch = batchOf(artifact, rows);
  const router = new Router(artifact, pool);
  expect(candidates).toEqual(router.candidates.map(({ id }) => id));
  const N = candidates.length;
  const expected = router.predictBatch(batch.embeddings, batch.inputTokens);
  const found = await run(bytes, batch);
  for (const name of ["quality", "cost_usd", "reward"]) expect(found[name].dims).toEqual([rows, N]);
  expect(found["choice"].dims).toEqual([rows]);
  const [quality, costUsd, rewards] = ["quality", "cost_usd", "reward"].map((name) => found[name].data as Float32Array);
  const choice = found["choice"].data as BigInt64Array;

  const worst = { quality: 0, cost: 0, reward: 0 };
  const wrong: number[] = [];
  const own = new Float64Array(N);
  for (let r = 0; r < rows; r++) {
    const preference = { reward, lambdaUsd: batch.lambdasUsd[r] };
    const best = argmaxReward(preference, expected.quality, expected.costUsd, N, null, r * N, own);
    // rewards grow with 1/λ, and a float32 has seven digits of them
    const scale = Math.max(1, Math.abs(own[best]));
    for (let n = 0, at = r * N; n < N; n++, at++) {
      const cost = expected.costUsd[at];
      worst.quality = Math.max(worst.quality, Math.abs(quality[at] - expected.quality[at]));
      if (Number.isNaN(cost)) expect([costUsd[at], rewards[at]]).toEqual([Number.NaN, Number.NaN]);
      else if (costUsd[at] !== cost) worst.cost = Math.max(worst.cost, Math.abs(costUsd[at] - cost) / cost);
    }
    const chosen = Number(choice[r]);
    worst.reward = Math.max(worst.reward, Math.abs(rewards[r * N + chosen] - own[chosen]) / scale);
    if (chosen !== best && !(own[best] - own[chosen] < tie * scale)) wrong.push(r);
  }
  expect(worst.quality).toBeLessThan(tolerance);
  expect(worst.cost).toBeLessThan(costTolerance);
  expect(worst.reward).toBeLessThan(costTolerance);
  expect(wrong).toEqual([]);
  const chosen = new Set(Array.from(choice, Number));
  expect(chosen.size).toBeGreaterThan(1);
  return chosen;
}

/** A router with two models added from scored prompts, one of which is counted in USD where there is such a one. */
function withProbed(artifact: Artifact): Artifact {
  const { embeddings } = batchOf(artifact, 8, 9);
  const D = artifact.manifest.embedder.dimensions;
  const samples = Array.from({ length: 8 }, (_, i) => ({
    embedding: embeddings.slice(i * D, (i + 1) * D),
    score: i % 3 === 0 ? 0 : 1,
    inputTokens: 100,
    outputTokens: 20 + i,
  }));
  const prices = { inputUsdPerMillionTokens: 0.5, outputUsdPerMillionTokens: 2 };
  const one = addProbedModel(artifact, { id: "new-one", prices, samples });
  return addProbedModel(one, { id: "new-two", samples: samples.slice(0, 2), prices });
}

/** The artifact without some of the parts that stand beside its networks, and without what models are added by. */
function without(artifact: Artifact, parts: ReadonlyArray<"kernel" | "clusters">): Artifact {
  const { manifest, tensors } = artifact;
  for (const part of parts) delete networkModel(manifest)[part];
  delete manifest.newModels;
  const left = [...tensors].filter(([name]) => ![...parts, "newModels"].some((part) => name.startsWith(part)));
  return { manifest, tensors: new Map(left) };
}

function withoutMetric({ manifest, tensors }: Artifact): Artifact {
  const { kernel, anchors: P } = networkModel(manifest);
  const Q = kernel!.directions;
  delete kernel!.metric;
  const { data } = tensors.get("kernel.metric")!;
  const own = new Map(tensors);
  own.delete("kernel.metric");
  // any numbers will do
  own.set("kernel.anchors", {
    shape: [P, Q],
    data: Float32Array.from({ length: P * Q }, (_, i) => data[i % data.length]),
  });
  return { manifest, tensors: own };
}

describe("toOnnx", () => {
  describe.each(["low-rank", "models"] as const)("of synthetic routers of form %s", (form) => {
    const artifact = syntheticArtifact(form, 3, sizes);

    it("predicts and chooses as core does: measured, inherited, unpriced and USD candidates", async () => {
      const chosen = await expectEqual(artifact);
      // delta has no price
      expect(chosen.has(3)).toBe(false);
    });

    it("with the exponential reward", () => expectEqual(artifact, {}, "exponential"));

    it("for a pool in another order, at other prices", () =>
      expectEqual(artifact, {
        models: ["gamma", "epsilon", "beta"],
        prices: {
          gamma: { factor: 3 },
          beta: { inputUsdPerMillionTokens: 0.1, outputUsdPerMillionTokens: 0 },
        },
      }));

    it("with probed candidates, in any place", async () => {
      const extended = withProbed(artifact);
      await expectEqual(extended);
      await expectEqual(extended, { models: ["new-two", "beta", "epsilon", "new-one"] });
    });
  });

  it("of the built-in router predicts and chooses as core does: its default pool, and all of its candidates", async () => {
    const artifact = builtIn("default");
    await expectEqual(artifact);
    await expectEqual(artifact, { models: artifact.manifest.candidates.map(({ id }) => id) }, "exponential");
  });

  it("of the built-in router with models added from samples predicts and chooses as core does", async () => {
    const extended = withProbed(builtIn("default"));
    const ids = extended.manifest.candidates.map(({ id }) => id);
    await expectEqual(extended, { models: ["new-one", ...ids.slice(0, 8), ids[50], "new-two"] });
  });

  // its metric lets costs be sums of large terms that cancel: every sum of float32 is off by as much, core's in WebAssembly too
  it("of the small built-in router predicts and chooses as core does, up to its own rounding", () =>
    expectEqual(builtIn("default.edge"), {}, "linear", 5e-5));

  it.each([
    ["kernel", ["kernel"]],
    ["clusters", ["clusters"]],
    ["kernel or clusters", ["kernel", "clusters"]],
  ] as const)("of a router without %s predicts and chooses as core does", async (_, parts) => {
    for (const form of ["low-rank", "models"] as const)
      await expectEqual(without(syntheticArtifact(form, 5, sizes), parts));
  });

  it("of a router without a metric predicts and chooses as core does", () =>
    expectEqual(withoutMetric(syntheticArtifact("low-rank", 6, sizes))));

  // M · 2H against K (M + 2H), for the four columns of the synthetic pool
  it.each([
    ["into the heads where that is less work", 16, 8, false],
    ["not where the models are many for their keys", 3, 32, true],
  ])("folds values %s", async (_, keyWidth, hiddenWidth, attends) => {
    const artifact = syntheticArtifact("models", 7, { ...sizes, keyWidth, hiddenWidth });
    const { graph } = fromBinary(ModelProtoSchema, toOnnx(artifact).bytes);
    expect(graph!.node.some(({ name }) => name === "member.0.attended")).toBe(attends);
    // random weights of wide heads make large y, and what e^y is off by grows with y
    await expectEqual(artifact, {}, "linear", 5e-5);
  });
});

describe("the model", () => {
  const artifact = syntheticArtifact("low-rank", 3, sizes);

  it("takes λ as an input, or has it within, or does not choose", async () => {
    const batch = batchOf(artifact, 50);
    batch.lambdasUsd.fill(0.01);
    const free = toOnnx(artifact);
    const fixed = toOnnx(artifact, { preference: { reward: "linear", lambdaUsd: 0.01 } });
    const mute = toOnnx(artifact, { preference: null });
    expect(free.inputs).toEqual(["embedding", "input_tokens", "lambda_usd"]);
    expect(fixed.inputs).toEqual(["embedding", "input_tokens"]);
    expect(mute.outputs).toEqual(["quality", "cost_usd"]);
    const results = await Promise.all([free, fixed, mute].map(({ bytes }) => run(bytes, batch)));
    expect(results.map((result) => Object.keys(result))).toEqual([free.outputs, fixed.outputs, mute.outputs]);
    for (const name of free.outputs) expect(results[1][name].data).toEqual(results[0][name].data);
    for (const name of mute.outputs) expect(results[2][name].data).toEqual(results[0][name].data);
  });

  it("takes the best at any price where λ is infinite", async () => {
    const { bytes } = toOnnx(artifact, { preference: { reward: "linear", lambdaUsd: Number.POSITIVE_INFINITY } });
    const { quality, choice } = await run(bytes, batchOf(artifact, 50));
    const N = quality.dims[1];
    Array.from(choice.data as BigInt64Array, Number).forEach((index, r) => {
      // delta, the fourth, has no price
      const own = Array.from(quality.data.slice(r * N, (r + 1) * N) as Float32Array).map((q, n) => (n === 3 ? 0 : q));
      expect(index).toBe(own.indexOf(Math.max(...own)));
    });
  });

  it("gives a tie to the cheaper candidate, then to the first, and -1 where nobody has a price", async () => {
    const tied = syntheticArtifact("low-rank", 3, sizes);
    const [alpha, beta] = tied.manifest.candidates;
    const twin = (id: string, price: number) => ({
      ...alpha,
      id,
      aliases: [],
      profile: { kind: "inherited" as const, from: "alpha", qualityLogitShift: 0, outputTokensFactor: 1 },
      prices: { inputUsdPerMillionTokens: price, outputUsdPerMillionTokens: price },
    });
    tied.manifest.candidates.push(twin("dear", 2), twin("cheap", 1), twin("as-cheap", 1));
    const chosen = async (models: string[]) => {
      const { bytes } = toOnnx(tied, { models, preference: { reward: "linear", lambdaUsd: Number.POSITIVE_INFINITY } });
      return Number((await run(bytes, batchOf(tied, 1))).choice.data[0]);
    };
    expect(await chosen(["dear", "cheap", "as-cheap"])).toBe(1);
    expect(await chosen(["dear", "as-cheap", "cheap"])).toBe(1);
    expect(await chosen(["delta"])).toBe(-1);
    expect(beta.prices).toBeDefined();
  });

  it("never chooses on what is no number", async () => {
    const batch = batchOf(artifact, 2);
    batch.embeddings[0] = Number.NaN;
    const { choice } = await run(toOnnx(artifact).bytes, batch);
    expect(Number(choice.data[0])).toBe(-1);
    expect(Number(choice.data[1])).toBeGreaterThanOrEqual(0);
  });

  it("says in its metadata what it was made from and what its columns are", () => {
    const { bytes, candidates, opset } = toOnnx(artifact, {
      models: ["beta", "first"],
      preference: { reward: "exponential", lambdaUsd: 0.5 },
      metadata: { origin: "a test" },
    });
    const model = fromBinary(ModelProtoSchema, bytes);
    const { checksum } = parseSafetensors(serializeArtifact(artifact)).metadata;
    expect(candidates).toEqual(["beta", "alpha"]);
    expect(Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))).toEqual({
      "onehead.artifact": "synthetic",
      "onehead.artifact.checksum": checksum,
      "onehead.candidates": '["beta","alpha"]',
      "onehead.embedder": "test/6",
      "onehead.opset": "13",
      "onehead.reward": "exponential",
      "onehead.lambda_usd": "0.5",
      origin: "a test",
    });
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([["", BigInt(opset)]]);
    expect(model.producerName).toBe("onehead");
  });

  it("has the same bytes for the same router, and leaves the artifact as it was", () => {
    const before = serializeArtifact(artifact);
    expect(toOnnx(artifact).bytes).toEqual(toOnnx(syntheticArtifact("low-rank", 3, sizes)).bytes);
    expect(serializeArtifact(artifact)).toEqual(before);
    expect(toOnnx(artifact, { prices: { gamma: { factor: 2 } } }).bytes).not.toEqual(toOnnx(artifact).bytes);
  });
});

describe("toOnnx refuses", () => {
  const artifact = syntheticArtifact("low-rank", 3, sizes);
  const refusal = (make: () => unknown): { code: string; message: string } => {
    try {
      make();
    } catch (error) {
      if (OneheadError.isInstance(error)) return { code: error.code, message: error.message };
      throw error;
    }
    throw new Error("nothing was refused");
  };

  it("a router of another package, by its kind", () => {
    const rival = syntheticArtifact();
    rival.manifest.model = {
      form: "external",
      package: "@onehead/baselines",
      kind: "knn",
      config: {},
      learntPrices: {},
    };
    expect(refusal(() => toOnnx(rival))).toEqual({
      code: "invalid-argument",
      message: "toOnnx: artifact: knn of @onehead/baselines, expected a router of core's own networks",
    });
  });

  it.each<[string, OnnxOptions, string]>([
    ["a λ of 0", { preference: { reward: "linear", lambdaUsd: 0 } }, "preference.lambdaUsd: 0"],
    ["a λ that is no number", { preference: { reward: "linear", lambdaUsd: Number.NaN } }, "preference.lambdaUsd: NaN"],
    ["an unknown reward", { preference: { reward: "cubic" as never } }, "preference.reward: cubic"],
    ["metadata in its own name", { metadata: { "onehead.artifact": "mine" } }, "metadata: onehead.artifact"],
    ["an empty pool", { models: [] }, "pool: models"],
    [
      "prices where USD were learnt",
      { prices: { gamma: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 } } },
      "gamma",
    ],
  ])("%s", (_, options, message) => {
    const { code, message: found } = refusal(() => toOnnx(artifact, options));
    expect(code).toBe("invalid-argument");
    expect(found).toContain(message);
  });

  it("an unknown candidate", () => {
    expect(refusal(() => toOnnx(artifact, { models: ["nobody"] })).code).toBe("unknown-model");
  });
});
