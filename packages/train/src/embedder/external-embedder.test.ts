import { hashString, OneheadError, parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { buildRowTable, type PromptRow, type RowTable, splitTable } from "@onehead/data";
import { type Embedder, embedderOf, neededEmbedder } from "@onehead/embed";
import { expect, test } from "vitest";
import { type Checkpoint, parseCheckpoint, serializeCheckpoint } from "../checkpoint/checkpoint.js";
import type { TrainingSettings } from "../settings/training-settings.js";
import { trainRouter } from "../train-router.js";

const small: Partial<TrainingSettings> = {
  members: 2,
  epochs: 3,
  anchors: 8,
  keyWidth: 6,
  hiddenWidth: 8,
  rank: 2,
  batchRows: 16,
  components: 8,
  features: 128,
  externalComponents: 6,
};

/** Prompts of random letters: which of them the small model gets right, their words do not say. */
function madeRows(count: number): PromptRow[] {
  const random = createRandom(3);
  const word = (): string => Array.from({ length: 7 }, () => "abcdefghij"[random.integer(10)]).join("");
  return Array.from({ length: count }, (_, i) => {
    const prompt = `${word()} ${word()} ${word()}`;
    const scores = {
      small: isEasy(prompt) === random.uniform() < 0.95 ? 1 : 0,
      large: random.uniform() < 0.85 ? 1 : 0,
    };
    return { id: `row-${i}`, prompt, scores, costs: { small: 0.0001, large: 0.002 } };
  });
}

const isEasy = (prompt: string): boolean => hashString(prompt) % 2 === 0;

/** Knows what the words do not say, in one of 12 directions. */
function knowingEmbedder(over: Partial<Embedder> = {}): Embedder & { seen: string[] } {
  const seen: string[] = [];
  return {
    id: "test:knowing",
    dimensions: 12,
    origin: { provider: "test", model: "knowing" },
    seen,
    async embed(texts) {
      seen.push(...texts);
      return Float32Array.from({ length: 12 * texts.length }, (_, i) => {
        const text = texts[Math.floor(i / 12)];
        return i % 12 === 0 ? (isEasy(text) ? 1 : -1) : 0.1 * Math.sin(hashString(text) * (i % 12));
      });
    },
    ...over,
  };
}

const tableOf = (count: number): Promise<RowTable> => buildRowTable(madeRows(count));
const settingsWith = (over: Partial<TrainingSettings> = {}) => ({ ...small, ...over });

test.each([true, false])(
  "a router learns what only an external embedder knows (trained features: %s)",
  async (trainedFeatures) => {
    const table = await tableOf(240);
    const external = knowingEmbedder();
    const { artifact } = await trainRouter(table, { settings: settingsWith({ trainedFeatures }), external });
    const served = parseArtifact(serializeArtifact(artifact, { precision: "float16" }));
    const embedder = embedderOf(served, { external });
    const router = new Router(served);
    router.assertEmbedder(embedder);
    const { quality } = router.predictBatch(
      await embedder.embed(table.prompts),
      new Float64Array(table.prompts.length).fill(20),
    );
    const meanOf = (easy: boolean): number => {
      const rows = table.prompts.flatMap((prompt, r) => (isEasy(prompt) === easy ? [r] : []));
      return rows.reduce((sum, r) => sum + quality[2 * r], 0) / rows.length;
    };
    expect(meanOf(true)).toBeGreaterThan(meanOf(false) + 0.3);
  },
);

test("each prompt of the training and validation parts is embedded once, none of the held-out part", async () => {
  const table = await tableOf(100);
  const external = knowingEmbedder();
  await trainRouter(table, { settings: small, external });
  const split = splitTable(table, { seed: 0, holdout: 0.3, validation: 0.15 });
  const fitted = [...split.train, ...split.validation].map((r) => table.prompts[r]);
  expect([...external.seen].sort()).toEqual(fitted.sort());
});

test("the artifact says what it needs, and the same rows give the same bytes, also when resumed", async () => {
  const table = await tableOf(80);
  const external = knowingEmbedder();
  const kept: Uint8Array[] = [];
  const { artifact } = await trainRouter(table, {
    settings: small,
    external,
    onCheckpoint: (state) => void kept.push(serializeCheckpoint(state)),
  });
  const bytes = serializeArtifact(artifact);
  expect(neededEmbedder(parseArtifact(bytes))).toEqual({
    id: "test:knowing",
    dimensions: 12,
    origin: { provider: "test", model: "knowing" },
  });
  expect(() => embedderOf(artifact)).toThrow(/needs the external embedder test:knowing of 12 dimensions/);
  const resume = (fingerprint: string): Checkpoint => parseCheckpoint(kept[1], fingerprint);
  const again = await trainRouter(table, { settings: small, external, resume });
  expect(serializeArtifact(again.artifact)).toEqual(bytes);
  // a checkpoint of a run with another embedder is no use
  const other = trainRouter(table, { settings: small, external: knowingEmbedder({ id: "other" }), resume });
  await expect(other).rejects.toThrow("other data, settings");
});

test("what an external embedder throws comes through, and its absence is named", async () => {
  const table = await tableOf(60);
  const failure = new OneheadError("http", "no");
  const failing = knowingEmbedder({ embed: () => Promise.reject(failure) });
  await expect(trainRouter(table, { settings: small, external: failing })).rejects.toBe(failure);
  await expect(trainRouter(table, { settings: { trainedFeatures: false } })).rejects.toThrow(
    "trainedFeatures: false without an external embedder",
  );
  for (const over of [
    { externalWeight: 0 },
    { externalComponents: 0.5 },
    { trainedFeatures: 1 as unknown as boolean },
  ]) {
    await expect(trainRouter(table, { settings: over, external: knowingEmbedder() })).rejects.toThrow(
      `settings.${Object.keys(over)[0]}`,
    );
  }
});
