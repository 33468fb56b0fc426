import type { Artifact } from "@onehead/core";
import { buildRowTable, type PromptRow } from "@onehead/data";
import { inferPrices } from "@onehead/train";
import { expect, test } from "vitest";
import { servedPrices } from "./training-rows.js";

const list = { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 10, source: "a list", asOf: "2026-11-01" };
const served = { manifest: { candidates: [{ id: "a", prices: list }, { id: "b" }] } } as unknown as Artifact;

/** Rows of calls that all took 10 tokens in and 5 out, at so much each. */
async function tableOf(costs: readonly number[]) {
  async function* rows(): AsyncGenerator<PromptRow> {
    for (const [i, cost] of costs.entries()) {
      const tokens = { inputTokens: 10, outputTokens: { a: 5, b: 5 } };
      yield { id: String(i), prompt: `question ${i}`, scores: { a: 1, b: 1 }, costs: { a: cost, b: cost }, ...tokens };
    }
  }
  return buildRowTable(rows());
}

const atList = (10 * 2 + 5 * 10) / 1e6;

test("answers of one length do not tell the prices that the serving router knows", async () => {
  const table = await tableOf(Array.from({ length: 20 }, () => atList));
  expect(inferPrices(table, 0)?.outputUsdPerMillionTokens).not.toBe(10);
  expect(servedPrices(table, served, ["a", "b", "gone"])).toEqual({ a: list });
});

test("a few calls that were cheaper, from a prompt cache, say nothing against a price; most do", async () => {
  const cheaper = (count: number): number[] => Array.from({ length: 20 }, (_, i) => (i < count ? atList / 2 : atList));
  expect(servedPrices(await tableOf(cheaper(5)), served, ["a"])).toEqual({ a: list });
  expect(servedPrices(await tableOf(cheaper(15)), served, ["a"])).toEqual({});
});
