import { describe, expect, it } from "vitest";
import { columnMeans } from "./column-means.js";

const unknown = Number.NaN;

describe("columnMeans", () => {
  it("averages known entries only, NaN where there are none", () => {
    expect([...columnMeans(Float32Array.of(1, unknown, unknown, 0, 4, unknown), 3)]).toEqual([0.5, 4, unknown]);
  });
});
