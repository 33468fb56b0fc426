import { type Artifact, knownOutputs } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { buildRowTable } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { beforeAll, describe, expect, test } from "vitest";
import { trainRouter } from "../train-router.js";
import { chooseProbePrompts } from "./choose-probe-prompts.js";

let artifact: Artifact;
let embeddings: Float32Array;
const R = 160;

beforeAll(async () => {
  const random = createRandom(3);
  const rows = Array.from({ length: R }, (_, i) => ({
    id: `r${i}`,
    prompt: i % 2 === 0 ? `what is ${i} plus ${3 * i}?` : `who ruled kingdom number ${i}?`,
    scores: { small: i % 2 === 0 ? 1 : 0, large: random.uniform() < 0.8 ? 1 : 0 },
    costs: { small: 0.0001, large: 0.002 },
  }));
  const settings = {
    members: 1,
    epochs: 2,
    anchors: 8,
    keyWidth: 6,
    hiddenWidth: 8,
    rank: 2,
    components: 8,
    features: 128,
  };
  ({ artifact } = await trainRouter(await buildRowTable(rows), { settings }));
  embeddings = embedderOf(artifact).embedSync(rows.map(({ prompt }) => prompt));
});

describe.each(["stratified", "design", "random"] as const)("%s", (method) => {
  test("gives that many different rows, the same for the same seed", () => {
    const chosen = chooseProbePrompts(artifact, embeddings, 20, { method, seed: 5 });
    expect(new Set(chosen).size).toBe(20);
    for (const r of chosen) expect(r).toBeLessThan(R);
    expect(chooseProbePrompts(artifact, embeddings, 20, { method, seed: 5 })).toEqual(chosen);
  });

  test("gives all where there are no more", () => {
    const chosen = chooseProbePrompts(artifact, embeddings, 500, { method });
    expect([...chosen].sort((a, b) => a - b)).toEqual(Array.from({ length: R }, (_, r) => r));
  });
});

test("stratified takes one of every quantile of difficulty", () => {
  const { components } = knownOutputs(artifact, embeddings);
  const T = artifact.manifest.newModels!.components;
  const byDifficulty = Array.from({ length: R }, (_, r) => r).sort((a, b) => components[a * T] - components[b * T]);
  const chosen = new Set(chooseProbePrompts(artifact, embeddings, 8));
  const values = [...chosen].map((r) => components[r * T]).sort((a, b) => a - b);
  values.forEach((value, i) => {
    expect(value).toBeGreaterThanOrEqual(components[byDifficulty[i * 20] * T]);
    expect(value).toBeLessThanOrEqual(components[byDifficulty[i * 20 + 19] * T]);
  });
});

test("design chooses its next prompt without regard to how many are wanted", () => {
  const few = chooseProbePrompts(artifact, embeddings, 5, { method: "design" });
  expect(chooseProbePrompts(artifact, embeddings, 12, { method: "design" }).slice(0, 5)).toEqual(few);
});

test.each<[string, () => unknown, string]>([
  ["a count of 0", () => chooseProbePrompts(artifact, embeddings, 0), "count: 0"],
  ["half a row", () => chooseProbePrompts(artifact, embeddings.subarray(1), 3), "embeddings"],
  ["an unknown method", () => chooseProbePrompts(artifact, embeddings, 3, { method: "best" as never }), "method: best"],
  [
    "an artifact without the basis",
    () => {
      const { newModels: _, ...manifest } = artifact.manifest;
      return chooseProbePrompts({ ...artifact, manifest }, embeddings, 3);
    },
    "newModels: missing",
  ],
])("%s is refused", (_, run, message) => {
  expect(run).toThrow(message);
});
