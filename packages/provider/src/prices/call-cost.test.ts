import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Usage } from "../chat/usage.js";
import { ProviderError } from "../errors/provider-error.js";
import { costOfCall } from "./call-cost.js";
import type { ModelPrices } from "./prices.js";

const prices: ModelPrices = {
  inputUsdPerMillionTokens: 3,
  outputUsdPerMillionTokens: 15,
  cachedInputUsdPerMillionTokens: 0.3,
  cacheWriteUsdPerMillionTokens: 3.75,
  cacheWriteHourUsdPerMillionTokens: 6,
  source: "test",
  asOf: "2026-10-01",
};
const plain: ModelPrices = {
  inputUsdPerMillionTokens: 0.1,
  outputUsdPerMillionTokens: 0.5,
  source: "test",
  asOf: "2026-10-01",
};

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("the cost of a call", () => {
  test("is input and output at their prices", () => {
    // 1234 · 3 + 56 · 15 = 3702 + 840 = 4542 millionths
    expect(costOfCall({ inputTokens: 1234, outputTokens: 56 }, prices)).toEqual({
      usd: 0.004542,
      basis: "computed",
      notes: [],
    });
  });

  test("equals the sum on paper to the last digit", () => {
    // 1 · 0.1 + 1 · 0.2 = 0.3 millionths; doubles give 3.0000000000000004e-7
    const thirds = { ...plain, outputUsdPerMillionTokens: 0.2 };
    expect(costOfCall({ inputTokens: 1, outputTokens: 1 }, thirds).usd).toBe(3e-7);
    // 123 457 · 0.15 + 8 191 · 0.6 = 18 518.55 + 4914.6 = 23 433.15 millionths
    const mini = { ...plain, inputUsdPerMillionTokens: 0.15, outputUsdPerMillionTokens: 0.6 };
    expect(costOfCall({ inputTokens: 123_457, outputTokens: 8191 }, mini).usd).toBe(0.02343315);
  });

  test("takes each kind of token at its own price, and adds the price of the request", () => {
    const usage: Usage = {
      inputTokens: 10_000,
      cachedInputTokens: 4000,
      cacheWriteTokens: 1000,
      cacheWriteHourTokens: 500,
      outputTokens: 2000,
      reasoningTokens: 700,
    };
    // 4500 · 3 + 4000 · 0.3 + 1000 · 3.75 + 500 · 6 = 13 500 + 1200 + 3750 + 3000 = 21 450
    // 1300 · 15 + 700 · 20 = 19 500 + 14 000 = 33 500;  54 950 millionths + 0.005
    const all = { ...prices, reasoningUsdPerMillionTokens: 20, requestUsd: 0.005 };
    expect(costOfCall(usage, all)).toEqual({ usd: 0.05995, basis: "computed", notes: [] });
  });

  test("takes reasoning for output where it has no price of its own", () => {
    // (100 + 900) · 15 + 10 · 3 = 15 030 millionths
    expect(costOfCall({ inputTokens: 10, outputTokens: 1000, reasoningTokens: 900 }, prices).usd).toBe(0.01503);
  });

  test("doubles when all tokens double", () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(count, count, count, count, (rest, cached, written, output) => {
        const usage = (times: number): Usage => ({
          inputTokens: times * (rest + cached + written),
          cachedInputTokens: times * cached,
          cacheWriteTokens: times * written,
          outputTokens: times * output,
        });
        expect(costOfCall(usage(2), prices).usd).toBe(2 * costOfCall(usage(1), prices).usd!);
      }),
    );
  });
});

describe("long input", () => {
  const tiered: ModelPrices = {
    ...plain,
    longInput: [
      { aboveInputTokens: 500_000, inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 },
      { aboveInputTokens: 100_000, inputUsdPerMillionTokens: 0.5, outputUsdPerMillionTokens: 2.5 },
    ],
  };

  test.each([
    // 100 000 · 0.1 + 1000 · 0.5 = 10 500
    [100_000, 0.0105],
    // 100 001 · 0.5 + 1000 · 2.5 = 52 500.5
    [100_001, 0.0525005],
    // 500 000 · 0.5 + 2500 = 252 500
    [500_000, 0.2525],
    // 500 001 · 2 + 8000 = 1 008 002
    [500_001, 1.008002],
  ])("of %i tokens has the prices of the longest limit that it exceeds", (inputTokens, usd) => {
    expect(costOfCall({ inputTokens, outputTokens: 1000 }, tiered).usd).toBe(usd);
  });

  test("counts cached tokens as input, and reckons them at the tier's price", () => {
    const cached: ModelPrices = {
      ...plain,
      longInput: [{ ...tiered.longInput![1], cachedInputUsdPerMillionTokens: 0.05 }],
    };
    // 1 · 0.5 + 100 000 · 0.05 = 5000.5
    expect(costOfCall({ inputTokens: 100_001, cachedInputTokens: 100_000, outputTokens: 0 }, cached).usd).toBe(
      0.0050005,
    );
  });
});

