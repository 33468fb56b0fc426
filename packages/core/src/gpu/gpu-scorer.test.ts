import { GPU } from "gpu.js";
import { describe, expect, test } from "vitest";
import { Router } from "../router/router.js";
import { compareToRouter, preferences, rowsOf, scoredArtifacts } from "./contract/scored-cases.js";
import { openGpuScorer } from "./open-gpu-scorer.js";

describe.each(["cpu", "webasm"] as const)("kernels that gpu.js runs on the processor (%s)", (mode) => {
  test.each(Object.entries(scoredArtifacts))("choose as the router does: %s", async (_, make) => {
    const artifact = make();
    const router = new Router(artifact);
    const scorer = await openGpuScorer(artifact, { gpu: GPU, mode, use: "gpu", blockRows: [16, 8] });
    expect(scorer.candidates.map(({ id }) => id)).toEqual(router.candidates.map(({ id }) => id));
    const rows = rowsOf(router.dimensions, 51);
    for (const preference of preferences) {
      const found = await compareToRouter(scorer, router, rows, preference);
      expect(found).toMatchObject({ rows: 51, different: 0, lost: null });
      expect(found.quality).toBeLessThan(1e-5);
      expect(found.cost).toBeLessThan(2e-5);
      expect(found.reward).toBeLessThan(2e-5);
    }
    await scorer.close();
  });
});
