import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Artifact, parseArtifact, serializeArtifact } from "../artifact/artifact.js";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { NoEligibleModelError } from "../decision/no-eligible-model-error.js";
import { OneheadError } from "../errors/onehead-error.js";
import { ShapeError } from "../errors/shape-error.js";
import { createRandom } from "../random/random.js";
import type { DecisionRequest } from "./decision-request.js";
import { type Choice, Router } from "./router.js";

const artifact = syntheticArtifact();
const embeddingOf = (seed: number): Float32Array => {
  const random = createRandom(seed, 9);
  return Float32Array.from({ length: 6 }, () => random.normal());
};
const request = (over: Partial<DecisionRequest> = {}): DecisionRequest => ({
  embedding: embeddingOf(1),
  inputTokens: 50,
  willingnessToPayUsd: 0.01,
  ...over,
});

/** The code and message of what `run` throws. */
function failureOf(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (OneheadError.isInstance(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a decision", () => {
  test("ranks every candidate with finite predictions, the eligible ones by falling reward, and says why not the rest", () => {
    const decision = new Router(artifact).decide(request({ deny: ["beta"] }));
    expect(decision.ranking.map(({ model }) => model).sort()).toEqual(["alpha", "beta", "epsilon", "gamma"]);
    expect(decision.ranking.map(({ eligible }) => eligible)).toEqual([true, true, true, false]);
    const rewards = decision.ranking.slice(0, 3).map(({ reward }) => reward);
    expect([...rewards].sort((a, b) => b - a)).toEqual(rewards);
    expect(decision.margin).toBeCloseTo(rewards[0] - rewards[1], 12);
    // delta has no price: it is excluded and cannot win
    expect(decision.excluded.map(({ model, reason }) => `${model} ${reason}`)).toEqual([
      "beta denied",
      "delta no-price",
    ]);
  });

  test("agrees with choose, survives JSON, and carries what it was priced with", () => {
    const router = new Router(artifact);
    const out: Choice = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const embedding = embeddingOf(seed);
      const decision = router.decide(request({ embedding, willingnessToPayUsd: 10 ** ((seed % 9) - 6) }));
      router.choose(embedding, 50, decision.preference, out);
      expect(router.candidates[out.index].id).toBe(decision.model);
      expect(out.predictedQuality).toBe(decision.ranking[0].predictedQuality);
      expect(out.reward).toBe(decision.ranking[0].reward);
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      expect(decision.inputTokens).toBe(50);
      expect(decision.schemaVersion).toBe(1);
    }
  });

  test("never gets worse or cheaper when a right answer is worth more", () => {
    const router = new Router(artifact);
    const exponent = fc.double({ min: -8, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.nat(1000), exponent, exponent, fc.constantFrom("linear", "exponential"), (seed, a, b, reward) => {
        const at = (power: number) =>
          router.decide(
            request({ embedding: embeddingOf(seed), willingnessToPayUsd: 10 ** power, reward: reward as "linear" }),
          ).ranking[0];
        const [low, high] = [at(Math.min(a, b)), at(Math.max(a, b))];
        expect(high.predictedQuality).toBeGreaterThanOrEqual(low.predictedQuality);
        expect(high.predictedCostUsd).toBeGreaterThanOrEqual(low.predictedCostUsd);
      }),
    );
  });

  test("takes the best for Infinity and the cheapest for nearly nothing", () => {
    const router = new Router(artifact);
    const { ranking } = router.decide(request());
    const best = Math.max(...ranking.map(({ predictedQuality }) => predictedQuality));
    const cheapest = Math.min(...ranking.map(({ predictedCostUsd }) => predictedCostUsd));
    const chosenAt = (willingnessToPayUsd: number) => router.decide(request({ willingnessToPayUsd })).ranking[0];
    expect(chosenAt(Number.POSITIVE_INFINITY).predictedQuality).toBe(best);
    expect(chosenAt(Number.MIN_VALUE).predictedCostUsd).toBe(cheapest);
  });
});

