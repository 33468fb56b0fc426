// Whole decisions of the backends on real prompts, by the built-in router and by one of the literal form.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Artifact, type Choice, estimateTokens, type Preference, parseArtifact, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { buildRowTable, openRows } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { beforeAll, describe, expect, it } from "vitest";
import { realPrompts } from "./real-prompts.fixture.js";
import { trainRouter } from "./train-router.js";

const data = process.env["ONEHEAD_DATA"];
const rows = 20_000;
/** Rewards as close as this are a tie, which float32 may break either way. */
const tie = 1e-6;
const builtIn = join(import.meta.dirname, "../../../apps/cli/artifacts/default.onehead");

const preferences = [
  { willingnessToPayUsd: 1e-4 },
  { willingnessToPayUsd: 0.01 },
  { willingnessToPayUsd: 1 },
  { costQuality: 3 },
  { costQuality: 10 },
];

describe.skipIf(!data)(`decisions on ${rows} real prompts (needs ONEHEAD_DATA)`, () => {
  let prompts: string[];
  beforeAll(async () => {
    prompts = await realPrompts(data ?? "", rows);
  }, 300_000);

  async function literalArtifact(): Promise<Artifact> {
    const table = await buildRowTable(openRows(join(data ?? "", "zeroeval", "zeroeval.jsonl.gz")));
    const settings = { form: "models", members: 1, epochs: 1, kernel: false, clusters: false } as const;
    return (await trainRouter(table, { settings, staticTable: staticEnglish() })).artifact;
  }

  it.each([
    ["the built-in router", async () => parseArtifact(readFileSync(builtIn))],
    ["a router of the literal form", literalArtifact],
  ])(
    "%s: js and wasm choose alike, but for ties",
    async (_, open) => {
      const artifact = await open();
      const embedder = embedderOf(artifact, { tables: [staticEnglish()] });
      const [js, wasm] = [new Router(artifact), new Router(artifact, { backend: wasmBackend() ?? undefined })];
      expect(wasm.backend).toBe("wasm");
      const resolved = preferences.map((preference) => js.resolvePreference(preference));
      const embedding = new Float32Array(embedder.dimensions);
      const chosen = new Set<string>();
      let others = 0;
      for (const prompt of prompts) {
        embedder.embedInto(embedding, prompt);
        const inputTokens = estimateTokens(prompt);
        for (const preference of resolved) {
          const [expected, found] = [js, wasm].map((router) => choiceOf(router, embedding, inputTokens, preference));
          chosen.add(js.candidates[expected.index].id);
          if (found.index === expected.index) continue;
          others++;
          const { quality, costUsd } = js.predictBatch(embedding, [inputTokens]);
          const reward =
            preference.reward === "linear"
              ? quality[found.index] - costUsd[found.index] / preference.lambdaUsd
              : Math.log(Math.max(1e-3, quality[found.index])) - costUsd[found.index] / preference.lambdaUsd;
          expect(expected.reward - reward).toBeLessThan(tie);
        }
      }
      expect(chosen.size).toBeGreaterThan(3);
      expect(others).toBeLessThan(rows / 1000);
    },
    600_000,
  );
});

function choiceOf(router: Router, embedding: Float32Array, inputTokens: number, preference: Preference): Choice {
  const out = { index: -1, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
  return router.choose(embedding, inputTokens, preference, out);
}
