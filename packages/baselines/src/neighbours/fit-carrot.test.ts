import { describe, expect, it } from "vitest";
import { labelledRows, learnableRows } from "../../test/labelled-rows.js";
import { fitCarrot } from "./fit-carrot.js";

describe("fitCarrot", () => {
  it("predicts score and cost as plain means of neighbours, each over the k of greatest R²", () => {
    const rowsWith = (near: number[]) =>
      labelledRows(
        [0, 0.1, 0.2, 0.3, 1.2, 1.3, 1.4, 1.5].map((angle, i) => ({
          x: [Math.cos(angle), Math.sin(angle)],
          scores: [i < 4 ? near[i] : 0],
          costs: [i < 4 ? 2 : 8],
        })),
      );
    // the mean of all four near rows is what the validation rows want; of the costs two neighbours say as much as four
    const carrot = fitCarrot(rowsWith([1, 0, 1, 1]), rowsWith([0.75, 0.75, 0.75, 0.75]));
    expect(carrot.name).toBe("CARROT kNN 4, cost 2");
    const { quality, costUsd } = carrot.predict(Float32Array.of(1, 0.1), Float64Array.of(1));
    expect(quality[0]).toBeCloseTo(3 / 4, 6);
    expect(costUsd[0]).toBeCloseTo(2, 6);
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