describe("requirements", () => {
  const router = new Router(artifact);

  test("nobody left gives every candidate's reason", () => {
    let caught: unknown;
    try {
      router.decide(request({ allow: ["nobody*"] }));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(NoEligibleModelError);
    expect((caught as NoEligibleModelError).excluded.map(({ model }) => model)).toEqual(
      router.candidates.map(({ id }) => id),
    );
  });

  test("onIneligible best takes the best of those that only missed minQuality", () => {
    const decision = router.decide(request({ minQuality: 1, onIneligible: "best", deny: ["alpha"] }));
    const candidates = decision.ranking.filter(({ model }) => model !== "alpha");
    const best = Math.max(...candidates.map(({ predictedQuality }) => predictedQuality));
    expect(decision.ranking[0].predictedQuality).toBe(best);
    expect(decision.model).not.toBe("alpha");
    expect(() => router.decide(request({ deny: ["*"], onIneligible: "best" }))).toThrow(NoEligibleModelError);
  });

  test.each(["foo", "", null, 1])("onIneligible %j is refused, also where somebody is eligible", (onIneligible) => {
    const decide = (): unknown => router.decide(request({ onIneligible: onIneligible as never }));
    expect(decide).toThrow(`decide: onIneligible: ${onIneligible}, expected throw or best`);
  });

  test("only a model that is known to do what is needed is eligible", () => {
    const needs = [{ tools: true }, { vision: true }, { jsonMode: true }, { region: "eu" }];
    for (const need of needs) expect(router.decide(request(need)).model).toBe("alpha");
    // 900 tokens and a tenth to spare do not fit a window of 1000 together with 100 of output
    expect(router.decide(request({ inputTokens: 900, maxOutputTokens: 100 })).excluded[0].reason).toBe(
      "context-length",
    );
    expect(failureOf(() => router.decide(request({ maxCostUsd: 0 }))).code).toBe("no-eligible-model");
  });
});

describe("bad input is named", () => {
  const router = new Router(artifact);

  test.each([
    ["λ of 0", { willingnessToPayUsd: 0 }, "willingnessToPayUsd"],
    ["a negative λ", { willingnessToPayUsd: -1 }, "willingnessToPayUsd"],
    ["λ that is NaN", { willingnessToPayUsd: Number.NaN }, "willingnessToPayUsd"],
    ["two knobs", { costQuality: 5 }, "both given"],
    ["a dial beyond 10", { willingnessToPayUsd: undefined, costQuality: 11 }, "costQuality"],
    ["tokens that are NaN", { inputTokens: Number.NaN }, "inputTokens"],
    ["a negative bound", { maxCostUsd: -1 }, "maxCostUsd"],
    ["endless input", { inputTokens: Number.POSITIVE_INFINITY }, "inputTokens"],
    ["NaN in the embedding", { embedding: Float32Array.of(0, 0, Number.NaN, 0, 0, 0) }, "embedding[2]"],
  ] as Array<[string, Partial<DecisionRequest>, string]>)("%s", (_, over, field) => {
    const { code, message } = failureOf(() => router.decide(request(over)));
    expect(code).toBe("invalid-argument");
    expect(message).toContain(field);
  });

  test.each<[string, () => unknown]>([
    ["Router: artifact: undefined", () => new Router(undefined as never)],
    ["Router: options: null", () => new Router(artifact, null as never)],
    ["decide: request: null", () => router.decide(null as never)],
    ["decide: request: undefined", () => router.decide(undefined as never)],
    ["decide: exploration: null", () => router.decide(request({ exploration: null as never }))],
    ["decide: exploration: 0", () => router.decide(request({ exploration: 0 as never }))],
    ["decide: exploration: false", () => router.decide(request({ exploration: false as never }))],
    ["addModel: model: null", () => router.addModel(null as never)],
  ])("%s is no object", (where, call) => {
    const { code, message } = failureOf(call);
    expect([code, message]).toEqual(["invalid-argument", `${where}, expected an object`]);
  });

  test("an embedding of the wrong length, and another embedder", () => {
    expect(() => router.decide(request({ embedding: new Float32Array(5) }))).toThrow(ShapeError);
    expect(failureOf(() => router.assertEmbedder({ id: "other", dimensions: 6 })).code).toBe("embedder-mismatch");
    expect(() => router.assertEmbedder({ id: "test/6", dimensions: 6 })).not.toThrow();
  });

  test("an empty pool, unknown and repeated models, and prices that are none", () => {
    expect(failureOf(() => new Router(artifact, { models: [] })).message).toContain("empty");
    expect(failureOf(() => new Router(artifact, { models: ["zeta"] })).code).toBe("unknown-model");
    expect(failureOf(() => new Router(artifact, { models: ["alpha", "first"] })).message).toContain("twice");
    const price = (value: number) => ({ alpha: { inputUsdPerMillionTokens: value, outputUsdPerMillionTokens: 1 } });
    expect(failureOf(() => new Router(artifact, { prices: price(-1) })).message).toContain("prices.alpha.input");
    expect(failureOf(() => new Router(artifact, { prices: price(Number.NaN) })).message).toContain("NaN");
    expect(failureOf(() => new Router(artifact, { prices: { zeta: price(1).alpha } })).code).toBe("unknown-model");
    expect(failureOf(() => new Router(artifact, { prices: { alpha: null as never } })).message).toContain(
      "prices.alpha",
    );
    expect(failureOf(() => new Router(artifact, { prices: { gamma: price(1).alpha } })).message).toContain("in USD");
    expect(failureOf(() => new Router(artifact, { models: "alpha" as never })).message).toContain("models: alpha");
    expect(failureOf(() => router.decide({ inputTokens: 1 } as never)).message).toContain("embedding: undefined");
    expect(failureOf(() => router.predictBatch(new Float32Array(60), [1])).code).toBe("shape");
  });
});

describe("the pool", () => {
  test("a subset in another order predicts the same for its members", () => {
    const all = new Router(artifact).decide(request()).ranking;
    const some = new Router(artifact, { models: ["epsilon", "first"] }).decide(request()).ranking;
    expect(some.map(({ model }) => model).sort()).toEqual(["alpha", "epsilon"]);
    for (const { model, predictedQuality, predictedCostUsd } of some) {
      const same = all.find((candidate) => candidate.model === model)!;
      expect([predictedQuality, predictedCostUsd]).toEqual([same.predictedQuality, same.predictedCostUsd]);
    }
  });

  test("an inherited candidate is its relative, shifted in logits, at its own price, less certain", () => {
    const { ranking } = new Router(artifact).decide(request());
    const of = (id: string) => ranking.find(({ model }) => model === id)!;
    const logit = (p: number): number => Math.log(p / (1 - p));
    // shift 0.5 over calibration temperature 1.5
    expect(logit(of("epsilon").predictedQuality) - logit(of("alpha").predictedQuality)).toBeCloseTo(0.5 / 1.5, 5);
    expect(of("epsilon").uncertainty).toBeGreaterThan(of("alpha").uncertainty);
    // alpha: 50 · 1 + 4 n; epsilon: 50 · 2 + 8 · 2n, in USD per million
    const tokens = (of("alpha").predictedCostUsd * 1e6 - 50) / 4;
    expect(of("epsilon").predictedCostUsd * 1e6).toBeCloseTo(100 + 16 * tokens, 6);
  });

  test("a new price changes the cost and nothing else", () => {
    const prices = { alpha: { inputUsdPerMillionTokens: 100, outputUsdPerMillionTokens: 400 } };
    const of = (router: Router) => router.decide(request()).ranking.find(({ model }) => model === "alpha")!;
    const [before, after] = [of(new Router(artifact)), of(new Router(artifact, { prices }))];
    expect(after.predictedQuality).toBe(before.predictedQuality);
    expect(after.predictedCostUsd / before.predictedCostUsd).toBeCloseTo(100, 9);
  });
});

test.each(["low-rank", "models"] as const)("a batch gives every row the bits that it has alone, form %s", (form) => {
  const router = new Router(syntheticArtifact(form));
  const N = router.candidates.length;
  const rows = 130;
  const embeddings = new Float32Array(rows * 6);
  for (let r = 0; r < rows; r++) embeddings.set(embeddingOf(r), r * 6);
  const whole = router.predictBatch(embeddings, new Float64Array(rows).fill(50));
  for (let r = 0; r < rows; r++) {
    const alone = router.predictBatch(embeddingOf(r), [50]);
    expect(whole.quality.subarray(r * N, (r + 1) * N)).toEqual(alone.quality);
    expect(whole.costUsd.subarray(r * N, (r + 1) * N)).toEqual(alone.costUsd);
    expect(whole.uncertainty.subarray(r * N, (r + 1) * N)).toEqual(alone.uncertainty);
  }
});

test.each([-1, Number.NaN, 1.5])("refuses to explain by %d anchors", (count) => {
  expect(() => new Router(artifact).explainAnchors(embeddingOf(2), count)).toThrow(`explainAnchors: count: ${count}`);
});

test("explains by anchors whose weights fall and sum to 1", () => {
  const influences = new Router(artifact).explainAnchors(embeddingOf(2), 5);
  const weights = influences.map(({ weight }) => weight);
  expect([...weights].sort((a, b) => b - a)).toEqual(weights);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  expect(influences[0].excerpt).toBeDefined();
});

describe("models that come and go", () => {
  const prices = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 4 };
  const samples = Array.from({ length: 20 }, (_, i) => ({
    embedding: embeddingOf(i + 50),
    score: i % 4 === 0 ? 0 : 1,
  }));
  const zeta = { id: "zeta", prices, samples };
  const idsOf = (router: Router): string[] => router.candidates.map(({ id }) => id);

  test("an added model is ranked, marked as probed, and forgotten when it is removed", () => {
    const router = new Router(artifact);
    const before = { ...router.decide(request()), elapsedMs: 0 };
    const { profile } = router.addModel(zeta);
    expect(profile).toMatchObject({ kind: "probed", rows: 20, costRows: 0 });
    const { ranking } = router.decide(request());
    expect(ranking.find(({ model }) => model === "zeta")).toMatchObject({ profile: "probed", eligible: true });
    // the others are as certain and as good as before
    for (const ranked of before.ranking) expect(ranking).toContainEqual(ranked);
    router.removeModel("zeta");
    expect({ ...router.decide(request()), elapsedMs: 0 }).toEqual(before);
    router.addModel(zeta);
    expect(idsOf(router).at(-1)).toBe("zeta");
  });

  test("a router of a few models gets the added one beside them", () => {
    const router = new Router(artifact, { models: ["beta"] });
    router.addModel(zeta);
    expect(idsOf(router)).toEqual(["beta", "zeta"]);
    const whole = new Router(artifact);
    whole.addModel(zeta);
    const qualityOf = (of: Router) =>
      of.decide(request()).ranking.find(({ model }) => model === "zeta")!.predictedQuality;
    expect(qualityOf(router)).toBe(qualityOf(whole));
  });

  test("what was added, removed and repriced survives the file", () => {
    const router = new Router(artifact);
    router.addModel(zeta);
    router.removeModel("delta");
    router.updatePrices({ alpha: { inputUsdPerMillionTokens: 7, outputUsdPerMillionTokens: 8 } });
    const back = new Router(parseArtifact(serializeArtifact(router.toArtifact())));
    expect({ ...back.decide(request()), elapsedMs: 0 }).toEqual({ ...router.decide(request()), elapsedMs: 0 });
    expect(idsOf(back)).toEqual(["alpha", "beta", "gamma", "epsilon", "zeta"]);
  });

  test("a new price moves the cost of measured, inherited and probed models", () => {
    const router = new Router(artifact);
    router.addModel(zeta);
    const costsOf = () => {
      const { ranking } = router.decide(request());
      return ["alpha", "epsilon", "zeta"].map((id) => ranking.find(({ model }) => model === id)!.predictedCostUsd);
    };
    const before = costsOf();
    const tenfold = (id: string) => {
      const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = router.candidates.find(
        (candidate) => candidate.id === id,
      )!.prices!;
      return { inputUsdPerMillionTokens: 10 * input, outputUsdPerMillionTokens: 10 * output };
    };
    router.updatePrices({ alpha: tenfold("alpha"), epsilon: tenfold("epsilon"), zeta: tenfold("zeta") });
    costsOf().forEach((cost, i) => {
      expect(cost / before[i]).toBeCloseTo(10, 9);
    });
  });

  test("a price factor moves costs that were learnt in tokens and in USD, again and again, and survives the file", () => {
    const router = new Router(artifact);
    const costsOf = (of: Router) =>
      ["alpha", "gamma", "epsilon", "beta"].map(
        (id) => of.decide(request()).ranking.find(({ model }) => model === id)!.predictedCostUsd,
      );
    const before = costsOf(router);
    router.updatePrices({ alpha: { factor: 2 }, gamma: { factor: 2 }, epsilon: { factor: 0.5 } });
    router.updatePrices({ alpha: { factor: 2 }, gamma: { factor: 0.25 } });
    [4, 0.5, 0.5, 1].forEach((factor, i) => {
      expect(costsOf(router)[i] / before[i]).toBeCloseTo(factor, 6);
    });
    const back = new Router(parseArtifact(serializeArtifact(router.toArtifact())));
    expect(costsOf(back)).toEqual(costsOf(router));
    const opened = new Router(artifact, { prices: { gamma: { factor: 0.5 } } });
    expect(costsOf(opened)[1] / before[1]).toBeCloseTo(0.5, 6);
  });

  test.each<[string, (router: Router) => void, string, string]>([
    ["an id that is taken", (router) => router.addModel({ ...zeta, id: "alpha" }), "invalid-argument", "alpha"],
    [
      "no price",
      (router) => router.addModel({ id: "zeta", samples }),
      "invalid-argument",
      "none with costUsd, or inputTokens, outputTokens",
    ],
    [
      "a NaN in a sample",
      (router) =>
        router.addModel({ ...zeta, samples: [{ embedding: new Float32Array(6).fill(Number.NaN), score: 1 }] }),
      "invalid-argument",
      "samples[0].embedding[0]: NaN",
    ],
    [
      "an unknown model removed",
      (router) => router.removeModel("nobody"),
      "unknown-model",
      "removeModel: unknown model: nobody",
    ],
    [
      "an unknown model repriced",
      (router) => router.updatePrices({ alpha: prices, nobody: prices }),
      "unknown-model",
      "updatePrices: unknown model: nobody",
    ],
    [
      "a price that is none",
      (router) => router.updatePrices({ alpha: prices, beta: { ...prices, outputUsdPerMillionTokens: Number.NaN } }),
      "invalid-argument",
      "prices.beta.outputUsdPerMillionTokens: NaN",
    ],
    [
      "prices of a model counted in USD",
      (router) => router.updatePrices({ gamma: prices }),
      "invalid-argument",
      "in USD",
    ],
    [
      "a factor of nothing",
      (router) => router.updatePrices({ alpha: prices, gamma: { factor: 0 } }),
      "invalid-argument",
      "prices.gamma.factor: 0, expected a number above 0",
    ],
    [
      "a factor beside prices, one of which would be forgotten",
      (router) => router.updatePrices({ alpha: { ...prices, factor: 2 } }),
      "invalid-argument",
      "pool: prices.alpha: factor and prices, expected one of them",
    ],
    [
      "a factor that is no number",
      (router) => router.updatePrices({ gamma: { factor: "2" as never } }),
      "invalid-argument",
      "prices.gamma.factor: 2",
    ],
    [
      "a factor on a price that is not known",
      (router) => router.updatePrices({ delta: { factor: 2 } }),
      "invalid-argument",
      "no price is known",
    ],
    [
      "a factor that takes a price beyond all numbers",
      (router) => router.updatePrices({ alpha: { factor: 1e308 } }),
      "invalid-argument",
      "pool: prices.alpha.factor: 1e+308, expected one that keeps",
    ],
    [
      "a Map of prices",
      (router) => router.updatePrices(new Map([["alpha", prices]]) as never),
      "invalid-argument",
      "updatePrices: prices: [object Map], expected an object by id",
    ],
    [
      "a list of prices",
      (router) => router.updatePrices([] as never),
      "invalid-argument",
      "updatePrices: prices: , expected an object by id",
    ],
    [
      "no prices at all",
      (router) => router.updatePrices(null as never),
      "invalid-argument",
      "updatePrices: prices: null",
    ],
  ])("%s is refused and changes nothing", (_, change, code, message) => {
    const router = new Router(artifact);
    const before = { ...router.decide(request()), elapsedMs: 0 };
    const failure = failureOf(() => change(router));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(message);
    expect({ ...router.decide(request()), elapsedMs: 0 }).toEqual(before);
    expect(router.candidates).toEqual(new Router(artifact).candidates);
  });

  test("factors are refused where they do not fit together, also of a cost that was learnt in USD", () => {
    for (const factor of [1e200, 1e-200]) {
      const router = new Router(artifact);
      router.updatePrices({ gamma: { factor } });
      const before = router.toArtifact();
      expect(failureOf(() => router.updatePrices({ alpha: prices, gamma: { factor } })).message).toContain(
        `prices.gamma.factor: ${factor}, expected one that keeps ${factor} finite and above 0`,
      );
      expect(router.toArtifact()).toEqual(before);
      expect(parseArtifact(serializeArtifact(before)).manifest).toEqual(before.manifest);
    }
    // what is free stays so
    const free = { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 4 };
    const router = new Router(artifact, { prices: { alpha: free } });
    router.updatePrices({ alpha: { factor: 2 } });
    expect(router.candidates[0].prices).toEqual({ ...free, outputUsdPerMillionTokens: 8 });
  });

  test.each([[new Map()], [[]], [null], ["alpha"]])(
    "a router is not opened with prices that are no object by id: %s",
    (given) => {
      expect(failureOf(() => new Router(artifact, { prices: given as never })).message).toContain("pool: prices: ");
    },
  );

  test("shares no prices and no manifest with its callers", () => {
    const [opened, updated, capabilities] = [{ ...prices }, { ...prices }, { tools: true }];
    const own = { ...artifact, manifest: structuredClone(artifact.manifest) };
    const router = new Router(own, { prices: { alpha: opened } });
    router.updatePrices({ beta: updated });
    router.addModel({ ...zeta, capabilities });
    const before = structuredClone(router.toArtifact().manifest);
    const given = router.toArtifact().manifest;
    for (const price of [opened, updated, given.candidates[0].prices!]) price.outputUsdPerMillionTokens = 1e6;
    capabilities.tools = false;
    for (const { candidates } of [given, own.manifest]) {
      candidates[1].id = "another";
      candidates.pop();
    }
    own.manifest.dial.maxLambdaUsd = 1e9;
    expect(router.toArtifact().manifest).toEqual(before);
    router.updatePrices({ gamma: { factor: 2 } });
    expect(router.toArtifact().manifest.candidates[0].prices).toEqual(prices);
  });

  test("the last candidate stays", () => {
    const router = new Router(artifact, { models: ["alpha"] });
    expect(failureOf(() => router.removeModel("alpha")).message).toContain("the last candidate");
  });

  test("a batch gives every row the bits that it has alone", () => {
    const router = new Router(artifact);
    router.addModel(zeta);
    const N = router.candidates.length;
    const rows = 70;
    const embeddings = new Float32Array(rows * 6);
    for (let r = 0; r < rows; r++) embeddings.set(embeddingOf(r), r * 6);
    const whole = router.predictBatch(embeddings, new Float64Array(rows).fill(50));
    for (let r = 0; r < rows; r++) {
      const alone = router.predictBatch(embeddingOf(r), [50]);
      expect(whole.quality.subarray(r * N, (r + 1) * N)).toEqual(alone.quality);
      expect(whole.uncertainty.subarray(r * N, (r + 1) * N)).toEqual(alone.uncertainty);
    }
  });
});

