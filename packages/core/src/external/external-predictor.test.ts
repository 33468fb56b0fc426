import { describe, expect, it } from "vitest";
import { type Artifact, parseArtifact, serializeArtifact } from "../artifact/artifact.js";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import type { Candidate, Manifest } from "../artifact/manifest.js";
import { OneheadError } from "../errors/onehead-error.js";
import { learning } from "../feedback/learning.js";
import { Router } from "../router/router.js";
import { externalPredictions } from "./external-predictions.js";
import type { ExternalModelPredictor } from "./external-predictor.js";

const prices = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 4 };
const candidates: Candidate[] = [
  { id: "alpha", profile: { kind: "measured", rows: 3 }, costKind: "tokens", prices, smearing: 1 },
  { id: "beta", profile: { kind: "measured", rows: 3 }, costKind: "usd", smearing: 1 },
  {
    id: "heir",
    profile: { kind: "inherited", from: "alpha", qualityLogitShift: 1, outputTokensFactor: 2 },
    costKind: "tokens",
    prices: { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 100 },
    smearing: 1,
  },
];

/** Two dimensions, one tensor: quality is the embedding through it, costs are constant. */
function externalArtifact(change: (artifact: Artifact) => void = () => {}): Artifact {
  const { manifest, tensors } = syntheticArtifact();
  const artifact = {
    manifest: {
      ...manifest,
      embedder: { ...manifest.embedder, dimensions: 2 },
      model: {
        form: "external" as const,
        package: "fake",
        kind: "scale",
        config: { offset: 0.5 },
        learntPrices: { alpha: prices },
      },
      candidates: structuredClone(candidates),
      calibration: { temperature: 1, bias: 0 },
      anchors: { ids: [], datasets: [] },
    },
    tensors: new Map([
      ["embedder.table", tensors.get("embedder.table")!],
      ["external.weights", { shape: [2], data: Float32Array.of(0.25, -0.25) }],
    ]),
  };
  delete (artifact.manifest as Partial<Manifest>).newModels;
  change(artifact);
  return artifact;
}

function load({ tensors }: Artifact): ExternalModelPredictor {
  return {
    predict(embeddings, inputTokens) {
      const weights = tensors.get("external.weights")!.data;
      const rows = inputTokens.length;
      const quality = new Float32Array(rows * 2);
      const costUsd = new Float64Array(rows * 2);
      for (let r = 0; r < rows; r++) {
        quality[2 * r] = 0.5 + weights[0] * embeddings[2 * r];
        quality[2 * r + 1] = 0.5 + weights[1] * embeddings[2 * r + 1];
        costUsd[2 * r] = 0.003;
        costUsd[2 * r + 1] = 0.001;
      }
      return { quality, costUsd };
    },
  };
}

const predictions = externalPredictions("fake", load);

