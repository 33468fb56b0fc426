import { describe, expect, test } from "vitest";
import { ProviderError } from "../errors/provider-error.js";
import { PriceBook, type PriceBookOptions } from "./price-book.js";
import type { ModelPrices, PricedModel } from "./prices.js";

const prices: ModelPrices = {
  inputUsdPerMillionTokens: 1,
  outputUsdPerMillionTokens: 2,
  source: "test",
  asOf: "2026-10-01",
};
const usage = { inputTokens: 1000, outputTokens: 100 };
const day = (text: string) => () => Date.parse(`${text}T12:00:00Z`);

function entry(changes: Partial<PricedModel> = {}): PricedModel {
  return { provider: "openai", model: "gpt-5.4", kind: "chat", prices, capabilities: {}, ...changes };
}

function book(options: PriceBookOptions = {}, models = [entry()]): PriceBook {
  return new PriceBook(models, { now: day("2026-10-02"), ...options });
}

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("the book", () => {
  test("finds a model by provider and name", () => {
    expect(book().find("openai", "gpt-5.4")).toEqual(entry());
    expect(book().find("azure", "gpt-5.4")).toBeUndefined();
    expect(book().pricesOf("openai", "gpt-5.4")).toEqual({ prices, notes: [] });
  });

  test("takes a later entry of the same model for an earlier one", () => {
    const own = entry({ prices: { ...prices, inputUsdPerMillionTokens: 0.8, source: "contract" } });
    const both = book({}, [entry(), entry({ model: "other" }), own]);
    expect(both.find("openai", "gpt-5.4")).toEqual(own);
    expect(both.models).toHaveLength(2);
  });

  test("reckons the cost of a call", () => {
    // 1000 · 1 + 100 · 2 = 1200 millionths
    expect(book().costOf("openai", "gpt-5.4", usage)).toEqual({ usd: 0.0012, basis: "computed", notes: [] });
  });

  test("asks for no price where the provider reports the cost", () => {
    const strict = book({ onMissing: "error" });
    expect(strict.costOf("openrouter", "unheard-of", { ...usage, reportedCostUsd: 0.01 }).usd).toBe(0.01);
  });
});

describe("a price that is missing", () => {
  test("gives no cost and says so, never 0", () => {
    expect(book().costOf("openai", "gpt-7", usage)).toEqual({
      usd: undefined,
      basis: "unknown",
      notes: ["PriceBook: openai/gpt-7: no price, expected an entry", "the price is not known"],
    });
  });

  test("is an error where that is asked for", () => {
    const error = errorOf(() => book({ onMissing: "error" }).costOf("openai", "gpt-7", usage));
    expect(ProviderError.isInstance(error) && error).toMatchObject({
      code: "price",
      provider: "openai",
      model: "gpt-7",
      message: "PriceBook: openai/gpt-7: no price, expected an entry",
    });
  });
});

describe("a price that is stale", () => {
  // 2026-10-01 and 90 days: 2026-12-30
  test.each([
    ["2026-10-01", []],
    ["2026-12-30", []],
    ["2026-12-31", ["PriceBook: openai/gpt-5.4: prices of 2026-10-01, 91 days old, expected at most 90 days old"]],
  ])("on %s is told by its age in days", (today, notes) => {
    expect(book({ now: day(today) }).pricesOf("openai", "gpt-5.4")).toEqual({ prices, notes });
  });

  test("still gives the cost, with the note beside it", () => {
    const cost = book({ now: day("2027-06-01") }).costOf("openai", "gpt-5.4", usage);
    expect(cost.usd).toBe(0.0012);
    expect(cost.notes).toHaveLength(1);
  });

  test("is an error where that is asked for", () => {
    const strict = book({ now: day("2027-06-01"), onStale: "error" });
    expect(ProviderError.isInstance(errorOf(() => strict.costOf("openai", "gpt-5.4", usage)))).toBe(true);
    expect(strict.find("openai", "gpt-5.4")).toEqual(entry());
  });

  test("has the age that the options say", () => {
    expect(book({ now: day("2026-10-09"), staleAfterDays: 7 }).pricesOf("openai", "gpt-5.4").notes).toHaveLength(1);
    expect(
      book({ now: day("2090-01-01"), staleAfterDays: Number.POSITIVE_INFINITY }).pricesOf("openai", "gpt-5.4").notes,
    ).toEqual([]);
  });
});

