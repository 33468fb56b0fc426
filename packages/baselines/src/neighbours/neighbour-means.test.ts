import { OneheadError, ShapeError } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { NeighbourMeans } from "./neighbour-means.js";

const unknown = Number.NaN;

/** The same means in float64 by sorting everything: the specification. */
function naiveMeans(memory: number[][], targets: number[][], queries: number[][], sizes: number[]): number[] {
  const cosine = (a: number[], b: number[]): number => {
    const dot = a.reduce((sum, value, d) => sum + value * b[d], 0);
    return dot / Math.max(Math.hypot(...a) * Math.hypot(...b), 1e-300);
  };
  return sizes.flatMap((size) =>
    queries.flatMap((query) =>
      targets[0].map((_, c) => {
        const known = memory.map((_, row) => row).filter((row) => !Number.isNaN(targets[row][c]));
        const near = known.sort((a, b) => cosine(query, memory[b]) - cosine(query, memory[a]) || a - b).slice(0, size);
        return near.reduce((sum, row) => sum + targets[row][c], 0) / near.length;
      }),
    ),
  );
}

const flat = (rows: number[][]): Float32Array => Float32Array.from(rows.flat());

describe("NeighbourMeans", () => {
  // cosines of (1, 0) to the rows: 1, 0, −1, √½; nearest first: rows 0, 3, 1, 2
  const memory = [
    [2, 0],
    [0, 1],
    [-5, 0],
    [1, 1],
  ];

  it("averages the nearest by cosine, whatever their length", () => {
    const neighbours = new NeighbourMeans(flat(memory), 2, Float32Array.of(1, 0, 0, 0.5), [1, 2, 3]);
    // {0} → 1; {0, 3} → (1 + .5) / 2; {0, 3, 1} → (1 + .5 + 0) / 3
    expect([...neighbours.means(Float32Array.of(1, 0))]).toEqual([1, 0.75, 0.5]);
    expect([...neighbours.means(Float32Array.of(300, 0))]).toEqual([1, 0.75, 0.5]);
  });

  it("counts neighbours among the rows on which the column is known", () => {
    // column 1 is unknown on row 0: its two nearest are rows 3 and 1
    const targets = Float32Array.of(1, unknown, 0, 0.25, 0, 1, 0.5, 0.75);
    const neighbours = new NeighbourMeans(flat(memory), 2, targets, [2]);
    expect([...neighbours.means(Float32Array.of(1, 0))]).toEqual([0.75, 0.5]);
    expect(neighbours.neighbours(300, 0)).toBe(4);
    expect(neighbours.neighbours(300, 1)).toBe(3);
  });

  it("is the column's mean when the size exceeds the labels, for any query", () => {
    const neighbours = new NeighbourMeans(flat(memory), 2, Float32Array.of(1, 0, 0, 0.5), [4, 100]);
    for (const query of [
      [0, 0],
      [0.3, -9],
    ]) {
      expect([...neighbours.means(flat([query]))]).toEqual([0.375, 0.375]);
    }
  });

  it("is NaN for a column without labels", () => {
    const neighbours = new NeighbourMeans(flat(memory), 2, new Float32Array(4).fill(unknown), [2]);
    expect([...neighbours.means(Float32Array.of(1, 0))]).toEqual([unknown]);
  });

  it("equals the sorting float64 twin on sparse random rows, over more than one block", () => {
    const random = createRandom(3);
    const draw = (rows: number, columns: number): number[][] =>
      Array.from({ length: rows }, () => Array.from({ length: columns }, () => Math.fround(random.normal())));
    const rows = draw(90, 7);
    const targets = draw(90, 3).map((row, r) => row.map((value, c) => ((r + c) % 3 === 0 ? unknown : value)));
    const queries = draw(300, 7);
    const neighbours = new NeighbourMeans(flat(rows), 7, flat(targets), [1, 5, 41, 100]);
    const means = neighbours.means(flat(queries));
    const expected = naiveMeans(rows, targets, queries, [1, 5, 41, 100]);
    expect(means.length).toBe(expected.length);
    for (let i = 0; i < expected.length; i++) expect(means[i]).toBeCloseTo(expected[i], 5);
  });

  it("sees that its owner has refilled a buffer", () => {
    const neighbours = new NeighbourMeans(flat(memory), 2, Float32Array.of(1, 0, 0, 0.5), [1]);
    const buffer = Float32Array.of(1, 0);
    expect(neighbours.means(buffer)[0]).toBe(1);
    buffer.set([1, 1]);
    expect(neighbours.means(buffer)[0]).toBe(0.5);
  });

  it("gives no rows for no queries", () => {
    const neighbours = new NeighbourMeans(flat(memory), 2, Float32Array.of(1, 0, 0, 0.5), [1]);
    expect(neighbours.means(new Float32Array(0)).length).toBe(0);
  });

  it("refuses queries of another width or with NaN", () => {
    const neighbours = new NeighbourMeans(flat(memory), 2, Float32Array.of(1, 0, 0, 0.5), [1]);
    expect(() => neighbours.means(new Float32Array(3))).toThrow(ShapeError);
    expect(() => neighbours.means(Float32Array.of(0, 1, unknown, 0))).toThrow(
      "kNN: embedding is not finite: NaN in row 1, column 0, expected finite values",
    );
    try {
      neighbours.means(Float32Array.of(unknown, 0));
    } catch (error) {
      expect(OneheadError.isInstance(error) && error.code).toBe("invalid-argument");
    }
  });
});
