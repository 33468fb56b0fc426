import { expect, it } from "vitest";
import { noveltyRange } from "./novelty-range.js";

const pointsOf = (squares: number[]) => ({
  rows: squares.length,
  width: 1,
  values: Float32Array.from(squares, Math.sqrt),
  squares: Float32Array.from(squares),
});

it("ends familiarity where 99 % of the rows are, and all of it half as far again from the median", () => {
  // novelties 0, 0.005, …, 0.5: 99 % are at most 0.495, the median is 0.25
  const { near, far } = noveltyRange(pointsOf(Array.from({ length: 101 }, (_, i) => 1 - i / 200)));
  expect(near).toBeCloseTo(0.495, 6);
  expect(far).toBeCloseTo(0.495 + 0.245 / 2, 6);
});

it("keeps near below far for rows that are all alike, for one, and for none", () => {
  for (const squares of [[0.7, 0.7, 0.7], [1], []]) {
    const { near, far } = noveltyRange(pointsOf(squares));
    expect(far).toBeGreaterThan(near);
    expect(near).toBeGreaterThanOrEqual(0);
  }
});

it("takes rounding above length 1 for no novelty", () => {
  expect(noveltyRange(pointsOf([1.0000001, 1.0000001])).near).toBe(0);
});
