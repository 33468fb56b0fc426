import { describe, expect, it } from "vitest";
import { clusterProfiles } from "./cluster-profiles.js";

describe("clusterProfiles", () => {
  it("is a model's mean where the cluster is unknown, and the cluster's own mean with many labels", () => {
    const profiles = clusterProfiles(
      new Int32Array(2000).fill(1),
      2,
      new Float32Array(2000).fill(1),
      Float64Array.of(0.6),
    );
    expect(profiles[0]).toBeCloseTo(0.6, 6);
    expect(profiles[1]).toBeGreaterThan(0.999);
  });

  it("tells a hard cluster from a bad model", () => {
    // only model 0 was asked in the hard cluster; model 1 is expected to fail there too
    const scores = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? (i < 20 ? 1 : 0) : Number.NaN));
    const [asked, other] = clusterProfiles(new Int32Array(100), 1, scores, Float64Array.of(0.6, 0.6));
    expect(asked).toBeLessThan(0.2);
    expect(other).toBeLessThan(0.25);
  });

  it("leaves out rows that belong to no cluster", () => {
    const profiles = clusterProfiles(Int32Array.of(0, -1, -1), 1, Float32Array.of(1, 0, 0), Float64Array.of(0.5));
    expect(profiles[0]).toBeGreaterThan(0.5);
  });
});
