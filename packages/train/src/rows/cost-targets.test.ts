import type { RowTable } from "@onehead/data";
import { describe, expect, it } from "vitest";
import { costTargets } from "./cost-targets.js";

const nan = Number.NaN;

/** A table of one model from its calls; `undefined` is not recorded. */
function tableOf(calls: ReadonlyArray<{ costUsd?: number; input?: number; output?: number }>): RowTable {
  return {
    models: ["model"],
    ids: calls.map((_, r) => String(r)),
    prompts: calls.map((_, r) => `prompt ${r}`),
    datasets: calls.map(() => ""),
    scores: new Float32Array(calls.length).fill(1),
    costs: Float64Array.from(calls, ({ costUsd }) => costUsd ?? nan),
    inputTokens: Float64Array.from(calls, ({ input }) => input ?? nan),
    outputTokens: Float64Array.from(calls, ({ output }) => output ?? nan),
  };
}

const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 4 };
const given = { model: price };
// eight calls at 1 and 4 USD per million tokens
const priced = Array.from({ length: 8 }, (_, r) => {
  const [input, output] = [100 + 50 * r, 40 + 7 * ((r * 5) % 8)];
  return { input, output, costUsd: (input + 4 * output) / 1e6 };
});

describe("costTargets", () => {
  it("learns tokens where they are recorded and the price can be inferred", () => {
    const { kinds, prices, targets } = costTargets(tableOf(priced), {});
    expect(kinds).toEqual(["tokens"]);
    expect(prices).toEqual([price]);
    expect(targets).toEqual(Float32Array.from(priced, ({ output }) => Math.log(output)));
  });

  it("learns tokens where they are recorded and the price is given, which wins over an inferred one", () => {
    const dearer = { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 };
    expect(costTargets(tableOf(priced), { model: dearer })).toMatchObject({ kinds: ["tokens"], prices: [dearer] });
    expect(costTargets(tableOf([{ output: 10 }]), given)).toMatchObject({ kinds: ["tokens"], prices: [price] });
  });

  it("learns USD where tokens are not recorded, or no price explains them", () => {
    const usd = costTargets(tableOf([{ costUsd: 0.01 }, {}, { costUsd: 0.5 }]), given);
    expect(usd.kinds).toEqual(["usd"]);
    expect(usd.targets).toEqual(Float32Array.of(Math.log(0.01), nan, Math.log(0.5)));
    const unexplained = priced.map((call, r) => ({ ...call, costUsd: r + 1 }));
    expect(costTargets(tableOf(unexplained), {})).toMatchObject({ kinds: ["usd"], prices: [null] });
  });

  it("counts a model without any recorded cost in tokens when its price is known, and leaves it unpriced when not", () => {
    const [models, R] = [["model", "other"], 2];
    const table = {
      ...tableOf([{}, {}]),
      models,
      scores: new Float32Array(2 * R),
      costs: new Float64Array(2 * R).fill(nan),
    };
    const outputTokens = Float64Array.of(nan, 30, nan, 40);
    const beside = costTargets({ ...table, outputTokens }, { model: price, other: price });
    expect(beside).toMatchObject({ kinds: ["tokens", "tokens"], prices: [price, price] });
    // nobody's answer length is known
    expect(costTargets(tableOf([{}, {}]), given)).toMatchObject({ kinds: ["tokens"], prices: [null] });
    expect(costTargets(tableOf([{}, {}]), {})).toMatchObject({ prices: [null] });
    expect(costTargets(tableOf([{}, {}]), {}).targets).toEqual(Float32Array.of(nan, nan));
  });

  it("leaves a model with tokens and no price unpriced, and never counts it in USD", () => {
    expect(costTargets(tableOf([{ input: 5, output: 10 }]), {})).toMatchObject({ kinds: ["tokens"], prices: [null] });
  });

  it("chooses by the rows that it may look at", () => {
    const heldOut = { input: 10, output: 10, costUsd: 1 };
    const table = tableOf([...priced, heldOut]);
    expect(costTargets(table, {}).kinds).toEqual(["usd"]);
    expect(costTargets(table, {}, tableOf(priced))).toMatchObject({ kinds: ["tokens"], prices: [price] });
  });

  it("gives free calls and empty answers a finite logarithm", () => {
    expect(costTargets(tableOf([{ costUsd: 0 }]), {}).targets).toEqual(Float32Array.of(Math.log(1e-9)));
    expect(costTargets(tableOf([{ output: 0 }]), given).targets).toEqual(Float32Array.of(0));
  });

  it("does not take a model's name for a property of the price list", () => {
    const table = { ...tableOf([{ costUsd: 1 }]), models: ["constructor"] };
    expect(costTargets(table, {}).prices).toEqual([null]);
  });
});
