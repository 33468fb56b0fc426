import { describe, expect, it } from "vitest";
import { priorMeans } from "./prior-means.js";

const unknown = Number.NaN;

describe("priorMeans", () => {
  it("adds one label of a half", () => {
    // (1 + 1 + 0 + ½) / 4, (1 + ½) / 2, ½ / 1
    const scores = Float32Array.of(1, 1, unknown, 1, unknown, unknown, 0, unknown, unknown);
    expect([...priorMeans(scores, 3)]).toEqual([0.625, 0.75, 0.5]);
  });
});
