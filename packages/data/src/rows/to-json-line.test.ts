import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRowsFromStream } from "../readers/read-rows-from-stream.js";
import type { PromptRow } from "./prompt-row.js";
import { toJsonLine } from "./to-json-line.js";

async function readBack(line: string): Promise<PromptRow[]> {
  const rows: PromptRow[] = [];
  for await (const row of readRowsFromStream([Buffer.from(line)], "jsonl")) rows.push(row);
  return rows;
}

// any code units, lone surrogates too, and the names that break careless objects
const text = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  minLength: 1,
});
const model = fc.oneof(text, fc.constantFrom("__proto__", "constructor", "7", "hasOwnProperty"));
const amount = fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0);
const cellsOf = (value: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(model, value), { maxLength: 5 }).map((cells) => Object.fromEntries(cells));
const promptRow: fc.Arbitrary<PromptRow> = fc
  .record(
    {
      id: text,
      prompt: text,
      dataset: text,
      scores: cellsOf(fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)),
      costs: cellsOf(amount),
      inputTokens: amount,
      outputTokens: cellsOf(amount),
      propensities: cellsOf(fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)),
    },
    { requiredKeys: ["id", "prompt", "scores", "costs"] },
  )
  .filter(({ scores, costs }) => Object.keys(scores).length + Object.keys(costs).length > 0);

describe("toJsonLine", () => {
  it("writes the wide form", () => {
    const row: PromptRow = { id: "1", prompt: "p", scores: { m: 1 }, costs: {}, inputTokens: 3 };
    expect(toJsonLine(row)).toBe('{"id":"1","prompt":"p","scores":{"m":1},"costs":{},"tokens":{"in":3}}\n');
  });

  it("gives one line of valid UTF-8 that reads back as an equal row", async () => {
    await fc.assert(
      fc.asyncProperty(promptRow, async (row) => {
        const line = toJsonLine(row);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(isUtf8(Buffer.from(line))).toBe(true);
        expect(await readBack(line)).toEqual([row]);
      }),
      { numRuns: 500 },
    );
  });
});
