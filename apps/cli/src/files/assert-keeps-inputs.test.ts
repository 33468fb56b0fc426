import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../process/report-failure.js";
import { assertKeepsInputs } from "./assert-keeps-inputs.js";

let folder: string;
let rows: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "onehead-inputs-"));
  rows = join(folder, "rows.jsonl");
  writeFileSync(rows, "{}\n");
  mkdirSync(join(folder, "sub"));
  symlinkSync(rows, join(folder, "link.jsonl"));
});

describe("assertKeepsInputs", () => {
  it("refuses an output that is an input, by whatever way the path leads there, and names both flags", async () => {
    for (const out of [rows, join(folder, "link.jsonl"), `${folder}/sub/../rows.jsonl`]) {
      const refused = assertKeepsInputs({ "--out": out }, { "--data": rows });
      await expect(refused).rejects.toBeInstanceOf(UsageError);
      await expect(refused).rejects.toThrow("--out would replace what --data names");
    }
  });

  it("refuses two outputs in one file, also where it is not there yet", async () => {
    const out = join(folder, "new.json");
    const refused = assertKeepsInputs({ "--out": out, "--report": `${folder}/./new.json` }, { "--data": rows });
    await expect(refused).rejects.toThrow("--report would replace what --out names");
  });

  it("lets through files apart, flags that were not given, and devices", async () => {
    await assertKeepsInputs(
      { "--out": join(folder, "a"), "--report": undefined },
      { "--data": rows, "--x": undefined },
    );
    await assertKeepsInputs({ "--out": "/dev/null" }, { "--data": "/dev/null" });
  });
});
