import { createRandom } from "@onehead/core/training";
import type { RowTable } from "@onehead/data";
import { describe, expect, it } from "vitest";
import { inferPrices } from "./infer-prices.js";

interface Call {
  input: number;
  output: number;
  costUsd: number;
}

/** A table of two models; the calls are those of the second, the first has none recorded. */
function tableOf(calls: readonly Call[]): RowTable {
  const R = calls.length;
  const second = (value: (call: Call) => number): Float64Array =>
    Float64Array.from({ length: 2 * R }, (_, i) => (i % 2 === 0 ? Number.NaN : value(calls[(i - 1) / 2])));
  return {
    models: ["other", "priced"],
    ids: calls.map((_, r) => String(r)),
    prompts: calls.map((_, r) => `prompt ${r}`),
    datasets: calls.map(() => ""),
    scores: new Float32Array(2 * R).fill(1),
    costs: second(({ costUsd }) => costUsd),
    inputTokens: Float64Array.from(calls, ({ input }) => input),
    outputTokens: second(({ output }) => output),
  };
}

/** Calls of random lengths at list prices in USD per million tokens. */
function callsAt(inputPrice: number, outputPrice: number, count = 40): Call[] {
  const random = createRandom(1);
  return Array.from({ length: count }, () => {
    const [input, output] = [1 + random.integer(4000), 1 + random.integer(900)];
    return { input, output, costUsd: (input * inputPrice + output * outputPrice) / 1e6 };
  });
}

describe("inferPrices", () => {
  it.each([
    [2.5, 10],
    [0.15, 0.6],
    [0.075, 0.3],
    [15, 75],
    [0.2, 0.2],
    [3, 0],
    [0, 8],
  ])("recovers list prices of %d and %d exactly", (input, output) => {
    expect(inferPrices(tableOf(callsAt(input, output)), 1)).toEqual({
      inputUsdPerMillionTokens: input,
      outputUsdPerMillionTokens: output,
    });
  });

  it("recovers them from costs rounded to a few digits", () => {
    const calls = callsAt(2.5, 10, 200).map((call) => ({ ...call, costUsd: Number(call.costUsd.toPrecision(4)) }));
    const prices = inferPrices(tableOf(calls), 1);
    expect(prices?.inputUsdPerMillionTokens).toBeCloseTo(2.5, 3);
    expect(prices?.outputUsdPerMillionTokens).toBeCloseTo(10, 2);
  });

  it("gives null for costs that no list price explains", () => {
    const random = createRandom(2);
    const noise = callsAt(2.5, 10).map((call) => ({ ...call, costUsd: 0.001 + random.uniform() }));
    expect(inferPrices(tableOf(noise), 1)).toBeNull();
  });

  it("gives null when a single call is off by more than a hundredth", () => {
    const calls = callsAt(2.5, 10);
    const off = (factor: number): Call[] =>
      calls.map((call, r) => (r === 7 ? { ...call, costUsd: factor * call.costUsd } : call));
    expect(inferPrices(tableOf(off(1.005)), 1)).not.toBeNull();
    expect(inferPrices(tableOf(off(1.05)), 1)).toBeNull();
  });

  it("wants eight rows that record cost, input and output", () => {
    expect(inferPrices(tableOf(callsAt(1, 2, 8)), 1)).not.toBeNull();
    expect(inferPrices(tableOf(callsAt(1, 2, 7)), 1)).toBeNull();
    const nan = Number.NaN;
    const incomplete = callsAt(1, 2, 8);
    for (const missing of [{ costUsd: nan }, { costUsd: 0 }, { input: nan }, { output: nan }]) {
      const calls = incomplete.map((call, r) => (r === 3 ? { ...call, ...missing } : call));
      expect(inferPrices(tableOf(calls), 1)).toBeNull();
    }
    expect(inferPrices(tableOf(callsAt(1, 2, 40)), 0)).toBeNull();
    expect(inferPrices(tableOf([]), 1)).toBeNull();
  });

  it("charges all to the input where the answers are as long as the prompts throughout", () => {
    // 3 a million in and 5 out cannot be told from 8 and 0
    const calls = callsAt(0, 0).map(({ input }) => ({ input, output: input, costUsd: (8 * input) / 1e6 }));
    expect(inferPrices(tableOf(calls), 1)).toEqual({ inputUsdPerMillionTokens: 8, outputUsdPerMillionTokens: 0 });
  });

  it("never gives a price below zero", () => {
    // costs that fall a little with the answer's length, within the tolerance: 1 a million in, −0.001 out
    const calls = callsAt(1, 0).map((call) => ({
      ...call,
      costUsd: call.costUsd - (0.001 * Math.min(call.output, call.input)) / 1e6,
    }));
    const prices = inferPrices(tableOf(calls), 1);
    expect(prices?.outputUsdPerMillionTokens).toBe(0);
    expect(prices?.inputUsdPerMillionTokens).toBeCloseTo(1, 2);
  });
});
