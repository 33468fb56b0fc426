import { expect, test } from "vitest";
import { type LearningOptions, resolveLearning } from "./learning-options.js";

test("needs nothing said", () => {
  expect(resolveLearning({})).toEqual({
    minSources: 3,
    priorSources: 2,
    halfLife: 2000,
    clock: "events",
    maxSources: 1000,
    maxShift: 0.5,
  });
});

test("counts half-lives in what was given", () => {
  expect(resolveLearning({ halfLifeMs: 60_000 })).toMatchObject({ halfLife: 60_000, clock: "ms" });
  expect(resolveLearning({ halfLifeEvents: 100 })).toMatchObject({ halfLife: 100, clock: "events" });
});

test.each([
  [{ minSources: 0 }, "learning: minSources: 0, expected a whole number from 1 to maxSources, 1000"],
  [{ minSources: 1.5 }, "learning: minSources: 1.5, expected"],
  [{ minSources: 5, maxSources: 4 }, "learning: minSources: 5, expected a whole number from 1 to maxSources, 4"],
  [{ maxSources: 0 }, "learning: maxSources: 0, expected"],
  [{ priorSources: 0 }, "learning: priorSources: 0, expected a number above 0"],
  [{ priorSources: Number.NaN }, "learning: priorSources: NaN, expected"],
  [{ halfLifeEvents: -1 }, "learning: halfLifeEvents: -1, expected a number above 0"],
  [{ halfLifeMs: Number.POSITIVE_INFINITY }, "learning: halfLifeMs: Infinity, expected"],
  [{ halfLifeMs: 1, halfLifeEvents: 1 }, "learning: halfLifeEvents and halfLifeMs: both given"],
  [{ maxShift: 0 }, "learning: maxShift: 0, expected a number above 0, at most 1"],
  [{ maxShift: 2 }, "learning: maxShift: 2, expected"],
  [null, "learning: options: null, expected an object"],
])("refuses %j by its name", (options, message) => {
  expect(() => resolveLearning(options as LearningOptions)).toThrow(message);
});
