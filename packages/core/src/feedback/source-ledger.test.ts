import { expect, test } from "vitest";
import { resolveLearning } from "./learning-options.js";
import { SourceLedger } from "./source-ledger.js";

const ledger = (options = {}) => new SourceLedger(resolveLearning(options));

test("keeps per source the decayed number of scores and their residuals", () => {
  const sources = ledger({ halfLifeEvents: 10 });
  sources.add("a", 0.25, 1, 1, 0);
  // after one half-life the first score is worth half
  sources.add("a", 0.5, 0, 1, 10);
  const record = sources.sources.get("a")!;
  expect(record.scores).toBeCloseTo(1.5, 9);
  expect(record.residuals).toBeCloseTo(0.5 * 0.75 - 0.5, 9);
  expect(record.at).toBe(10);
});

test("knows what is left of a source's scores", () => {
  const sources = ledger({ halfLifeEvents: 10 });
  expect(sources.scoresOf("a", 0)).toBe(0);
  for (let i = 0; i < 8; i++) sources.add("a", 0.5, 1, 1, 0);
  expect(sources.scoresOf("a", 0)).toBeCloseTo(8, 9);
  expect(sources.scoresOf("a", 20)).toBeCloseTo(2, 9);
});

test("forgets the source with the least evidence when there are too many, the oldest of equals", () => {
  const sources = ledger({ maxSources: 3 });
  for (const source of ["a", "b", "b", "c", "d"]) sources.add(source, 0.5, 1, 1, 0);
  expect([...sources.sources.keys()]).toEqual(["b", "c", "d"]);
  // a crowd of new names drives out itself, not those that have said more
  for (let i = 0; i < 100; i++) sources.add(`crowd-${i}`, 0.5, 0, 1, 0);
  expect([...sources.sources.keys()]).toContain("b");
  expect(sources.sources.size).toBe(3);
});

test("has room for one source alone", () => {
  const sources = ledger({ maxSources: 1, minSources: 1 });
  for (const source of ["a", "b", "c"]) sources.add(source, 0.5, 1, 1, 0);
  expect([...sources.sources.keys()]).toEqual(["c"]);
});

test("a correction fades as evidence ages, and sources with hardly any left are forgotten", () => {
  const sources = ledger({ halfLifeEvents: 10 });
  for (let i = 0; i < 50; i++) for (const source of ["a", "b", "c", "d"]) sources.add(source, 0.5, 1, 1, 0);
  sources.correct(0, 3);
  const fresh = sources.meanShift;
  expect(sources.speaking).toBe(4);
  expect(fresh).toBeGreaterThan(0.1);
  sources.correct(20, 3);
  expect(sources.meanShift).toBeLessThan(fresh);
  expect(sources.meanShift).toBeGreaterThan(0);
  sources.correct(200, 3);
  expect([sources.meanShift, sources.logitShift, sources.sources.size]).toEqual([0, 0, 0]);
});

test("never corrects by more than maxShift", () => {
  const sources = ledger({ maxShift: 0.1 });
  for (let i = 0; i < 50; i++) for (let s = 0; s < 30; s++) sources.add(`s${s}`, 0.5, 0, 1, 0);
  sources.correct(0, 3);
  expect(sources.meanShift).toBe(-0.1);
});