const distUrl = (file: string): string => JSON.stringify(new URL(`../../dist/${file}`, import.meta.url).href);

/** Runs a program in a process of its own that has `artifact`, and the built package's parts by name. */
function inProcess(artifact: Artifact, flags: readonly string[], program: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "onehead-choose-")), "a.onehead");
  writeFileSync(file, serializeArtifact(artifact));
  const prologue = `
    import { PerformanceObserver } from "node:perf_hooks";
    import { readFileSync } from "node:fs";
    import { jsBackend, parseArtifact, Router } from ${distUrl("index.js")};
    import { wasmBackend } from ${distUrl("wasm.js")};
    const backends = { js: jsBackend, wasm: wasmBackend() };
    const artifact = parseArtifact(readFileSync(${JSON.stringify(file)}));`;
  const all = [...flags, "--input-type=module", "--eval", prologue + program];
  const { stdout, stderr } = spawnSync(process.execPath, all, { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.trim();
}

describe.each(["js", "wasm"] as const)("in %s", (backend) => {
  test.each(["low-rank", "models"] as const)(
    "choose allocates nothing, form %s: no collection in a million calls",
    (form) => {
      // a young generation of 1 MB: half a million boxed doubles of 16 bytes would already cause eight collections
      const found = inProcess(
        syntheticArtifact(form),
        ["--max-semi-space-size=1"],
        `
      const router = new Router(artifact, { backend: backends.${backend} });
      const prices = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 4 };
      router.addModel({ id: "zeta", prices, samples: [{ embedding: new Float32Array(6).fill(0.2), score: 1 }] });
      const out = { index: 0, predictedQuality: 0.1, predictedCostUsd: 0.1, reward: 0.1 };
      const preferences = ["linear", "exponential"].map((reward) => ({ reward, lambdaUsd: 0.01 }));
      const embedding = new Float32Array(6).fill(0.3);
      const calls = (count) => {
        for (let i = 0; i < count; i++) router.choose(embedding, 50, preferences[i & 1], out);
      };
      calls(50_000);
      let collections = 0;
      const observer = new PerformanceObserver((list) => { collections += list.getEntries().length; });
      observer.observe({ entryTypes: ["gc"] });
      calls(1_000_000);
      setTimeout(() => { observer.disconnect(); console.log(router.backend, collections); }, 20);`,
      );
      const [name, collections] = found.split(" ");
      expect(name).toBe(backend);
      // the engine's own housekeeping may cause one or two
      expect(Number(collections)).toBeLessThan(5);
    },
  );
});

test("a router that is dropped gives its memory in WebAssembly back", () => {
  const sizes = { members: 1, keyWidth: 3, hiddenWidth: 4, anchors: 1000, rank: 2, dimensions: 500 };
  const found = inProcess(
    syntheticArtifact("low-rank", 0, sizes),
    ["--expose-gc"],
    `
    const megabytes = () => process.memoryUsage().rss / 2 ** 20;
    const embedding = new Float32Array(500).fill(0.3);
    const open = async (count) => {
      for (let i = 0; i < count; i++) {
        const router = new Router(artifact, { backend: backends.wasm });
        router.predictBatch(new Float32Array(64 * 500).fill(0.1), new Float64Array(64));
        if (i % 10 === 0) { gc(); await new Promise((resolve) => setTimeout(resolve, 1)); }
      }
      gc();
    };
    await open(50);
    const before = megabytes();
    await open(300);
    console.log(megabytes() - before);`,
  );
  // 300 of them hold some 500 MB
  expect(Number(found)).toBeLessThan(100);
});
