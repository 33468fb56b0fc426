import {
  type Artifact,
  ArtifactError,
  OneheadError,
  type Precision,
  parseArtifact,
  Router,
  serializeArtifact,
} from "@onehead/core";
import { externalPredictions } from "@onehead/core/external";
import { beforeAll, describe, expect, it } from "vitest";
import { learnableRows } from "../../test/labelled-rows.js";
import { testEmbedder } from "../../test/test-embedder.js";
import type { Baseline, LabelledEmbeddings } from "../baseline.js";
import { baselineNames } from "../baseline-names.js";
import { fitAllBaselines } from "../fit-all-baselines.js";
import { baselinePredictions, loadBaseline } from "./load-baseline.js";
import { toArtifact } from "./to-artifact.js";

const test = learnableRows({ rows: 130, stream: 3 });
const prices = { a: { inputUsdPerMillionTokens: 8, outputUsdPerMillionTokens: 20 } };
const common = {
  embedder: testEmbedder,
  dataHash: "0badcafe",
  seed: 1,
  split: { seed: 1, holdout: 0.3, validation: 0.15 },
};

interface Fitted {
  train: LabelledEmbeddings;
  validation: LabelledEmbeddings;
  baselines: Baseline[];
}

async function fitOn(known: number): Promise<Fitted> {
  const train = learnableRows({ rows: 200, stream: 1, known });
  const validation = learnableRows({ rows: 80, stream: 2, known });
  return {
    train,
    validation,
    baselines: await fitAllBaselines(train, validation, { seed: 1, members: 2, only: ["all"] }),
  };
}

function stored(fitted: Fitted, baseline: Baseline, precision: Precision = "float32"): Artifact {
  const { train, validation } = fitted;
  return parseArtifact(
    serializeArtifact(toArtifact(baseline, { ...common, train, validation, prices }), { precision }),
  );
}

