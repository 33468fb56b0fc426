import { describe, expect, it } from "vitest";
import { labelledRows, learnableRows } from "../../test/labelled-rows.js";
import { fitCarrot } from "./fit-carrot.js";

describe("fitCarrot", () => {
  it("predicts score and cost as the plain means of the same neighbours", () => {
    const rows = labelledRows(
      [0, 0.1, 0.2, 1.3, 1.4, 1.5].map((angle, i) => ({
        x: [Math.cos(angle), Math.sin(angle)],
        scores: [i < 3 ? 1 : 0],
        costs: [i < 3 ? 2 : 8],
      })),
    );
    const { quality, costUsd } = fitCarrot(rows, rows).predict(Float32Array.of(1, 0.1), Float64Array.of(1));
    // k = 5 of 6: three near, two far
    expect(quality[0]).toBeCloseTo(3 / 5, 6);
    expect(costUsd[0]).toBeCloseTo((3 * 2 + 2 * 8) / 5, 5);
  });

  it("prices long prompts higher where cost follows length", () => {
    const carrot = fitCarrot(learnableRows({ rows: 800, stream: 1 }), learnableRows({ rows: 200, stream: 2 }));
    const query = (x0: number): Float32Array => Float32Array.from([x0, 0, 0, 0, 0, 0, 0, 0]);
    const cost = (x0: number): number => carrot.predict(query(x0), Float64Array.of(100)).costUsd[0];
    expect(cost(2)).toBeGreaterThan(1.5 * cost(-2));
  });

  it("names a model whose cost was never recorded", () => {
    const rows = labelledRows([{ x: [1], scores: [1] }]);
    expect(() => fitCarrot(rows, rows)).toThrow("model has no cost");
  });
});
