import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readRowsFromStream } from "./readers/read-rows-from-stream.js";
import type { PromptRow } from "./rows/prompt-row.js";
import { buildRowTable } from "./table/build-row-table.js";
import { toPromptRows } from "./table/to-prompt-rows.js";

// the formatter pads table cells
const page = readFileSync(new URL("../../../docs/data.md", import.meta.url), "utf8").replace(/ +/g, " ");
const sets = JSON.parse(readFileSync(new URL("../../../scripts/data/sets.json", import.meta.url), "utf8"));

function example(language: string): string {
  const block = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/data.md has no example in ${language}`);
  return block;
}

describe("docs/data.md", () => {
  it("has examples of long and wide form that hold the same scores and costs", async () => {
    const long = [...toPromptRows(await buildRowTable(readRowsFromStream([example("csv")], "csv")))];
    const wide: PromptRow[] = [];
    for await (const row of readRowsFromStream([example("json")], "jsonl")) wide.push(row);
    const known = ({ id, prompt, scores, costs }: PromptRow) => ({ id, prompt, scores, costs });
    expect(long.map(known)).toEqual(wide.map(known));
    expect(long).toHaveLength(2);
  });

  it("quotes an error that reading gives", async () => {
    const log = "prompt,model,score\na,m,1\nb,m,1.5\n";
    const reading = buildRowTable(readRowsFromStream([log], "csv", { name: "log.csv" }));
    const quoted = /^openRows: (log\.csv line 3: .*)$/m.exec(page)?.[1];
    await expect(reading).rejects.toThrow(`readRowsFromStream: ${quoted}`);
  });

  it.each(Object.keys(sets))("gives the counts and checksums of %s", (set) => {
    const { prompts, models, sha256, sha256Gzip, sources } = sets[set];
    expect(page).toContain(`| \`${set}\` | ${prompts.toLocaleString("en-US")} | ${models} |`);
    expect(page).toContain(`| \`${set}\` | \`${sha256}\` | \`${sha256Gzip}\` |`);
    for (const source of sources) expect(page).toContain(source.split("@")[0]);
    for (const source of sources) expect(page).toContain(source.split("@")[1] ?? "");
  });
});
