import { buildRowTable, type RowTable } from "@onehead/data";
import { describe, expect, it } from "vitest";
import { trainRouter } from "../train-router.js";
import { fitRouterEmbedder } from "./fit-router-embedder.js";

const settings = { seed: 3, components: 8, epochs: 1, members: 1, anchors: 8, hiddenWidth: 8, keyWidth: 8 };

/** Sixty prompts of a few words, two models, one of them good at even numbers. */
function tableOf(): Promise<RowTable> {
  const words = ["sum", "proof", "poem", "river", "code", "tax"];
  return buildRowTable(
    Array.from({ length: 60 }, (_, i) => ({
      id: `row-${i}`,
      dataset: "",
      prompt: `${words[i % 6]} ${words[(i * 5 + 1) % 6]} number ${i}`,
      scores: { small: i % 2, large: 1 },
      costs: { small: 0.001, large: 0.01 },
    })),
  );
}

describe("fitRouterEmbedder", () => {
  it("is the embedder that trainRouter returns", async () => {
    const table = await tableOf();
    const { embedder } = await trainRouter(table, { settings });
    expect((await fitRouterEmbedder(table, { settings })).id).toBe(embedder.id);
  });

  it("is that with an external embedder too, which alone makes another one", async () => {
    const table = await tableOf();
    const external = {
      id: "test:lengths",
      dimensions: 2,
      embed: async (texts: readonly string[]) => Float32Array.from(texts.flatMap((text) => [text.length, 1])),
    };
    const { embedder } = await trainRouter(table, { settings, external });
    expect((await fitRouterEmbedder(table, { settings, external })).id).toBe(embedder.id);
    const alone = await fitRouterEmbedder(table, { settings: { ...settings, trainedFeatures: false }, external });
    expect(alone.dimensions).toBe(2);
    await expect(fitRouterEmbedder(table, { settings: { trainedFeatures: false } })).rejects.toThrow("trainedFeatures");
  });

  it("does not depend on labels, but on the seed of the split", async () => {
    const table = await tableOf();
    const masked = { ...table, scores: table.scores.map((score, i) => (i % 3 === 0 ? Number.NaN : score)) };
    const { id } = await fitRouterEmbedder(table, { settings });
    expect((await fitRouterEmbedder(masked, { settings })).id).toBe(id);
    expect((await fitRouterEmbedder(table, { settings: { ...settings, seed: 4 } })).id).not.toBe(id);
  });

  it("refuses settings that trainRouter refuses", async () => {
    const table = await tableOf();
    await expect(fitRouterEmbedder(table, { settings: { components: 0 } })).rejects.toThrow("settings.components: 0");
  });
});
