import { describe, expect, it } from "vitest";
import { unitRows } from "../kernels/rbf.js";
import { createRandom } from "../random/random.js";
import { type ClusterMap, clusterMapQuality, trainClusterMap } from "./cluster-map.js";
import { clusterMeans } from "./cluster-means.js";
import { kMeans, nearestCentroids } from "./k-means.js";

const unknown = Number.NaN;

/** Rows (·, 2) scaled to length 1. */
function unit(rows: Float32Array): Float32Array {
  const scaled = new Float32Array(rows.length);
  unitRows(scaled, rows, rows.length / 2, 2);
  return scaled;
}

describe("kMeans", () => {
  it("finds groups that lie apart, whatever their order", () => {
    const random = createRandom(4);
    const centres = [0, 2, 4];
    const rows = Float32Array.from({ length: 300 * 2 }, (_, i) => {
      const angle = centres[Math.floor(i / 2) % 3] + (i % 2 === 0 ? 0 : 0);
      return (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + 0.05 * random.normal();
    });
    const points = unit(rows);
    const clusters = nearestCentroids(points, kMeans(points, 2, 3, 1), 2);
    for (let r = 3; r < 300; r++) expect(clusters[r]).toBe(clusters[r % 3]);
    expect(new Set(clusters.subarray(0, 3)).size).toBe(3);
  });

  it("has no more clusters than rows, and centroids of length 1", () => {
    const points = unit(Float32Array.of(1, 0, 0, 2));
    const centroids = kMeans(points, 2, 9, 0);
    expect(centroids.length).toBe(4);
    expect([...nearestCentroids(points, centroids, 2)].sort()).toEqual([0, 1]);
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

describe("trainClusterMap", () => {
  /** Prompts on a circle; model 0 is right on the right half, model 1 on the left, both are known now and then. */
  function circle(R: number, seed: number) {
    const random = createRandom(seed);
    const angles = Float64Array.from({ length: R }, () => 2 * Math.PI * random.uniform());
    const rows = Float32Array.from({ length: 2 * R }, (_, i) => (i % 2 === 0 ? Math.cos : Math.sin)(angles[i >> 1]));
    const scores = Float32Array.from({ length: 2 * R }, (_, i) => {
      if (random.uniform() < 0.3) return unknown;
      return Math.cos(angles[i >> 1]) > 0 === (i % 2 === 0) ? 1 : 0;
    });
    return { rows, scores };
  }
  const squaredError = (quality: Float32Array, scores: Float32Array): number =>
    quality.reduce((sum, p, i) => (Number.isNaN(scores[i]) ? sum : sum + (p - scores[i]) ** 2), 0) / scores.length;

  const training = circle(6000, 1);
  const held = circle(200, 2);
  // two clusters, each of which lies across the border between the halves
  const centroids = Float32Array.of(Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2, -Math.SQRT1_2);
  const means = Float32Array.of(0.9, 0.1, 0.1, 0.9);
  const fit = (validationLoss = (map: ClusterMap) => squaredError(clusterMapQuality(map, held.rows, 2), held.scores)) =>
    trainClusterMap(training.rows, training.scores, 2, centroids, means, {
      seed: 3,
      validationLoss,
      pause: async () => {},
    });

  it("moves the border between clusters to where the scores change", async () => {
    const start = { map: centroids.map((value) => 12 * value), bias: new Float32Array(2), means };
    const before = squaredError(clusterMapQuality(start, held.rows, 2), held.scores);
    const map = await fit();
    expect(map.loss).toBeLessThan(0.9 * before);
    expect(map.means).toBe(means);
    expect(squaredError(clusterMapQuality(map, held.rows, 2), held.scores)).toBe(map.loss);
  });

  it("gives the same bits again, and keeps the start where nothing is better", async () => {
    expect(await fit()).toEqual(await fit());
    let calls = 0;
    const kept = await fit(() => calls++);
    expect([...kept.map]).toEqual([...centroids.map((value) => 12 * value)]);
    // the start and the epochs of its patience
    expect(calls).toBe(4);
  });
});
