import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PromptRow } from "@onehead/data";
import { describe, expect, it } from "vitest";
import { openNamedRows } from "./open-named-rows.js";

async function rowsOf(lines: readonly object[]): Promise<PromptRow[]> {
  const path = join(mkdtempSync(join(tmpdir(), "onehead-names-")), "rows.jsonl");
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const rows: PromptRow[] = [];
  for await (const row of openNamedRows(path, {})) rows.push(row);
  return rows;
}

const good = { prompt: "p\u001b", scores: { "größer 模型": 1 }, dataset: "sums" };

describe("openNamedRows", () => {
  it("gives rows as they are, whatever their prompts hold", async () => {
    expect(await rowsOf([good])).toMatchObject([good]);
  });

  it.each([
    [{ prompt: "q", scores: { "m\u001b[2J": 1 } }, "rows.jsonl line 2: model has a control character"],
    [{ prompt: "q", costs: { "m\u0007": 1 } }, "rows.jsonl line 2: model has a control character"],
    [
      { prompt: "q", scores: { m: 1 }, propensities: { "m\u009b": 1 } },
      "rows.jsonl line 2: model has a control character",
    ],
    [{ prompt: "q", scores: { m: 1 }, dataset: "a\nb" }, "rows.jsonl line 2: dataset has a control character"],
  ])("refuses %j by file, line and field", async (row, message) => {
    await expect(rowsOf([good, row])).rejects.toThrow(message);
  });
});
