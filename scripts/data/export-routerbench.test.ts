import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { buildRowTable, openRows } from "../../packages/data/dist/index.js";

const script = fileURLToPath(new URL("export-routerbench.py", import.meta.url));
// a Python that has pandas, where python3 has not
const python = process.env["ONEHEAD_PYTHON"] ?? "python3";
const hasPandas = spawnSync(python, ["-c", "import pandas"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "onehead-pickle-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The published columns by hand: a printed list, an unknown score, a quarter point, a score that is a string. */
const makePickles = `
import sys
import pandas as pd
wide = pd.DataFrame([
  {"sample_id": "mmlu-law.1", "prompt": "['Be brief.', \\"What's a tort?\\"]", "eval_name": "mmlu-law",
   "a/b": 1.0, "c": 0.0, "a/b|model_response": "['A wrong.']", "c|model_response": "['?']",
   "a/b|total_cost": 0.0025, "c|total_cost": 0.00001, "oracle_model_to_route_to": "a/b"},
  {"sample_id": "mbpp.2", "prompt": "['Write f.']", "eval_name": "mbpp",
   "a/b": "0.25", "c": float("nan"), "a/b|model_response": "['def f(): 1']", "c|model_response": "['']",
   "a/b|total_cost": 0.003, "c|total_cost": 0.00002, "oracle_model_to_route_to": "a/b"},
])
wide.to_pickle(sys.argv[1])
wide.drop(columns=["oracle_model_to_route_to"]).to_csv(sys.argv[2], index=False)
raw = pd.DataFrame([
  {"sample_id": row["sample_id"], "prompt": row["prompt"], "eval_name": row["eval_name"], "model_name": model,
   "performance": row[model], "model_response": row[model + "|model_response"], "total_cost": row[model + "|total_cost"]}
  for model in ("a/b", "c") for _, row in wide.iterrows()
])
raw.to_pickle(sys.argv[3])
`;

const expected = {
  models: ["a/b", "c"],
  ids: ["mmlu-law.1", "mbpp.2"],
  datasets: ["mmlu-law", "mbpp"],
  prompts: ["Be brief.\nWhat's a tort?", "Write f."],
  scores: Float32Array.of(1, 0, 0.25, Number.NaN),
  costs: Float64Array.of(0.0025, 0.00001, 0.003, 0.00002),
};

describe(`export-routerbench.py${hasPandas ? "" : " (skipped: no Python with pandas; ONEHEAD_PYTHON can name one)"}`, () => {
  it.skipIf(!hasPandas)(
    "makes of the wide and of the raw pickle the rows that the same columns as CSV give",
    async () => {
      const [wide, csv, raw] = ["wide.pkl", "wide.csv", "raw.pkl"].map((name) => join(folder, name));
      const made = spawnSync(python, ["-c", makePickles, wide, csv, raw], { encoding: "utf8" });
      expect(made.status, made.stderr).toBe(0);
      for (const [pickle, out] of [
        [wide, "wide.jsonl"],
        [raw, "raw.jsonl.gz"],
      ]) {
        const path = join(folder, out);
        const run = spawnSync(python, [script, pickle, path], { encoding: "utf8" });
        expect(run.status, run.stderr).toBe(0);
        expect(run.stdout).toBe(`${path}: 2 prompts\n`);
        expect(await buildRowTable(openRows(path))).toMatchObject(expected);
      }
      expect(await buildRowTable(openRows(csv))).toMatchObject(expected);
    },
  );

  it.skipIf(!hasPandas)("names the columns that it misses", () => {
    const path = join(folder, "other.pkl");
    const make = `import sys, pandas as pd; pd.DataFrame([{"prompt": "p"}]).to_pickle(sys.argv[1])`;
    expect(spawnSync(python, ["-c", make, path]).status).toBe(0);
    const run = spawnSync(python, [script, path, join(folder, "none.jsonl")], { encoding: "utf8" });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("no column sample_id, eval_name: found prompt");
  });
});

describe("RouterBench's columns as CSV", () => {
  it("need no conversion", async () => {
    const path = join(folder, "by-hand.csv");
    const header = "sample_id,prompt,eval_name,a/b,c,a/b|model_response,c|model_response,a/b|total_cost,c|total_cost";
    const rows = [
      `mmlu-law.1,"['Be brief.', ""What's a tort?""]",mmlu-law,1.0,0.0,['A wrong.'],['?'],0.0025,0.00001`,
      "mbpp.2,['Write f.'],mbpp,0.25,,['def f(): 1'],[''],0.003,0.00002",
    ];
    writeFileSync(path, `${[header, ...rows].join("\n")}\n`);
    expect(await buildRowTable(openRows(path))).toMatchObject(expected);
  });
});