describe("a router of an external model", () => {
  const artifact = parseArtifact(serializeArtifact(externalArtifact()));
  const open = (options = {}): Router => new Router(artifact, { predictions, ...options });

  it("serves what the package predicts, in the pool's order, for one row and for many", () => {
    const rows = 150;
    const embeddings = Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(i));
    const batch = open({ models: ["beta", "alpha"] }).predictBatch(embeddings, new Float64Array(rows).fill(1000));
    for (const r of [0, 64, 149]) {
      expect(batch.quality[2 * r]).toBe(Math.fround(0.5 - 0.25 * embeddings[2 * r + 1]));
      expect(batch.quality[2 * r + 1]).toBe(Math.fround(0.5 + 0.25 * embeddings[2 * r]));
      expect([batch.costUsd[2 * r], batch.costUsd[2 * r + 1]]).toEqual([0.001, 0.003]);
      expect(batch.uncertainty[2 * r]).toBeNaN();
    }
    const choice = { index: -1, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
    open().choose(Float32Array.of(1, 1), 1000, { reward: "linear", lambdaUsd: 1 }, choice);
    // alpha 0.75 − 0.003, beta 0.25 − 0.001, heir: σ(logit 0.75 + 1) = 0.891 − cost
    expect(choice.index).toBe(2);
  });

  it("reckons a new price from tokens in and the tokens out that the learnt price implies", () => {
    const cost = (options = {}) => open(options).predictBatch(Float32Array.of(0, 0), [1000]).costUsd;
    // alpha: 0.003 = 1000 · 1e-6 + o · 4e-6, o = 500; heir: 1000 · 10e-6 + 500 · 2 · 100e-6
    expect(cost()[0]).toBe(0.003);
    expect(cost()[2]).toBeCloseTo(0.01 + 0.1, 12);
    const doubled = { alpha: { inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 8 } };
    expect(cost({ prices: doubled })[0]).toBeCloseTo(0.003 + 0.004, 12);
    // where the input alone would cost more than was predicted, all of it follows the input's price
    const long = open({ prices: doubled }).predictBatch(Float32Array.of(0, 0), [1e6]).costUsd[0];
    expect(long).toBeCloseTo(0.009, 12);
    expect(() => open({ prices: { beta: prices } })).toThrow("its cost was learnt in USD");
  });

  it.each([
    ["a quality above 1", 1e9, 0.001],
    ["a quality below 0", -1e9, 0.001],
    ["a cost below 0", 0.5, -0.001],
  ])("never chooses by %s: no prediction is like that", (_, quality, costUsd) => {
    const broken = externalPredictions("fake", () => ({
      predict: () => ({ quality: Float32Array.of(quality, 0.1), costUsd: Float64Array.of(costUsd, 0.001) }),
    }));
    const router = new Router(artifact, { predictions: broken, models: ["alpha", "beta"] });
    const decision = router.decide({ embedding: Float32Array.of(0, 0), inputTokens: 1000 });
    expect(decision.model).toBe("beta");
    expect(decision.excluded).toMatchObject([{ model: "alpha", reason: "not-finite" }]);
  });

  it("keeps a quality that is above 1 by a rounding", () => {
    const rounded = externalPredictions("fake", () => ({
      predict: () => ({ quality: Float32Array.of(1 + 2 ** -23, 0.1), costUsd: Float64Array.of(0.001, 0.001) }),
    }));
    const router = new Router(artifact, { predictions: rounded });
    expect(router.predictBatch(Float32Array.of(0, 0), [1000]).quality[0]).toBe(1 + 2 ** -23);
  });

  it("needs the package that the artifact names", () => {
    expect(() => new Router(artifact)).toThrow("options.predictions: missing, expected those of fake");
    expect(() => open({ predictions: externalPredictions("other", load) })).toThrow("of other, expected those of fake");
  });

  it("keeps the prices it learnt at when others are given, through a file too", () => {
    const cost = (router: Router) => router.predictBatch(Float32Array.of(0, 0), [1000]).costUsd[0];
    const router = open();
    const dearer = { inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 8 };
    router.updatePrices({ alpha: dearer });
    // 1000 tokens in and 500 out, as the learnt prices say
    expect(cost(router)).toBeCloseTo(0.003 + 0.004, 12);
    const saved = router.toArtifact();
    expect(saved.manifest.candidates[0].prices).toEqual(dearer);
    const reopened = new Router(parseArtifact(serializeArtifact(saved)), { predictions });
    expect(cost(reopened)).toBe(cost(router));
    reopened.updatePrices({ alpha: prices });
    expect(cost(reopened)).toBe(0.003);
    expect(() => router.updatePrices({ beta: prices })).toThrow("its cost was learnt in USD");
    expect(cost(router)).toBeCloseTo(0.007, 12);
  });

  it("changes a cost without tokens by a factor, through a file too", () => {
    const cost = (router: Router) => router.predictBatch(Float32Array.of(0, 0), [1000]).costUsd[1];
    const router = open();
    const before = cost(router);
    router.updatePrices({ beta: { factor: 3 } });
    expect(cost(router)).toBeCloseTo(3 * before, 12);
    expect(cost(new Router(parseArtifact(serializeArtifact(router.toArtifact())), { predictions }))).toBe(cost(router));
  });

  it("takes a model out of the pool and leaves the others' predictions", () => {
    const router = open();
    const before = router.predictBatch(Float32Array.of(0.5, 1), [1000]);
    router.removeModel("alpha");
    const after = router.predictBatch(Float32Array.of(0.5, 1), [1000]);
    expect(router.candidates.map(({ id }) => id)).toEqual(["beta", "heir"]);
    expect([...after.quality]).toEqual([...before.quality.slice(1)]);
    expect([...after.costUsd]).toEqual([...before.costUsd.slice(1)]);
    const reopened = new Router(parseArtifact(serializeArtifact(router.toArtifact())), { predictions });
    expect(reopened.candidates.map(({ id }) => id)).toEqual(["beta", "heir"]);
  });

  it("says why no model can be added", () => {
    const router = open();
    const add = () => router.addModel({ id: "new", prices, samples: [] });
    expect(add).toThrow("addModel: manifest.model.form: external, expected networks");
    try {
      add();
    } catch (error) {
      expect(OneheadError.isInstance(error) && error.code).toBe("artifact");
    }
    expect(router.candidates.map(({ id }) => id)).toEqual(["alpha", "beta", "heir"]);
  });

  it("learns from feedback: the quality's logit moves by what was learnt, an inherited one's on top of its own shift", () => {
    const router = open({ learning: learning() });
    const embedding = Float32Array.of(0.4, 0.4);
    const before = router.predictBatch(embedding, [1000]);
    const logit = (p: number): number => Math.log(p / (1 - p));
    for (const model of ["alpha", "heir"]) {
      let correction = { logitShift: 0 };
      for (let i = 0; i < 600; i++) {
        correction = router.update({ embedding, model, score: 0, source: `user-${i % 20}` });
      }
      const n = router.candidates.findIndex(({ id }) => id === model);
      const after = router.predictBatch(embedding, [1000]).quality;
      expect(correction.logitShift).toBeLessThan(-0.5);
      expect(logit(after[n]) - logit(before.quality[n])).toBeCloseTo(correction.logitShift, 4);
      expect(after[1]).toBe(before.quality[1]);
    }
    const [first] = router.decide({ embedding, inputTokens: 1000, costQuality: 10 }).ranking.slice(-1);
    expect(first.feedbackShift).toBeLessThan(0);
    // what was learnt stays with those that stay
    const shifted = router.predictBatch(embedding, [1000]).quality;
    router.removeModel("beta");
    expect([...router.predictBatch(embedding, [1000]).quality]).toEqual([shifted[0], shifted[2]]);
  });

  it("refuses predictions of another length", () => {
    const batch = { quality: new Float32Array(1), costUsd: new Float64Array(2) };
    const short = externalPredictions("fake", () => ({ predict: () => batch }));
    const embedding = Float32Array.of(0, 0);
    expect(() => open({ predictions: short }).decide({ embedding, inputTokens: 1, costQuality: 5 })).toThrow(
      "external quality: length is 1, expected 2",
    );
  });

  it("has a file whose every field is checked", () => {
    const refusal = (change: (artifact: Artifact) => void) => () => serializeArtifact(externalArtifact(change));
    const model = (artifact: Artifact) => artifact.manifest.model as unknown as Record<string, unknown>;
    expect(refusal((a) => Object.assign(model(a), { package: "" }))).toThrow("manifest.model.package");
    expect(refusal((a) => delete model(a)["config"])).toThrow("manifest.model.config");
    const learnt = (change: object) => refusal((a) => Object.assign(model(a)["learntPrices"] as object, change));
    expect(learnt({ alpha: undefined })).toThrow("manifest.model.learntPrices.alpha: missing");
    expect(learnt({ alpha: { ...prices, outputUsdPerMillionTokens: 0 } })).toThrow(
      "manifest.model.learntPrices.alpha.outputUsdPerMillionTokens",
    );
    const { newModels } = syntheticArtifact().manifest;
    expect(refusal((a) => Object.assign(a.manifest, { newModels }))).toThrow("manifest.newModels: ");
    expect(refusal((a) => Object.assign(a.manifest, { calibration: { temperature: 2, bias: 0 } }))).toThrow(
      "manifest.calibration.temperature",
    );
    expect(refusal((a) => Object.assign(a.manifest.anchors, { ids: ["x"] }))).toThrow("manifest.anchors.ids");
    const add = (name: string, data: Float32Array) => (a: Artifact) =>
      (a.tensors as Map<string, unknown>).set(name, { shape: [1], data });
    expect(refusal(add("member.0.query", new Float32Array(1)))).toThrow("not a tensor of this form of model");
    expect(refusal(add("external.more", Float32Array.of(Number.NaN)))).toThrow("external.more[0]");
  });
});
