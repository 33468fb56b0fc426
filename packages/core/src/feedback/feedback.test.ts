import { describe, expect, test } from "vitest";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { OneheadError } from "../errors/onehead-error.js";
import { ShapeError } from "../errors/shape-error.js";
import { createRandom } from "../random/random.js";
import { Router } from "../router/router.js";
import type { Feedback } from "./feedback.js";
import { learning } from "./learning.js";

const artifact = syntheticArtifact();
const embeddingOf = (seed: number): Float32Array => {
  const random = createRandom(seed, 9);
  return Float32Array.from({ length: 6 }, () => random.normal());
};
const requestOf = (seed: number) => ({ embedding: embeddingOf(seed), inputTokens: 50, willingnessToPayUsd: 0.01 });
const learningRouter = (over = {}) => new Router(artifact, { learning: learning(over) });

/** 600 scores of one model from 30 sources. */
function teach(router: Router, model: string, score: number): void {
  for (let i = 0; i < 600; i++) {
    router.update({ embedding: embeddingOf(i), model, score, source: `user-${i % 30}` });
  }
}
const qualityOf = (router: Router, seed: number, model: string) =>
  router.decide(requestOf(seed)).ranking.find((ranked) => ranked.model === model)!;

describe("a router that learns", () => {
  test("shows in the ranking how much of a quality is learnt, and nothing of the others", () => {
    const router = learningRouter();
    const before = qualityOf(router, 3, "alpha");
    expect(before.feedbackShift).toBe(0);
    teach(router, "alpha", 0);
    const after = qualityOf(router, 3, "alpha");
    expect(after.predictedQuality).toBeLessThan(before.predictedQuality - 0.03);
    expect(after.predictedQuality - after.feedbackShift!).toBeCloseTo(before.predictedQuality, 5);
    expect(qualityOf(router, 3, "beta").feedbackShift).toBe(0);
    expect(qualityOf(router, 3, "beta").predictedQuality).toBe(
      qualityOf(new Router(artifact), 3, "beta").predictedQuality,
    );
  });

  test("moves choose, predictBatch and decide alike", () => {
    const router = learningRouter();
    teach(router, "beta", 1);
    const out = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
    for (let seed = 0; seed < 30; seed++) {
      const decision = router.decide(requestOf(seed));
      router.choose(embeddingOf(seed), 50, decision.preference, out);
      expect(router.candidates[out.index].id).toBe(decision.model);
      const b = router.candidates.findIndex(({ id }) => id === "beta");
      expect(router.predictBatch(embeddingOf(seed), [50]).quality[b]).toBe(
        qualityOf(router, seed, "beta").predictedQuality,
      );
    }
  });

  test("learns the same from a decision, its JSON and its embedding, whatever was learnt before", () => {
    const routers = [learningRouter(), learningRouter(), learningRouter()];
    for (const router of routers) teach(router, "alpha", 0);
    const request = requestOf(5);
    const say = { score: 1, source: "someone", model: "alpha" };
    const [a, b, c] = routers;
    const corrections = [
      a.update({ ...say, decision: a.decide(request) }),
      b.update({ ...say, decision: JSON.parse(JSON.stringify(b.decide(request))) }),
      c.update({ ...say, embedding: request.embedding }),
    ];
    for (const correction of corrections) {
      expect(correction.sources).toBe(31);
      expect(correction.logitShift).toBeCloseTo(corrections[0].logitShift, 5);
    }
    // the residual is that of the prediction as it was trained: what was learnt does not feed back
    const [, , residuals] = a.feedbackState().models["alpha"].sources.at(-1)!;
    expect(residuals).toBeCloseTo(1 - qualityOf(new Router(artifact), 5, "alpha").predictedQuality, 5);
  });

  test("takes the decision's own model unless another is named", () => {
    const router = learningRouter();
    const decision = router.decide(requestOf(1));
    expect(router.update({ decision, score: 1, source: "a" }).model).toBe(decision.model);
    expect(router.update({ decision, model: "gamma", score: 1, source: "a" }).model).toBe("gamma");
  });

  test("goes on from a state in another pool by id, and keeps what is not in it", () => {
    const router = learningRouter();
    teach(router, "alpha", 0);
    teach(router, "gamma", 1);
    const state = JSON.parse(JSON.stringify(router.feedbackState()));
    const small = new Router(artifact, { models: ["gamma", "beta"], learning: learning({ state }) });
    expect(qualityOf(small, 2, "gamma").predictedQuality).toBeCloseTo(
      qualityOf(router, 2, "gamma").predictedQuality,
      3,
    );
    expect(Object.keys(small.feedbackState().models)).toEqual(["alpha", "gamma"]);
  });
});