describe("prices that are missing", () => {
  const usage = { inputTokens: 1000, outputTokens: 10 };

  test("of parts of the input are those of other input, with a note for each part that has tokens", () => {
    // 1000 · 0.1 + 10 · 0.5 = 105 millionths
    expect(costOfCall({ ...usage, cachedInputTokens: 400, cacheWriteTokens: 300 }, plain)).toEqual({
      usd: 0.000105,
      basis: "computed",
      notes: [
        "no price of cached input is known: reckoned as other input",
        "no price of cache writes is known: reckoned as other input",
      ],
    });
    expect(costOfCall({ ...usage, cachedInputTokens: 0 }, plain).notes).toEqual([]);
  });

  test("of writes for an hour are those of other writes", () => {
    const { cacheWriteHourUsdPerMillionTokens: _, ...withoutHour } = prices;
    // 600 · 3 + 400 · 3.75 + 10 · 15 = 1800 + 1500 + 150 = 3450 millionths
    expect(costOfCall({ ...usage, cacheWriteHourTokens: 400 }, withoutHour)).toEqual({
      usd: 0.00345,
      basis: "computed",
      notes: ["no price of cache writes for an hour is known: reckoned as other writes"],
    });
  });

  test.each<[string, Usage, ModelPrices | undefined, string[]]>([
    ["a model", usage, undefined, ["the price is not known"]],
    ["input", { ...usage, inputTokens: undefined }, prices, ["the input tokens are not known"]],
    ["output", { ...usage, outputTokens: undefined }, prices, ["the output tokens are not known"]],
    [
      "everything",
      { inputTokens: undefined, outputTokens: undefined },
      undefined,
      ["the price is not known", "the input tokens are not known", "the output tokens are not known"],
    ],
  ])("of %s give no cost, never 0", (_, known, of, notes) => {
    expect(costOfCall(known, of)).toEqual({ usd: undefined, basis: "unknown", notes });
  });

  test("of 0 are prices: what is free costs 0", () => {
    const free = { ...plain, inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 };
    expect(costOfCall(usage, free)).toEqual({ usd: 0, basis: "computed", notes: [] });
  });
});

describe("what the provider reports", () => {
  test.each([0, 0.0123])("goes before what is computed: %d", (reportedCostUsd) => {
    const usage = { inputTokens: 1000, outputTokens: 10, reportedCostUsd };
    expect(costOfCall(usage, prices)).toEqual({ usd: reportedCostUsd, basis: "reported", notes: [] });
  });

  test("needs neither prices nor tokens", () => {
    const usage = { inputTokens: undefined, outputTokens: undefined, reportedCostUsd: 0.5 };
    expect(costOfCall(usage, undefined).usd).toBe(0.5);
  });
});

describe("usage that cannot be", () => {
  const fields = [
    "inputTokens",
    "cachedInputTokens",
    "cacheWriteTokens",
    "cacheWriteHourTokens",
    "outputTokens",
    "reasoningTokens",
    "reportedCostUsd",
  ];
  const values: unknown[] = [-1, Number.NaN, Number.POSITIVE_INFINITY, "12", null, {}];

  test.each(fields.flatMap((field) => values.map((value) => [field, value] as const)))(
    "is refused by the name of its field: %s of %s",
    (field, value) => {
      const usage = { inputTokens: 10, outputTokens: 10, [field]: value } as Usage;
      const error = errorOf(() => costOfCall(usage, prices));
      expect(ProviderError.isInstance(error) && error.code).toBe("invalid-argument");
      expect(String(error)).toContain(`costOfCall: usage.${field}: `);
    },
  );

  test.each<[string, Usage, string]>([
    [
      "more cached and written tokens than input",
      { inputTokens: 10, cachedInputTokens: 5, cacheWriteTokens: 4, cacheWriteHourTokens: 2, outputTokens: 1 },
      "costOfCall: usage.inputTokens: 10, expected at least the 11 cached and written",
    ],
    [
      "more reasoning than output",
      { inputTokens: 10, outputTokens: 1, reasoningTokens: 2 },
      "costOfCall: usage.reasoningTokens: 2, expected at most the 1 of output",
    ],
  ])("is refused: %s", (_, usage, message) => {
    expect(() => costOfCall(usage, prices)).toThrow(message);
  });

  test("may have parts that are exactly their whole", () => {
    const usage = { inputTokens: 10, cachedInputTokens: 10, outputTokens: 4, reasoningTokens: 4 };
    // 10 · 0.3 + 4 · 15 = 63 millionths
    expect(costOfCall(usage, prices).usd).toBe(0.000063);
  });
});

test.each([
  ["inputUsdPerMillionTokens", -1],
  ["outputUsdPerMillionTokens", Number.NaN],
  ["cachedInputUsdPerMillionTokens", "0.1"],
  ["requestUsd", Number.POSITIVE_INFINITY],
])("prices that cannot be are refused by the name of their field: %s", (field, value) => {
  const bad = { ...prices, [field]: value } as ModelPrices;
  const error = errorOf(() => costOfCall({ inputTokens: 1, outputTokens: 1 }, bad));
  expect(ProviderError.isInstance(error) && error.code).toBe("invalid-argument");
  expect(String(error)).toContain(`costOfCall: prices.${field}: `);
});
