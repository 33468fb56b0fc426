import { GPU } from "gpu.js";
import { expect, test } from "vitest";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { Router } from "../router/router.js";
import type { CheckedBlock } from "../router/score-batch.js";
import { gpuWorkers } from "./batch-workers.js";
import { rowsOf } from "./contract/scored-cases.js";
import { openGpuScorer } from "./open-gpu-scorer.js";

const artifact = syntheticArtifact("low-rank");
const scorer = await openGpuScorer(artifact, { use: "cpu" });
const D = scorer.dimensions;
const { embeddings, tokens } = rowsOf(D, 40);
const preference = { reward: "linear", lambdaUsd: 0.01 } as const;
const feedbackShifts = new Float64Array(5);
const terms = { preference, candidates: scorer.candidates, backend: "js", feedbackShifts } as const;

const cuts = [
  [0, 17],
  [17, 18],
  [18, 40],
] as const;
let closed = 0;
async function* blocks(failAfter = Number.POSITIVE_INFINITY): AsyncGenerator<CheckedBlock, void, undefined> {
  try {
    for (const [i, [start, end]] of cuts.entries()) {
      if (i >= failAfter) throw new Error("wrong row");
      yield { start, embeddings: embeddings.subarray(start * D, end * D), inputTokens: tokens.subarray(start, end) };
    }
  } finally {
    closed++;
  }
}

test("gives the choices of every block, in their order", async () => {
  const whole = await scorer.score(embeddings, tokens, 40, { preference });
  const starts: number[] = [];
  for await (const scored of gpuWorkers(scorer).score(blocks(), terms)) {
    starts.push(scored.start);
    const end = scored.start + scored.rows;
    expect(scored.index).toEqual(whole.index.slice(scored.start, end));
    expect(scored.predictedQuality).toEqual(whole.predictedQuality.slice(scored.start, end));
    expect(scored.predictedCostUsd).toEqual(whole.predictedCostUsd.slice(scored.start, end));
    expect(scored.reward).toEqual(whole.reward.slice(scored.start, end));
  }
  expect(starts).toEqual([0, 17, 18]);
});

test("gives what came before a block that is wrong before its error", async () => {
  const starts: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const { start } of gpuWorkers(scorer).score(blocks(2), terms)) starts.push(start);
  };
  await expect(reading()).rejects.toThrow("wrong row");
  expect(starts).toEqual([0, 17]);
});

test("closes its blocks where the reader stops", async () => {
  const before = closed;
  for await (const { start } of gpuWorkers(scorer).score(blocks(), terms)) if (start === 0) break;
  expect(closed).toBe(before + 1);
});

test("refuses, at once, candidates or prices that the scorer was not opened with", () => {
  const workers = gpuWorkers(scorer);
  const others = scorer.candidates.slice(1);
  const dearer = scorer.candidates.map((candidate, i) => (i === 1 ? { ...candidate, smearing: 9 } : candidate));
  for (const candidates of [others, dearer]) {
    expect(() => workers.score(blocks(), { ...terms, candidates })).toThrow("gpuWorkers: candidates");
  }
});

test("are the workers of scoreBatch: what comes back are the choices of the router", async () => {
  const router = new Router(artifact);
  const own = await openGpuScorer(router.toArtifact(), { gpu: GPU, mode: "cpu", use: "gpu", blockRows: [16] });
  // rows one by one and in blocks, none of them spoilt
  const sound = rowsOf(D, 80).embeddings.subarray(20 * D);
  const input = [
    { embedding: sound.subarray(0, D), inputTokens: 7 },
    { embeddings: sound.subarray(D, 45 * D), inputTokens: new Float64Array(44).fill(30) },
    { embedding: sound.subarray(45 * D, 46 * D), inputTokens: 9 },
  ];
  const read = async (workers?: ReturnType<typeof gpuWorkers>): Promise<number[]> => {
    const found: number[] = [];
    for await (const { start, index } of router.scoreBatch(input, { willingnessToPayUsd: 0.01, workers })) {
      expect(start).toBe(found.length);
      found.push(...index);
    }
    return found;
  };
  const [expected, found] = [await read(), await read(gpuWorkers(own))];
  expect(found).toEqual(expected);
  expect(found).toHaveLength(46);
  expect(new Set(found).size).toBeGreaterThan(1);
  router.updatePrices({ alpha: { inputUsdPerMillionTokens: 5, outputUsdPerMillionTokens: 5 } });
  expect(() => router.scoreBatch(input, { workers: gpuWorkers(own) })).toThrow("gpuWorkers: candidates");
  await own.close();
});