describe("a price of a day to come", () => {
  test("may be of tomorrow, where the day has begun east of here", () => {
    expect(book({ now: day("2026-09-30") }).pricesOf("openai", "gpt-5.4").notes).toEqual([]);
  });

  test("is no fresher than a stale one: a wrong year would never get old", () => {
    const early = { now: day("2026-09-28") };
    expect(book(early).pricesOf("openai", "gpt-5.4").notes).toEqual([
      "PriceBook: openai/gpt-5.4: prices of 2026-10-01, 3 days ahead, expected at most 90 days old",
    ]);
    expect(() => book({ ...early, onStale: "error" }).pricesOf("openai", "gpt-5.4")).toThrow("3 days ahead");
  });
});

describe("entries and options that cannot be", () => {
  const withPrices = (changes: Record<string, unknown>) =>
    entry({ prices: { ...prices, ...changes } as unknown as ModelPrices });
  const tier = { aboveInputTokens: 1000, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 };

  test.each<[string, unknown]>([
    ["PriceBook: models[0]: null", null],
    ["PriceBook: models[0].provider: undefined", { ...entry(), provider: undefined }],
    ["PriceBook: models[0].model: ", { ...entry(), model: "" }],
    ["PriceBook: models[0].prices: undefined", { ...entry(), prices: undefined }],
    ["openai/gpt-5.4.inputUsdPerMillionTokens: undefined", withPrices({ inputUsdPerMillionTokens: undefined })],
    ["openai/gpt-5.4.outputUsdPerMillionTokens: -1", withPrices({ outputUsdPerMillionTokens: -1 })],
    ["openai/gpt-5.4.cacheWriteUsdPerMillionTokens: NaN", withPrices({ cacheWriteUsdPerMillionTokens: Number.NaN })],
    ["openai/gpt-5.4.requestUsd: Infinity", withPrices({ requestUsd: Number.POSITIVE_INFINITY })],
    [
      "openai/gpt-5.4.longInput[0].aboveInputTokens: 1.5",
      withPrices({ longInput: [{ ...tier, aboveInputTokens: 1.5 }] }),
    ],
    [
      "openai/gpt-5.4.longInput[1].inputUsdPerMillionTokens: -2",
      withPrices({ longInput: [tier, { ...tier, inputUsdPerMillionTokens: -2 }] }),
    ],
    ["openai/gpt-5.4.longInput: an object", withPrices({ longInput: {} })],
    ["openai/gpt-5.4.longInput[0]: null", withPrices({ longInput: [null] })],
    ["openai/gpt-5.4.source: ", withPrices({ source: "" })],
    ["openai/gpt-5.4.asOf: 2026-02-30", withPrices({ asOf: "2026-02-30" })],
    ["openai/gpt-5.4.asOf: yesterday", withPrices({ asOf: "yesterday" })],
    ["openai/gpt-5.4.asOf: 20261001", withPrices({ asOf: 20261001 })],
  ])("are refused by the name of entry and field: %s", (message, bad) => {
    const error = errorOf(() => new PriceBook([bad as PricedModel]));
    expect(ProviderError.isInstance(error) && error.code).toBe("invalid-argument");
    expect(String(error)).toContain(message);
  });

  test.each([
    [{ onMissing: "ignore" }, "PriceBook: onMissing: ignore"],
    [{ onStale: null }, "PriceBook: onStale: null"],
    [{ staleAfterDays: 0 }, "PriceBook: staleAfterDays: 0"],
    [{ staleAfterDays: Number.NaN }, "PriceBook: staleAfterDays: NaN"],
    [{ staleAfterDays: "90" }, "PriceBook: staleAfterDays: 90"],
  ])("are refused: %o", (options, message) => {
    expect(() => new PriceBook([], options as unknown as PriceBookOptions)).toThrow(message);
  });
});
