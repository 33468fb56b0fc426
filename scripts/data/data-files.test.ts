import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRows, type PromptRow } from "../../packages/data/dist/index.js";
import { contentDigest } from "./content-digest.mjs";
import { parseIdRanges } from "./id-ranges.mjs";
import { callCostUsd, listPrices, quarterOfCharacters, toFiveDigits } from "./list-prices.mjs";
import { keptRows, writeRows } from "./run-converter.mjs";
import { verifySet } from "./verify.mjs";

const sets = JSON.parse(readFileSync(new URL("./sets.json", import.meta.url), "utf8"));
const row = (id: string): PromptRow => ({ id, prompt: "p", scores: { b: 1, a: 0 }, costs: { a: 0.1 } });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onehead-data-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("parseIdRanges", () => {
  it("puts each number in its pattern's place", () => {
    const ids = parseIdRanges({ "gsm/#*": "0-2,5", "arc.*/5shot": "7" });
    expect([...ids]).toEqual(["gsm/#0", "gsm/#1", "gsm/#2", "gsm/#5", "arc.7/5shot"]);
  });

  it.each(readdirSync(new URL("./kept/", import.meta.url)))(
    "gives as many ids from %s as its set has prompts",
    (name) => {
      const ids = parseIdRanges(JSON.parse(readFileSync(new URL(`./kept/${name}`, import.meta.url), "utf8")));
      expect(ids.size).toBe(sets[name.replace(".json", "")].prompts);
    },
  );
});

describe("contentDigest", () => {
  it("depends on no order and no digit beyond the twelfth, but on all else", () => {
    const digest = contentDigest([row("1"), row("2")]);
    expect(contentDigest([row("2"), { ...row("1"), scores: { a: 0, b: 1 }, costs: { a: 0.1 + 1e-17 } }])).toBe(digest);
    const others = [
      { ...row("2"), prompt: "q" },
      { ...row("2"), dataset: "d" },
      { ...row("2"), scores: { b: 1, a: 1 } },
      { ...row("2"), costs: { a: 0.1001 } },
      { ...row("2"), inputTokens: 0 },
      { ...row("2"), outputTokens: { a: 1 } },
      row("3"),
    ];
    const digests = others.map((other) => contentDigest([row("1"), other]));
    expect(new Set([digest, contentDigest([row("1")]), ...digests]).size).toBe(others.length + 2);
  });
});

describe("writeRows", () => {
  it("writes rows that read back, and the same bytes each time", async () => {
    const path = join(folder, "a.jsonl.gz");
    expect(await writeRows(path, [row("1"), row("2")])).toBe(2);
    const read: PromptRow[] = [];
    for await (const found of openRows(path)) read.push(found);
    expect(read).toEqual([row("1"), row("2")]);
    const first = readFileSync(path);
    await writeRows(path, [row("1"), row("2")]);
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it("leaves nothing half-written, and the old file, when the source fails", async () => {
    const path = join(folder, "a.jsonl.gz");
    await writeRows(path, [row("1")]);
    const before = readFileSync(path);
    function* failing() {
      yield row("1");
      throw new Error("the source is damaged");
    }
    await expect(writeRows(path, failing())).rejects.toThrow("the source is damaged");
    expect(readdirSync(folder)).toEqual(["a.jsonl.gz"]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("keptRows", () => {
  const collect = async (set: string, rows: PromptRow[]) => {
    const ids: string[] = [];
    for await (const { id } of keptRows(set, rows)) ids.push(id);
    return ids;
  };

  it("keeps the listed rows in the order of the source, and all where there is no list", async () => {
    expect(await collect("mmlu_pro", [row("mmlupro/72"), row("mmlupro/70"), row("mmlupro/71")])).toEqual([
      "mmlupro/72",
      "mmlupro/71",
    ]);
    expect(await collect("routellm", [row("anything")])).toEqual(["anything"]);
  });
});

describe("verifySet", () => {
  const put = (lines: string) => {
    mkdirSync(join(folder, "s"), { recursive: true });
    writeFileSync(join(folder, "s", "s.jsonl.gz"), gzipSync(lines));
  };
  const text = '{"id":"1","prompt":"p","scores":{"b":1,"a":0},"costs":{"a":0.1}}\n';
  const expected = { prompts: 1, models: 2, sha256: "", contentSha256: contentDigest([row("1")]) };

  it("accepts the content whatever the bytes", async () => {
    put(`${text.replace('"b":1,"a":0', '"a":0, "b":1.0')}`);
    expect(await verifySet(folder, "s", expected)).toEqual({ problems: [], isSameFile: false });
  });

  it("says what is wrong: no file, schema, counts, content", async () => {
    expect((await verifySet(folder, "s", expected)).problems).toEqual([expect.stringContaining("is missing")]);
    put(text.replace("0.1", "-1"));
    expect((await verifySet(folder, "s", expected)).problems).toEqual([
      expect.stringContaining('costs["a"] is negative'),
    ]);
    put(text.replace('"a":0', '"c":0') + text.replace('"1"', '"2"'));
    expect((await verifySet(folder, "s", expected)).problems).toEqual([
      "prompts: 2, expected 1",
      "models: 3, expected 2",
      expect.stringContaining("content SHA-256"),
    ]);
  });
});

const data = process.env["ONEHEAD_DATA"];

describe.skipIf(!data)("the files that sets.json describes (needs ONEHEAD_DATA)", () => {
  it.each(Object.keys(sets))("%s is the same file", async (set) => {
    expect(await verifySet(data ?? "", set, sets[set])).toEqual({ problems: [], isSameFile: true });
  });

  it.each(readdirSync(new URL("./kept/", import.meta.url)))("kept/%s lists its ids", async (name) => {
    const set = name.replace(".json", "");
    const ids = parseIdRanges(JSON.parse(readFileSync(new URL(`./kept/${name}`, import.meta.url), "utf8")));
    for await (const { id } of openRows(join(data ?? "", set, `${set}.jsonl.gz`))) expect(ids.delete(id)).toBe(true);
    expect(ids.size).toBe(0);
  });

  // the converters' arithmetic on the recorded token counts gives the recorded costs
  const templateTokens = (prompt: string) => Math.ceil(([...prompt].length + 319) / 4);
  const exact = (costUsd: number) => costUsd;
  it.each([
    ["mmlu_pro", quarterOfCharacters, undefined, toFiveDigits],
    ["zeroeval", templateTokens, undefined, toFiveDigits],
    ["llmrouter_nim", quarterOfCharacters, 256, exact],
    ["openllm_v2", quarterOfCharacters, 1, exact],
    ["routellm", quarterOfCharacters, undefined, exact],
  ] as const)("%s has the tokens and costs that its converter computes", (set, tokensOf, fixedOutput, round) => {
    const path = join(data ?? "", set, `${set}.jsonl.gz`);
    expect(existsSync(path)).toBe(true);
    let wrong = 0;
    for (const line of gunzipSync(readFileSync(path)).toString().trimEnd().split("\n")) {
      const { prompt, tokens, costs } = JSON.parse(line);
      if (tokensOf(prompt) !== tokens.in) wrong++;
      for (const [model, costUsd] of Object.entries<number>(costs)) {
        const expected = round(callCostUsd(listPrices(set)[model], tokens.in, fixedOutput ?? tokens.out[model]));
        if (Math.abs(expected - costUsd) > 1e-12 * costUsd) wrong++;
      }
    }
    expect(wrong).toBe(0);
  });
});
