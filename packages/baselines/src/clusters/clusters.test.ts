import { createRandom } from "@onehead/core";
import { describe, expect, it } from "vitest";
import { labelledRows } from "../../test/labelled-rows.js";
import { unitRows } from "../neighbours/unit-rows.js";
import { clusterMeans } from "./cluster-means.js";
import { fitAvengersPro } from "./fit-avengers-pro.js";
import { kMeans, nearestCentroids } from "./k-means.js";

const unknown = Number.NaN;

describe("kMeans", () => {
  it("finds groups that lie apart, whatever their order", () => {
    const random = createRandom(4);
    const centres = [0, 2, 4];
    const rows = Float32Array.from({ length: 300 * 2 }, (_, i) => {
      const angle = centres[Math.floor(i / 2) % 3] + (i % 2 === 0 ? 0 : 0);
      return (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + 0.05 * random.normal();
    });
    const unit = unitRows(rows, 2);
    const clusters = nearestCentroids(unit, kMeans(unit, 2, 3, 1), 2);
    for (let r = 3; r < 300; r++) expect(clusters[r]).toBe(clusters[r % 3]);
    expect(new Set(clusters.subarray(0, 3)).size).toBe(3);
  });

  it("has no more clusters than rows, and centroids of length 1", () => {
    const unit = unitRows(Float32Array.of(1, 0, 0, 2), 2);
    const centroids = kMeans(unit, 2, 9, 0);
    expect(centroids.length).toBe(4);
    expect([...nearestCentroids(unit, centroids, 2)].sort()).toEqual([0, 1]);
  });
});

describe("clusterMeans", () => {
  it("shrinks each cluster's known scores toward the prior", () => {
    const targets = Float32Array.of(1, unknown, 0, unknown, 1, 0.5);
    const means = clusterMeans(Int32Array.of(0, 0, 1), 2, targets, Float64Array.of(0.5, 0.2), 2);
    // (1 + 0 + 2 · ½) / 4, prior, (1 + 2 · ½) / 3, (½ + 2 · 0.2) / 3
    expect([...means].map((mean) => Number(mean.toFixed(6)))).toEqual([0.5, 0.2, 0.666667, 0.3]);
  });
});

describe("fitAvengersPro", () => {
  it("normalises accuracy and cost within the cluster", () => {
    const rows = labelledRows([
      { x: [1, 0], scores: [1, 0.5, 0], costs: [4, 2, 1] },
      { x: [1, 0], scores: [1, 0.5, 0], costs: [4, 2, 1] },
    ]);
    const { quality, costUsd } = fitAvengersPro(rows, { seed: 0 }).predict(
      Float32Array.of(1, 0),
      Float64Array.of(unknown),
    );
    expect([...quality].map((value) => Number(value.toFixed(4)))).toEqual([1, 0.5, 0]);
    // (cost − 1) / 3 in units of the dearest mean, 4
    expect([...costUsd].map((value) => Number(value.toFixed(4)))).toEqual([4, 1.3333, 0]);
  });
});