describe.each([
  ["dense", 1],
  ["sparse", 0.6],
] as const)("a baseline of %s rows", (_kind, known) => {
  let fitted: Fitted;
  beforeAll(async () => {
    fitted = await fitOn(known);
  }, 60_000);
  const ids = ["single:a", "single:b", "single:c", ...baselineNames.slice(1)];

  it("is there under every name", () => {
    expect(fitted.baselines.map(({ id }) => id)).toEqual(ids);
  });

  it.each(ids)("%s predicts the same bits after it was stored, loaded and served", (id) => {
    const baseline = fitted.baselines.find((other) => other.id === id) as Baseline;
    const artifact = stored(fitted, baseline);
    const expected = baseline.predict(test.embeddings, test.table.inputTokens);
    const loaded = loadBaseline(artifact);
    expect([loaded.id, loaded.name, loaded.estimatesQuality]).toEqual([id, baseline.name, baseline.estimatesQuality]);
    expect(loaded.predict(test.embeddings, test.table.inputTokens)).toEqual(expected);

    const router = new Router(artifact, { predictions: baselinePredictions });
    const batch = router.predictBatch(test.embeddings, test.table.inputTokens);
    expect(batch.quality).toEqual(expected.quality);
    expect(batch.costUsd).toEqual(expected.costUsd);
    // stored once more it gives the same bytes
    const again = toArtifact(loaded, { ...common, train: fitted.train, validation: fitted.validation, prices });
    expect(serializeArtifact(again)).toEqual(serializeArtifact(artifact));
  });

  const narrow = ids.flatMap((id) => [
    { id, precision: "float16" as const, moved: 2e-3 },
    { id, precision: "int8" as const, moved: 5e-3 },
  ]);

  it.each(narrow)("$id moves by little at $precision precision", ({ id, precision, moved }) => {
    const baseline = fitted.baselines.find((other) => other.id === id) as Baseline;
    const { quality } = baseline.predict(test.embeddings, test.table.inputTokens);
    const half = loadBaseline(stored(fitted, baseline, precision)).predict(test.embeddings, test.table.inputTokens);
    let sum = 0;
    for (let i = 0; i < quality.length; i++) {
      expect(Number.isNaN(half.quality[i])).toBe(Number.isNaN(quality[i]));
      // a fixed choice predicts nothing of the others
      if (!Number.isNaN(quality[i])) sum += Math.abs(half.quality[i] - quality[i]);
    }
    // rounded memories can swap two neighbours at the edge of a neighbourhood: kNN 5 then moves by a fifth, seldom
    expect(sum / quality.length).toBeLessThan(moved);
  });

  it("names every tensor that is missing, misshapen, left over or not finite", () => {
    for (const baseline of fitted.baselines) {
      const artifact = stored(fitted, baseline);
      const names = [...artifact.tensors.keys()].filter((name) => name.startsWith("external."));
      for (const name of names) {
        const tensor = artifact.tensors.get(name)!;
        // a mask that is not there says that every cell is known
        if (!name.endsWith(".known")) {
          expect(() => loadBaseline(without(artifact, name)), name).toThrow(errorOf(name, "missing"));
        }
        const longer = { shape: [...tensor.shape, 1], data: tensor.data };
        expect(() => loadBaseline(withTensor(artifact, name, longer)), name).toThrow(errorOf(`${name}.shape`));
        const otherType =
          tensor.data instanceof Uint32Array
            ? new Float32Array(tensor.data.length)
            : new Uint32Array(tensor.data.length);
        const recast = { shape: tensor.shape, data: otherType };
        expect(() => loadBaseline(withTensor(artifact, name, recast)), name).toThrow(errorOf(`${name}.dtype`));
        if (tensor.data instanceof Uint32Array) continue;
        const broken = { shape: tensor.shape, data: tensor.data.slice().fill(Number.NaN, 0, 1) };
        expect(() => serializeArtifact(withTensor(artifact, name, broken)), name).toThrow(errorOf(`${name}[0]`));
      }
      const extra = withTensor(artifact, "external.quality.extra", { shape: [1], data: new Float32Array(1) });
      expect(() => loadBaseline(extra)).toThrow(errorOf("external.quality.extra", "not a tensor"));
      const stray = withTensor(artifact, "external.stray", { shape: [1], data: new Float32Array(1) });
      expect(() => loadBaseline(stray)).toThrow(errorOf("external.stray", "not a tensor"));
    }
  });

  it("names a mean, a prior or a factor that no scores and costs have", () => {
    for (const [id, ...names] of [
      ["zero", "quality.means", "cost.means"],
      ["knn", "quality.prior", "cost.factors", "cost.constants"],
      ["carrot", "quality.prior", "quality.meanCosts"],
      ["avengers-pro", "quality.quality", "quality.cost"],
    ]) {
      const artifact = stored(fitted, fitted.baselines.find((baseline) => baseline.id === id)!);
      for (const name of names.map((own) => `external.${own}`)) {
        const { shape, data } = artifact.tensors.get(name)!;
        const damaged = withTensor(artifact, name, { shape, data: Float32Array.from(data).fill(-1, 0, 1) });
        expect(() => loadBaseline(damaged), name).toThrow(errorOf(`${name}[0]`, "-1, expected 0 to "));
      }
      const name = `external.${names[0]}`;
      const { shape, data } = artifact.tensors.get(name)!;
      const damaged = withTensor(artifact, name, { shape, data: Float32Array.from(data).fill(1e9, 0, 1) });
      expect(() => loadBaseline(damaged), name).toThrow(errorOf(`${name}[0]`, "1000000000, expected 0 to 1"));
    }
  });

  it("keeps the memory of kNN once, though scores and costs are both read from it", () => {
    const knn = fitted.baselines.find(({ id }) => id === "knn") as Baseline;
    const state = knn.toState();
    const artifact = toArtifact(knn, { ...common, train: fitted.train, validation: fitted.validation });
    const memories = [...artifact.tensors.keys()].filter((name) => name.endsWith(".memory"));
    expect(memories).toEqual(["external.quality.memory"]);
    const isShared = state.cost?.tensors["memory"] !== undefined;
    const { config } = artifact.manifest.model as { config: { shared?: object } };
    expect(config.shared).toEqual(isShared ? { "cost.memory": "quality.memory" } : undefined);
  });
});

function errorOf(field: string, what = ""): RegExp {
  return new RegExp(`^artifact: ${`${field}: ${what}`.replace(/[.[\]]/g, "\\$&")}`);
}

