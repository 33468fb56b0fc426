import { OneheadError } from "@onehead/core";
import type { PromptRow } from "@onehead/data";
import { describe, expect, it } from "vitest";
import { readLoggedCalls } from "./logged-calls.js";

const row = (over: Partial<PromptRow> = {}): PromptRow => ({
  id: "1",
  prompt: "a secret question",
  scores: { small: 1 },
  costs: { small: 0.01 },
  propensities: { small: 0.25 },
  ...over,
});
async function failure(rows: PromptRow[], uniformOver?: string[]): Promise<OneheadError> {
  try {
    await readLoggedCalls(rows, uniformOver);
  } catch (error) {
    if (OneheadError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("readLoggedCalls", () => {
  it("reads a call a row, with all chances where the log has them", async () => {
    const full = row({ propensities: { small: 0.25, large: 0.75 }, inputTokens: 9 });
    const { calls } = await readLoggedCalls([row(), full]);
    expect(calls[0]).toMatchObject({ model: "small", score: 1, costUsd: 0.01, propensity: 0.25, propensities: null });
    expect(calls[1]).toMatchObject({ propensities: { small: 0.25, large: 0.75 }, inputTokens: 9 });
  });

  it("counts rows without a score or a cost, and leaves them out", async () => {
    const read = await readLoggedCalls([row({ scores: {} }), row({ costs: {} }), row()]);
    expect([read.calls.length, read.withoutOutcome]).toEqual([1, 2]);
  });

  it("takes models that were drawn evenly from a stated set", async () => {
    const { calls } = await readLoggedCalls([row({ propensities: {} })], ["small", "large"]);
    expect(calls[0]).toMatchObject({ propensity: 0.5, propensities: { small: 0.5, large: 0.5 } });
  });

  it.each([
    [{ propensities: {} }, "missing"],
    [{ propensities: { large: 0.5 } }, "missing"],
    [{ propensities: { small: 0, large: 1 } }, "0"],
    [{ propensities: { small: 1.5 } }, "1.5"],
    [{ propensities: { small: "0.5" } }, "0.5"],
  ])("says that a log of fixed choices cannot be judged by: %j", async (over, found) => {
    const error = await failure([row(), row(over as Partial<PromptRow>)]);
    expect(error.code).toBe("no-propensity");
    expect(error.message).toContain(`offPolicy: row 2: propensity: ${found}, expected the chance above 0`);
    expect(error.message).not.toContain("secret");
  });

  it("calls a row what it is told to", async () => {
    const names = (number: number): string => `log.jsonl line ${2 * number}`;
    const rows = [row(), row({ propensities: {} })];
    await expect(readLoggedCalls(rows, undefined, names)).rejects.toThrow(
      "offPolicy: log.jsonl line 4: propensity: missing",
    );
  });

  it("refuses rows of several models, and models outside the stated set", async () => {
    const dense = await failure([row({ scores: { small: 1, large: 1 } })]);
    expect(dense.message).toBe("offPolicy: row 1: outcomes of 2 models, expected those of the one that was chosen");
    const outside = await failure([row()], ["medium", "large"]);
    expect(outside.message).toBe("offPolicy: row 1: model: small, expected one of medium, large");
    expect((await failure([row()], "small" as never)).message).toContain("uniformOver: small, expected a list");
    expect((await failure([null as never])).message).toBe("offPolicy: row 1: null, expected an object");
    expect((await failure([row()], [])).message).toContain("uniformOver: no model");
    expect((await failure([row()], ["a", "a"])).message).toContain("uniformOver: a model twice");
  });

  it.each([
    [{ propensities: { small: 1e-308 } }, "propensity: 1e-308, expected a chance of at least 1e-9"],
    [{ propensities: { small: 5e-324 } }, "propensity: 5e-324, expected a chance of at least 1e-9"],
    [{ costs: { small: 1e308 } }, "cost: 1e+308, expected a number from 0 to 1000000000"],
    [{ costs: { small: -1 } }, "cost: -1, expected a number from 0 to 1000000000"],
    [{ costs: { small: Number.NaN } }, "cost: NaN, expected a number from 0 to 1000000000"],
    [{ scores: { small: 2 } }, "score: 2, expected a number from 0 to 1"],
    [{ scores: { small: Number.NaN } }, "score: NaN, expected a number from 0 to 1"],
    [{ scores: { small: "1" as never } }, "score: 1, expected a number from 0 to 1"],
    [{ prompt: 5 as never }, "prompt: number, expected text"],
    [{ inputTokens: -1 }, "inputTokens: -1, expected a number from 0 to 9007199254740991"],
    [{ costs: null as never }, "costs: null, expected an object by model"],
  ])("refuses numbers that no log has, and names the row: %j", async (over, found) => {
    const error = await failure([row(), row(over as Partial<PromptRow>)]);
    expect([error.code, error.message]).toEqual(["invalid-argument", `offPolicy: row 2: ${found}`]);
  });

  it("is not confused by a model that is named like a part of every object", async () => {
    const error = await failure([row({ scores: { constructor: 1 }, costs: {}, propensities: { small: 1 } })]);
    expect(error.code).toBe("no-propensity");
  });
});
