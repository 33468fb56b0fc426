import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRows } from "./readers/open-rows.js";
import { splitTable } from "./split/split-table.js";
import { buildRowTable } from "./table/build-row-table.js";

const data = process.env["ONEHEAD_DATA"];

describe.skipIf(!data)("the six public sets (needs ONEHEAD_DATA)", () => {
  it.each([
    ["routerbench", 2810, 11],
    ["mmlu_pro", 9449, 14],
    ["zeroeval", 2282, 27],
    ["llmrouter_nim", 4414, 9],
    ["openllm_v2", 17793, 18],
    ["routellm", 15361, 2],
  ])("%s has %i prompts of %i models, each scored and priced", async (set, prompts, models) => {
    const forms: string[] = [];
    const path = join(data ?? "", set, `${set}.jsonl.gz`);
    const table = await buildRowTable(openRows(path, { onForm: (form) => forms.push(form) }));
    expect(forms).toEqual(["wide"]);
    expect([table.ids.length, table.models.length]).toEqual([prompts, models]);
    expect(table.scores.some(Number.isNaN)).toBe(false);
    expect(table.costs.some(Number.isNaN)).toBe(false);

    // no normalized prompt on both sides is splitOf's law; here, that the sides are of the size asked for
    const { heldOut } = splitTable(table, { seed: 0 });
    expect(Math.abs(heldOut.length / prompts - 0.3)).toBeLessThan(0.03);
  });
});
