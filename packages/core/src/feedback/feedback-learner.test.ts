import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FeedbackLearner } from "./feedback-learner.js";

const learnerOf = (options = {}) => new FeedbackLearner(options, "rows");

/** `count` scores in turns from `sources` sources. */
function teach(learner: FeedbackLearner, model: string, count: number, sources: number, score: number, quality = 0.5) {
  for (let i = 0; i < count; i++) learner.learn(model, quality, score, `user-${i % sources}`, undefined);
}

describe("a correction", () => {
  test("waits for the quorum, then follows the scores", () => {
    const learner = learnerOf();
    teach(learner, "m", 400, 2, 1);
    expect(learner.logitShift("m")).toBe(0);
    expect(learner.learn("m", 0.5, 1, "a third", undefined)).toMatchObject({ model: "m", sources: 3 });
    teach(learner, "m", 400, 10, 1);
    expect(learner.logitShift("m")).toBeGreaterThan(0.3);
    expect(learner.logitShift("another")).toBe(0);
  });

  test("of a model that few speak of waits for the root of those that speak of others", () => {
    const learner = learnerOf();
    teach(learner, "known", 300, 50, 1, 0.9);
    teach(learner, "unknown", 700, 7, 0);
    // 50 sources elsewhere: 8 have to agree here
    expect(learner.logitShift("unknown")).toBe(0);
    teach(learner, "unknown", 800, 8, 0);
    expect(learner.logitShift("unknown")).toBeLessThan(-0.1);
    const restored = learnerOf({ state: learner.state() });
    expect(restored.logitShift("unknown")).toBeCloseTo(learner.logitShift("unknown"), 6);
  });

  test("of a single user needs minSources 1, and then stays within what one source may pull", () => {
    const trusting = learnerOf({ minSources: 1, priorSources: 0.2 });
    teach(trusting, "m", 300, 1, 1, 0.6);
    // far more than what the rows say, so nearly all of 0.4
    expect(trusting.learn("m", 0.6, 1, "user-0", undefined).meanShift).toBeGreaterThan(0.3);
    const cautious = learnerOf({ minSources: 1 });
    teach(cautious, "m", 5000, 1, 1, 0.6);
    expect(cautious.learn("m", 0.6, 1, "user-0", undefined).meanShift).toBeLessThan(0.05);
  });

  test("is undone by uncorrected, and qualityShift is the difference", () => {
    const learner = learnerOf();
    teach(learner, "m", 600, 20, 0);
    const shift = learner.logitShift("m");
    for (const base of [-3, -0.5, 0, 1.2, 4]) {
      const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
      const corrected = sigmoid(base + shift);
      expect(learner.uncorrected("m", corrected)).toBeCloseTo(sigmoid(base), 9);
      expect(learner.qualityShift("m", corrected)).toBeCloseTo(corrected - sigmoid(base), 9);
    }
    expect(learner.qualityShift("untouched", 0.25)).toBe(0);
  });

  test("fades while only other models are judged", () => {
    const learner = learnerOf({ halfLifeEvents: 100 });
    teach(learner, "m", 300, 30, 0);
    const fresh = learner.logitShift("m");
    expect(fresh).toBeLessThan(-0.3);
    teach(learner, "other", 400, 400, 1);
    expect(learner.logitShift("m")).toBeGreaterThan(fresh / 2);
    expect(learner.logitShift("m")).toBeLessThanOrEqual(0);
  });

  test("is not aged by one source's flood", () => {
    const learner = learnerOf();
    teach(learner, "m", 1000, 50, 0, 0.8);
    const before = learner.logitShift("m");
    for (let i = 0; i < 20_000; i++) learner.learn("other", 0.5, 1, "flood", undefined);
    expect(learner.logitShift("m") / before).toBeGreaterThan(0.95);
  });

  test("fades at the half-life also where a few sources say much", () => {
    const learner = learnerOf({ halfLifeEvents: 200 });
    teach(learner, "m", 400, 4, 0, 0.8);
    const fresh = learner.logitShift("m");
    teach(learner, "m", 1200, 4, 1, 0.8);
    // six half-lives later the old scores are forgotten: only the new ones, above the prediction, speak
    expect(fresh).toBeLessThan(-0.1);
    expect(learner.logitShift("m")).toBeGreaterThan(0.05);
  });

  test("by time fades with time, and late feedback counts as of now", () => {
    const learner = learnerOf({ halfLifeMs: 1000 });
    for (let i = 0; i < 300; i++) learner.learn("m", 0.5, 1, `user-${i % 30}`, 5000);
    const fresh = learner.logitShift("m");
    expect(learner.learn("m", 0.5, 1, "late", 10).logitShift).toBeCloseTo(fresh, 1);
    for (let i = 0; i < 4; i++) learner.learn("other", 0.5, 1, "user-0", 9000);
    expect(learner.logitShift("m")).toBeLessThan(0.6 * fresh);
    expect(learner.state().clock).toBe(9000);
    expect(() => learner.learn("m", 0.5, 1, "a", undefined)).toThrow("update: timeMs: missing, expected a time");
  });

  test("survives one wrong time, which counts as one half-life later at most", () => {
    const learner = learnerOf({ halfLifeMs: 1000 });
    const now = 1.7e12;
    for (let i = 0; i < 300; i++) learner.learn("m", 0.5, 1, `user-${i % 30}`, now + i / 300);
    const fresh = learner.logitShift("m");
    learner.learn("m", 0.5, 1, "a wrong clock", 9e13);
    expect(learner.logitShift("m")).toBeGreaterThan(0.6 * fresh);
    expect(learner.state().models["m"].sources).toHaveLength(31);
    // the right times overtake it again
    learner.learn("m", 0.5, 1, "user-0", now + 1500);
    expect(learner.state().clock).toBe(now + 1500);
  });

  test("is forgotten with its model", () => {
    const learner = learnerOf();
    teach(learner, "m", 400, 20, 1);
    learner.forget("m");
    expect(learner.logitShift("m")).toBe(0);
    expect(learner.state().models).toEqual({});
  });
});