function withTensor(
  artifact: Artifact,
  name: string,
  tensor: { shape: readonly number[]; data: Float32Array | Uint32Array },
): Artifact {
  return { ...artifact, tensors: new Map([...artifact.tensors, [name, tensor]]) };
}

function without(artifact: Artifact, name: string): Artifact {
  return { ...artifact, tensors: new Map([...artifact.tensors].filter(([other]) => other !== name)) };
}

describe("an artifact of a baseline", () => {
  let fitted: Fitted;
  let artifact: Artifact;
  beforeAll(async () => {
    const train = learnableRows({ rows: 200, stream: 1 });
    const validation = learnableRows({ rows: 80, stream: 2 });
    const baselines = await fitAllBaselines(train, validation, { seed: 1, members: 1, only: ["ridge"] });
    fitted = { train, validation, baselines };
    artifact = stored(fitted, baselines[0]);
  });
  const embedding = test.embeddings.slice(0, 8);
  const open = (options = {}): Router => new Router(artifact, { predictions: baselinePredictions, ...options });

  it("is decided on like every other: eligibility, pool, preference, no anchors", () => {
    const decision = open().decide({ embedding, inputTokens: 120, willingnessToPayUsd: 0.05 });
    expect(decision.ranking.map(({ model }) => model).sort()).toEqual(["a", "b", "c"]);
    expect(decision.model).toBe(decision.ranking[0].model);
    expect(decision.ranking[0].uncertainty).toBeNaN();
    const denied = open().decide({ embedding, inputTokens: 120, costQuality: 5, deny: [decision.model] });
    expect(denied.model).not.toBe(decision.model);
    const pool = open({ models: ["c", "a"] });
    expect(pool.candidates.map(({ id }) => id)).toEqual(["c", "a"]);
    const { quality } = fitted.baselines[0].predict(embedding, Float64Array.of(120));
    const choice = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
    pool.choose(embedding, 120, { reward: "linear", lambdaUsd: Number.POSITIVE_INFINITY }, choice);
    expect(choice.predictedQuality).toBe(Math.max(quality[0], quality[2]));
    expect(pool.explainAnchors(embedding)).toEqual([]);
  });

  it("of a single model predicts what the rows say of that model alone, at any preference", async () => {
    const { train, validation } = fitted;
    const [, single] = await fitAllBaselines(train, validation, { seed: 1, members: 1, only: ["single"] });
    const router = new Router(stored(fitted, single), { predictions: baselinePredictions });
    const known = (values: ArrayLike<number>): number[] => Array.from(values).filter((_, i) => i % 3 === 1);
    const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const costQuality of [0, 5, 10]) {
      const decision = router.decide({ embedding, inputTokens: 120, costQuality });
      expect(decision.ranking.map(({ model }) => model)).toEqual(["b"]);
      expect(decision.ranking[0].predictedQuality).toBeCloseTo(meanOf(known(train.table.scores)), 6);
      expect(decision.ranking[0].predictedCostUsd / meanOf(known(train.table.costs))).toBeCloseTo(1, 6);
      expect(decision.excluded.map(({ model, reason }) => [model, reason])).toEqual([
        ["a", "not-finite"],
        ["c", "not-finite"],
      ]);
    }
  });

  it("follows a price that is given when it is served, where it knows the price it learnt at", () => {
    const at = (options = {}): number => open({ models: ["a"], ...options }).predictBatch(embedding, [120]).costUsd[0];
    const usual = at();
    const scaled = (factor: number) => ({
      prices: { a: { inputUsdPerMillionTokens: 8 * factor, outputUsdPerMillionTokens: 20 * factor } },
    });
    expect(at(scaled(1))).toBe(usual);
    expect(at(scaled(2)) / usual).toBeCloseTo(2, 9);
    expect(at(scaled(0.5)) / usual).toBeCloseTo(0.5, 9);
    // 120 tokens in at 8 USD a million are 0.00096 USD; what is more was output, at 20 USD a million
    const output = Math.max(0, usual - 0.00096) / 20e-6;
    const other = at({ prices: { a: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 40 } } });
    const expected = output > 0 ? 120 * 1e-6 + output * 40e-6 : usual / 8;
    expect(other).toBeCloseTo(expected, 12);
    const unpriced = { prices: { b: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 } } };
    expect(() => open(unpriced)).toThrow("its cost was learnt in USD");
  });

  it("lends its predictions to an inherited candidate, shifted and at its own price", () => {
    const heir = {
      id: "heir",
      profile: { kind: "inherited" as const, from: "a", qualityLogitShift: 0.7, outputTokensFactor: 1 },
      costKind: "tokens" as const,
      prices: { inputUsdPerMillionTokens: 4, outputUsdPerMillionTokens: 10 },
      smearing: 1,
    };
    const manifest = { ...artifact.manifest, candidates: [...artifact.manifest.candidates, heir] };
    const router = new Router({ ...artifact, manifest }, { models: ["a", "heir"], predictions: baselinePredictions });
    const { quality, costUsd } = router.predictBatch(embedding, [120]);
    const logit = (p: number): number => Math.log(p / (1 - p));
    expect(logit(quality[1]) - logit(quality[0])).toBeCloseTo(0.7, 4);
    expect(costUsd[1] / costUsd[0]).toBeCloseTo(0.5, 9);
  });

  it("names the package that is missing", () => {
    expect(() => new Router(artifact)).toThrow(
      "Router: options.predictions: missing, expected those of @onehead/baselines, which this artifact (ridge) needs",
    );
    const other = externalPredictions("other", loadBaseline);
    expect(() => new Router(artifact, { predictions: other })).toThrow("options.predictions: of other");
  });

  it("says which field of its model is wrong", () => {
    const broken = (change: (model: Record<string, unknown>) => void): Artifact => {
      const manifest = structuredClone(artifact.manifest);
      change(manifest.model as unknown as Record<string, unknown>);
      return { ...artifact, manifest };
    };
    const of = (field: string) => new RegExp(`artifact: manifest.model.${field}: `);
    expect(() => loadBaseline(broken((model) => Object.assign(model, { kind: "oracle" })))).toThrow(of("kind"));
    expect(() => loadBaseline(broken((model) => Object.assign(model, { package: "other" })))).toThrow(of("package"));
    const config = (change: object) => broken((model) => Object.assign(model["config"] as object, change));
    expect(() => loadBaseline(config({ name: 3 }))).toThrow(of("config.name"));
    expect(() => loadBaseline(config({ quality: { penalty: -1 } }))).toThrow(of("config.quality.penalty"));
    expect(() => loadBaseline(config({ cost: { kind: "none" } }))).toThrow(of("config.cost.kind"));
    expect(() => loadBaseline(config({ shared: { "cost.weights": "nowhere" } }))).toThrow(
      of("config.shared.cost.weights"),
    );
    expect(() => serializeArtifact(broken((model) => delete model["kind"]))).toThrow(of("kind"));
    expect(() =>
      loadBaseline({ ...artifact, manifest: { ...artifact.manifest, model: { form: "low-rank" } as never } }),
    ).toThrow(of("form"));
  });

  it("refuses what cannot be stored", () => {
    const { train, validation, baselines } = fitted;
    const options = { ...common, train, validation };
    const code = (make: () => unknown): unknown => {
      try {
        make();
      } catch (error) {
        return OneheadError.isInstance(error) && error.code;
      }
      return undefined;
    };
    expect(() => toArtifact(baselines[0], { ...options, prices: { z: prices.a } })).toThrow("prices: unknown model: z");
    expect(() => toArtifact(baselines[0], { ...options, embedder: { ...testEmbedder, dimensions: 9 } })).toThrow(
      "dimensions: 9",
    );
    const fixed = { ...baselines[0], toState: () => ({ quality: baselines[0].toState().quality, cost: null }) };
    expect(code(() => loadBaseline(toArtifact(fixed, options)))).toBe("artifact");
  });

  it("damage is an ArtifactError", () => {
    const bytes = serializeArtifact(artifact);
    bytes[bytes.length - 3] ^= 1;
    expect(() => parseArtifact(bytes)).toThrow(ArtifactError);
  });
});
