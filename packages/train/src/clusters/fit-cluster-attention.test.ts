import { sigmoid } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { wasmTrainingBackend } from "@onehead/core/training/wasm";
import { describe, expect, it } from "vitest";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { createContext } from "../workers/task-context.js";
import { type ClusterInputs, clusterLogits, fitClusterAttention as fitClusters } from "./fit-cluster-attention.js";

const unknown = Number.NaN;
const [D, M] = [4, 3];
const pause = async (): Promise<void> => {};
const backend = wasmTrainingBackend()!;

const fitClusterAttention = (
  training: LabelledRows,
  validation: LabelledRows,
  options: Omit<ClusterInputs, "training" | "validation">,
  wait: () => Promise<void>,
) => fitClusters({ training, validation, ...options }, createContext(backend, wait));

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

/** The kind of each of the rows of `labelled`. */
const kinds = (rows: number) => Int32Array.from({ length: rows }, (_, r) => r % 2);

describe("fitClusterAttention", () => {
  it.each([1, 0.3])(
    "says which model is right on which kind of prompt, a share of %d of the scores known",
    async (known) => {
      const clusters = await fitClusterAttention(
        labelled(900, 1, known),
        labelled(200, 2, known),
        { seed: 0, prior: 10, tasks: null },
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
    const clusters = await fitClusterAttention(labelled(20, 1), none, { seed: 0, prior: 10, tasks: null }, pause);
    expect(clusters.maps.map(({ bias }) => bias.length)).toEqual([20, 20]);
    expect(clusterLogits(clusters, labelled(5, 4)).every(Number.isFinite)).toBe(true);
    expect(clusterLogits(clusters, none)).toEqual(new Float32Array(0));
  });

  it("gives the same bits again, others for another seed, and ends when the pause throws", async () => {
    const fit = (seed: number, wait = pause) =>
      fitClusterAttention(labelled(300, 1), labelled(80, 2), { seed, prior: 10, tasks: null }, wait);
    expect(await fit(0)).toEqual(await fit(0));
    expect((await fit(0)).maps[0].map).not.toEqual((await fit(1)).maps[0].map);
    await expect(fit(0, () => Promise.reject(new Error("stopped")))).rejects.toThrow("stopped");
  });

  it("takes the tasks that rows name for clusters, and knows them by their prompts", async () => {
    const tasks = { count: 2, training: kinds(600), validation: kinds(100) };
    const { maps } = await fitClusterAttention(
      labelled(600, 1),
      labelled(100, 2),
      { seed: 0, prior: 10, tasks },
      pause,
    );
    expect(maps.map(({ bias }) => bias.length)).toEqual([2]);
    const [first, second] = [maps[0].means.subarray(0, M), maps[0].means.subarray(M)];
    expect(first[0]).toBeGreaterThan(0.8);
    expect(second[1]).toBeGreaterThan(0.8);
    const logits = clusterLogits({ maps, weight: 0.5 }, labelled(200, 3));
    let right = 0;
    for (let r = 0; r < 200; r++) if (logits[r * M + (r % 2)] > logits[r * M + 1 - (r % 2)]) right++;
    expect(right).toBeGreaterThan(190);
  });

  it("leaves names that tell nothing of the scores", async () => {
    const random = createRandom(9);
    const any = (rows: number) => Int32Array.from({ length: rows }, () => random.integer(2));
    const tasks = { count: 2, training: any(600), validation: any(200) };
    const { maps } = await fitClusterAttention(
      labelled(600, 1),
      labelled(200, 2),
      { seed: 0, prior: 10, tasks },
      pause,
    );
    expect(maps.map(({ bias }) => bias.length)).toEqual([32, 64]);
  });

  it("believes the names where no validation row has a score, and rows without a name count for none", async () => {
    const training = kinds(600).map((kind, r) => (r % 3 === 0 ? -1 : kind));
    const tasks = { count: 2, training, validation: new Int32Array(0) };
    const { maps } = await fitClusterAttention(labelled(600, 1), labelled(0, 2), { seed: 0, prior: 10, tasks }, pause);
    expect(maps[0].means[0]).toBeGreaterThan(0.8);
    expect(maps[0].means[M]).toBeLessThan(0.35);
  });
});
