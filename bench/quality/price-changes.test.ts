import { parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { selectRows, splitTable } from "@onehead/data";
import { dearestMeanCostUsd, lambdaGrid } from "@onehead/eval";
import { defaultSettings, trainRouter } from "@onehead/train";
import { describe, expect, it } from "vitest";
import { priceChanges } from "./price-changes.mjs";
import { askedRows, readSet, recordedRows } from "./set-rows.mjs";

const models = ["cheap", "dear"];
const lambdasUsd = lambdaGrid(0.1);

it("finds the models that a new price moves, and no error where predictions stay exact", () => {
  // the dear one is better on every second prompt
  const R = 40;
  const scores = Float32Array.from({ length: 2 * R }, (_, i) => (i % 4 === 3 ? 1 : 0.5));
  const costsUsd = Float64Array.from({ length: 2 * R }, (_, i) => (i % 2 === 0 ? 0.05 : 0.1));
  const [half, double] = priceChanges(models, { scores, costsUsd }, { quality: scores, costUsd: costsUsd }, lambdasUsd);
  for (const change of [half, double]) {
    expect(change).toMatchObject({ costWithin: 1, followed: 1 });
    expect(change.costError).toBeCloseTo(0, 9);
    expect(change.optimism).toBeCloseTo(0, 9);
    expect(change.moved).toBeGreaterThan(0);
  }
  expect([half.factor, double.factor]).toEqual([0.5, 2]);
});

it("sees costs that are wrong before and after", () => {
  const scores = Float32Array.of(0.5, 1, 0.5, 1);
  const costsUsd = Float64Array.of(0.01, 0.1, 0.01, 0.1);
  const doubled = costsUsd.map((cost) => 2 * cost);
  for (const change of priceChanges(models, { scores, costsUsd }, { quality: scores, costUsd: doubled }, lambdasUsd)) {
    expect(change).toMatchObject({ costWithin: 0 });
    expect(change.costError).toBeCloseTo(1, 9);
  }
});

describe.skipIf(!process.env["ONEHEAD_DATA"])("prices changed after training (needs ONEHEAD_DATA)", () => {
  // costs in USD without tokens, and costs from tokens
  it.each(["routerbench", "zeroeval"])(
    "%s: choices move without retraining, costs stay right",
    async (set) => {
      const table = await readSet(process.env["ONEHEAD_DATA"], set);
      const split = splitTable(table, { seed: 0 });
      const { artifact, embedder } = await trainRouter(table, {
        settings: { ...defaultSettings, members: 1, seed: 0 },
      });
      const file = serializeArtifact(artifact);
      const heldOut = selectRows(table, split.heldOut);
      const asked = await askedRows(heldOut, embedder);
      const predict = (router: Router) => router.predictBatch(asked.embeddings, asked.inputTokens);
      const before = predict(new Router(parseArtifact(file)));
      const M = table.models.length;

      // the router itself, repriced, is what the bench makes of its predictions
      for (const m of [0, M - 1]) {
        const router = new Router(parseArtifact(file));
        router.updatePrices({ [table.models[m]]: { factor: 2 } });
        const after = predict(new Router(parseArtifact(serializeArtifact(router.toArtifact()))));
        expect(after.quality).toEqual(before.quality);
        after.costUsd.forEach((cost, i) => {
          expect(Math.abs(cost / (before.costUsd[i] * (i % M === m ? 2 : 1)) - 1)).toBeLessThan(1e-9);
        });
      }
      const trained = selectRows(table, split.train);
      const grid = lambdaGrid(dearestMeanCostUsd(trained.costs, M));
      for (const change of priceChanges(table.models, recordedRows(heldOut), before, grid)) {
        expect(change.followed).toBe(1);
        expect(change.moved).toBeGreaterThan(0.01);
        expect(change.costError).toBeLessThan(0.1);
        expect(change.costWithin).toBeGreaterThan(0.8);
      }
    },
    180_000,
  );
});