const event = fc.record({
  model: fc.constantFrom("a", "b", "__proto__"),
  quality: fc.double({ min: 0, max: 1, noNaN: true }),
  score: fc.double({ min: 0, max: 1, noNaN: true }),
  source: fc.constantFrom("u1", "u2", "u3", "u4", "u5", "__proto__"),
});

test("a state goes through JSON and on as if nothing had happened", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.array(event, { maxLength: 20 }), (before, after) => {
      const learn = (learner: FeedbackLearner, events: typeof before) => {
        for (const { model, quality, score, source } of events) learner.learn(model, quality, score, source, undefined);
      };
      const options = { halfLifeEvents: 30, maxSources: 4 };
      const whole = learnerOf(options);
      learn(whole, before);
      const restored = learnerOf({ ...options, state: JSON.parse(JSON.stringify(whole.state())) });
      for (const model of ["a", "b"])
        expect(Math.abs(restored.logitShift(model) - whole.logitShift(model))).toBeLessThan(0.5);
      learn(whole, after);
      learn(restored, after);
      expect(restored.state()).toEqual(whole.state());
    }),
    { numRuns: 60 },
  );
});

test("many sources of one score each are not biased towards the more frequent score", () => {
  const learner = learnerOf();
  // four of five are right, as predicted
  for (let i = 0; i < 1000; i++) learner.learn("m", 0.8, i % 5 === 0 ? 0 : 1, `user-${i}`, undefined);
  expect(Math.abs(learner.learn("m", 0.8, 1, "last", undefined).meanShift)).toBeLessThan(0.002);
});

test("remembers at most maxSources names a model", () => {
  const learner = learnerOf({ maxSources: 20 });
  for (let i = 0; i < 500; i++) learner.learn("m", 0.5, 1, `user-${i}`, undefined);
  expect(learner.state().models["m"].sources).toHaveLength(20);
});