test("a router that was not told to learn does not, and says so", () => {
  const router = new Router(artifact);
  const update = () => router.update({ decision: router.decide(requestOf(1)), score: 1, source: "a" });
  expect(update).toThrow("update: learning: off, expected a router made with the option learning");
  expect(() => router.feedbackState()).toThrow("feedbackState: learning: off");
  try {
    update();
  } catch (error) {
    expect(OneheadError.isInstance(error) && error.code).toBe("learning-off");
  }
  expect(router.decide(requestOf(1)).ranking[0]).not.toHaveProperty("feedbackShift");
});

describe("feedback that makes no sense", () => {
  const router = learningRouter();
  const decision = router.decide(requestOf(1));
  const embedding = embeddingOf(1);
  const good = { embedding, model: "alpha", score: 1, source: "a" };
  const wrong: ReadonlyArray<[message: string, feedback: unknown]> = [
    ["update: decision and embedding: neither given", { model: "alpha", score: 1, source: "a" }],
    ["update: decision and embedding: both given", { ...good, decision }],
    ["update: model: undefined, expected the id", { embedding, score: 1, source: "a" }],
    ["update: unknown model: omega", { ...good, model: "omega" }],
    ["update: score: 1.5, expected a number from 0 to 1", { ...good, score: 1.5 }],
    ["update: score: NaN, expected", { ...good, score: Number.NaN }],
    ["update: score: true, expected", { ...good, score: true }],
    ["update: source: 0 characters, expected a text of 1 to 256", { ...good, source: "" }],
    ["update: source: 257 characters, expected", { ...good, source: "x".repeat(257) }],
    ["update: source: number, expected", { ...good, source: 7 }],
    ["update: timeMs: -1, expected milliseconds from 0 to 100000000000000", { ...good, timeMs: -1 }],
    ["update: timeMs: 1700000000000000, expected milliseconds", { ...good, timeMs: 1.7e15 }],
    ["update: embedding: object, expected a Float32Array", { ...good, embedding: [1] }],
    [
      "update: embedding[0]: NaN, expected a finite number",
      { ...good, embedding: new Float32Array(6).fill(Number.NaN) },
    ],
    ["update: decision.ranking: no entry, expected", { decision: { ...decision, ranking: [] }, score: 1, source: "a" }],
    ["update: decision.ranking: no entry, expected", { decision: { model: "alpha" }, score: 1, source: "a" }],
    [
      "update: decision.ranking: 7, expected a predicted quality of alpha from 0 to 1",
      { decision: { model: "alpha", ranking: [{ model: "alpha", predictedQuality: 7 }] }, score: 1, source: "a" },
    ],
  ];

  test.each(wrong)("is refused: %s", (message, feedback) => {
    expect(() => router.update(feedback as Feedback)).toThrow(message);
  });

  test("with an embedding of another length is a ShapeError, and nothing of it is remembered", () => {
    expect(() => router.update({ ...good, embedding: new Float32Array(5) })).toThrow(ShapeError);
    expect(router.feedbackState().models).toEqual({});
  });
});
