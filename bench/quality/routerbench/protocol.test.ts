import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildRowTable, openRows } from "@onehead/data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { splitFamily } from "./families.mjs";
import { numpyShuffle } from "./numpy-shuffle.mjs";
import { constantPrices } from "./willingness-to-pay.mjs";

const command = fileURLToPath(new URL("../routerbench-protocol.mjs", import.meta.url));
const models = ["gpt-4-1106-preview", "mistralai/mistral-7b-chat", "home/made"];
let folder: string;
let csv: string;

/** Rows in RouterBench's published columns: the strong model is right on sums, the weak one on names. */
function syntheticCsv(count: number): string {
  const header = [
    "sample_id",
    "prompt",
    "eval_name",
    ...models.flatMap((model) => [model, `${model}|model_response`, `${model}|total_cost`]),
  ];
  const lines = Array.from({ length: count }, (_, i) => {
    const isSum = i % 2 === 0;
    const task = i < count / 2 ? ["mmlu-algebra", "mmlu-history"][i % 2] : "mbpp";
    const prompt = isSum ? `what is ${i} plus ${3 * i}?` : `who ruled kingdom number ${i}?`;
    const scores = [isSum ? 1 : 0, isSum ? 0 : 1, i % 3 === 0 ? 0.75 : 0.25];
    const costs = [0.003, 0.00005, 0.0004].map((cost) => cost * (1 + (i % 4) / 10));
    const cells = models.flatMap((_model, m) => [scores[m], "an answer", costs[m]]);
    return [`${task}.${i}`, `"['${prompt}', 'Answer:']"`, task, ...cells].join(",");
  });
  return `${[header.join(","), ...lines].join("\n")}\n`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "onehead-routerbench-"));
  csv = join(folder, "routerbench_0shot.csv");
  writeFileSync(csv, syntheticCsv(120));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("numpyShuffle", () => {
  it("gives the orders that numpy.random.shuffle gives for a seed", () => {
    const shuffled = <T>(values: T[], seed: number): T[] => {
      numpyShuffle(values, seed);
      return values;
    };
    expect(shuffled([...Array(10).keys()], 42)).toEqual([8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
    expect(shuffled([..."abcdefg"], 7).join("")).toBe("cfagdbe");
    const long = shuffled([...Array(1000).keys()], 42);
    expect([...long.slice(0, 8), ...long.slice(-4)]).toEqual([
      521, 737, 740, 660, 411, 678, 626, 513, 270, 860, 435, 102,
    ]);
  });
});

describe("splitFamily", () => {
  it("takes 70 % of the tasks with the prefix, in the file's order within each part", async () => {
    const table = await buildRowTable(openRows(csv));
    const { train, test } = splitFamily(table, "mmlu");
    expect([train.length, test.length]).toEqual([42, 18]);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual([...Array(60).keys()]);
    expect(train).toEqual([...train].sort((a, b) => a - b));
    // the first of the shuffled ids train, the last test
    const ids = [...Array(60).keys()];
    numpyShuffle(ids, 42);
    expect(train).toContain(ids[0]);
    expect(test).toContain(ids[59]);
  });
});

describe("constantPrices", () => {
  it("takes the repository's price of a token, and the mean cost of a model that it does not list in the same unit", () => {
    const { prices, callsPerUnit } = constantPrices(models, Float64Array.of(0.004, 0.00004, 0.0004));
    expect([...prices.subarray(0, 2)]).toEqual([40e-7, 0.4e-7]);
    // 0.00404 USD a call for 40.4e-7 USD a token: 1,000 tokens
    expect(callsPerUnit).toBeCloseTo(1000, 6);
    expect(prices[2]).toBeCloseTo(4e-7, 12);
  });
});

describe("routerbench-protocol.mjs", () => {
  it("runs the whole protocol on a file with RouterBench's columns in one command", () => {
    const out = join(folder, "result.json");
    const run = spawnSync(process.execPath, [command, "--data", csv, "--families", "MMLU,MBPP,RAG", "--out", out], {
      encoding: "utf8",
    });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stderr).toContain("120 prompts, 3 models; 0 prompts of other tasks are left out");
    expect(run.stderr).toContain("RAG: 0 prompts, too few to train on: left out");
    for (const title of ["AIQ (paper), its 32", "AIQ (paper), 67", "AIQ (repository", "Maximum performance"]) {
      expect(run.stdout).toContain(`### ${title}`);
    }
    expect(run.stdout).toContain("| router | MMLU | MBPP | mean of families |");
    const result = JSON.parse(readFileSync(out, "utf8")) as Record<
      string,
      { trainRows: number; testRows: number; routers: Array<{ id: string; aiq: number; bestQuality: number }> }
    >;
    expect(Object.keys(result)).toEqual(["MMLU", "MBPP"]);
    const { trainRows, testRows, routers } = result["MMLU"];
    expect([trainRows, testRows]).toEqual([42, 18]);
    const published = ["KNN 5", "KNN 10", "KNN 40", "SVM", "MLP 100", "MLP 100, 100"];
    expect(routers.map(({ id }) => id)).toEqual(["zero router", "Onehead", ...published]);
    // who is right can be read off the prompt: a router that learns gains over the best single models
    const aiqOf = (id: string): number => routers.find((router) => router.id === id)!.aiq;
    expect(aiqOf("KNN 5")).toBeGreaterThan(aiqOf("zero router"));
    expect(aiqOf("Onehead")).toBeGreaterThan(aiqOf("zero router"));
  });

  it("says what is missing", () => {
    const run = (...args: string[]) => spawnSync(process.execPath, [command, ...args], { encoding: "utf8" });
    expect(run().stderr).toContain("--data names no file");
    const other = run("--data", csv, "--families", "MMLU,Chess");
    expect([other.status, other.stderr]).toEqual([
      2,
      expect.stringContaining("unknown family: Chess; families are GSM8K"),
    ]);
  });
});
