import { type Artifact, addProbedModel, parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { buildRowTable } from "@onehead/data";
import type { TrainedEmbedder } from "@onehead/embed";
import { beforeAll, describe, expect, test } from "vitest";
import { trainRouter } from "../train-router.js";

let artifact: Artifact;
let embedder: TrainedEmbedder;
const prices = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 4 };
const promptOf = (i: number): string =>
  i % 2 === 0 ? `what is ${i} plus ${3 * i}?` : `who ruled kingdom number ${i} in the old days?`;

async function train(form: "low-rank" | "models"): Promise<void> {
  const random = createRandom(11);
  // clerk can add, poet knows kings, sage knows both
  const right = { clerk: [0.9, 0.1], poet: [0.15, 0.85], sage: [0.9, 0.9] };
  const rows = Array.from({ length: 400 }, (_, i) => ({
    id: `r${i}`,
    prompt: promptOf(i),
    scores: Object.fromEntries(
      Object.entries(right).map(([model, chances]) => [model, random.uniform() < chances[i % 2] ? 1 : 0]),
    ),
    costs: { clerk: 0.0001, poet: 0.0002, sage: 0.002 },
  }));
  const settings = {
    form,
    members: 2,
    epochs: 4,
    anchors: 16,
    keyWidth: 6,
    hiddenWidth: 8,
    rank: 2,
    components: 8,
    features: 128,
  };
  const trained = await trainRouter(await buildRowTable(rows), { settings });
  ({ embedder } = trained);
  artifact = parseArtifact(serializeArtifact(trained.artifact, { precision: "float16" }));
}

/** Mean predicted quality of a model that is right with these chances, on new sums and new kings. */
function qualityAfter(count: number, chances: readonly [number, number]): [number, number] {
  const random = createRandom(5);
  const samples = Array.from({ length: count }, (_, i) => ({
    embedding: embedder.embedSync([promptOf(1000 + i)]),
    score: random.uniform() < chances[i % 2] ? 1 : 0,
    costUsd: 0.0005,
  }));
  const router = new Router(addProbedModel(artifact, { id: "new", prices, samples, embedder }), { models: ["new"] });
  const meanOf = (parity: number): number => {
    const prompts = Array.from({ length: 30 }, (_, i) => promptOf(2000 + 2 * i + parity));
    const { quality } = router.predictBatch(embedder.embedSync(prompts), new Float64Array(30).fill(10));
    return quality.reduce((sum, value) => sum + value, 0) / 30;
  };
  return [meanOf(0), meanOf(1)];
}

describe.each(["low-rank", "models"] as const)("added to a router of the form %s", (form) => {
  beforeAll(() => train(form));

  test("forty scores tell a model that adds from one that knows kings", () => {
    const [sums, kings] = qualityAfter(40, [0.9, 0.1]);
    expect(sums).toBeGreaterThan(kings + 0.3);
    const [otherSums, otherKings] = qualityAfter(40, [0.1, 0.9]);
    expect(otherKings).toBeGreaterThan(otherSums + 0.3);
  });

  test("with many scores it is what it is", () => {
    const [sums, kings] = qualityAfter(400, [0.8, 0.3]);
    expect(Math.abs(sums - 0.8)).toBeLessThan(0.1);
    expect(Math.abs(kings - 0.3)).toBeLessThan(0.1);
  });

  test("what it costs follows its samples", () => {
    const sample = { embedding: embedder.embedSync([promptOf(1)]), score: 1, costUsd: 0.02 };
    const extended = addProbedModel(artifact, { id: "new", samples: new Array(40).fill(sample) });
    const { costUsd } = new Router(extended, { models: ["new"] }).predictBatch(sample.embedding, [10]);
    expect(costUsd[0] / 0.02).toBeGreaterThan(0.8);
    expect(costUsd[0] / 0.02).toBeLessThan(1.25);
  });
});
