import { sigmoid } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { clusterLogits, clusterProfiles, fitClusterAttention } from "./fit-cluster-attention.js";

const unknown = Number.NaN;
const [D, M] = [4, 3];
const pause = async (): Promise<void> => {};

/** Prompts of two kinds; model 0 is right on one of them, model 1 on the other, model 2 now and then. */
function labelled(rows: number, seed: number, known = 1): LabelledRows {
  const random = createRandom(seed);
  const embeddings = new Float32Array(rows * D);
  const scores = new Float32Array(rows * M);
  for (let r = 0; r < rows; r++) {
    const kind = r % 2;
    for (let d = 0; d < D; d++) embeddings[r * D + d] = (d === kind ? 3 : 0) + random.normal();
    const chances = [kind === 0 ? 0.9 : 0.2, kind === 1 ? 0.9 : 0.2, 0.5];
    chances.forEach((chance, m) => {
      scores[r * M + m] = random.uniform() >= known ? unknown : random.uniform() < chance ? 1 : 0;
    });
  }
  const costTargets = new Float32Array(rows * M).fill(unknown);
  return { embeddings, scores, costTargets, inputTokens: new Float64Array(rows).fill(10), rows };
}

describe("fitClusterAttention", () => {
  it.each([1, 0.3])(
    "says which model is right on which kind of prompt, a share of %d of the scores known",
    async (known) => {
      const clusters = await fitClusterAttention(
        labelled(900, 1, known),
        labelled(200, 2, known),
        { seed: 0, prior: 10 },
        pause,
      );
      expect(clusters.maps.map(({ bias }) => bias.length)).toEqual([32, 64]);
      const held = labelled(200, 3);
      const logits = clusterLogits(clusters, held);
      let right = 0;
      for (let r = 0; r < held.rows; r++) if (logits[r * M + (r % 2)] > logits[r * M + 1 - (r % 2)]) right++;
      expect(right).toBeGreaterThan(190);
      const mean = logits.filter((_, i) => i % M === 2).reduce((sum, logit) => sum + sigmoid(logit), 0) / held.rows;
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.07);
    },
  );

  it("takes as many clusters as there are rows, and stops by the training rows where none validates", async () => {
    const none = labelled(0, 2);
    const clusters = await fitClusterAttention(labelled(20, 1), none, { seed: 0, prior: 10 }, pause);
    expect(clusters.maps.map(({ bias }) => bias.length)).toEqual([20, 20]);
    expect(clusterLogits(clusters, labelled(5, 4)).every(Number.isFinite)).toBe(true);
    expect(clusterLogits(clusters, none)).toEqual(new Float32Array(0));
  });

  it("gives the same bits again, others for another seed, and ends when the pause throws", async () => {
    const fit = (seed: number, wait = pause) =>
      fitClusterAttention(labelled(300, 1), labelled(80, 2), { seed, prior: 10 }, wait);
    expect(await fit(0)).toEqual(await fit(0));
    expect((await fit(0)).maps[0].map).not.toEqual((await fit(1)).maps[0].map);
    await expect(fit(0, () => Promise.reject(new Error("stopped")))).rejects.toThrow("stopped");
  });
});

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
    const scores = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? (i < 20 ? 1 : 0) : unknown));
    const [asked, other] = clusterProfiles(new Int32Array(100), 1, scores, Float64Array.of(0.6, 0.6));
    expect(asked).toBeLessThan(0.2);
    expect(other).toBeLessThan(0.25);
  });
});
