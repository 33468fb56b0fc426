import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../config/config.js";
import { readJson } from "./read-json.js";
import { readPrices } from "./read-prices.js";

const path = join(mkdtempSync(join(tmpdir(), "onehead-json-")), "file.json");

describe("readJson", () => {
  it("gives what the file says", async () => {
    writeFileSync(path, '{"a": [1, {"b": null}]}');
    expect(await readJson(path)).toEqual({ a: [1, { b: null }] });
  });

  it("refuses __proto__ by its place, which no reader of prices or settings would see", async () => {
    const message = `${path}: prices.__proto__: cannot be read, expected another name`;
    writeFileSync(path, '{"prices": {"__proto__": {"factor": 2}}}');
    await expect(readJson(path)).rejects.toThrow(message);
    await expect(readConfig(path)).rejects.toThrow(message);
    writeFileSync(path, '{"__proto__": {"inputUsdPerMillionTokens": 1, "outputUsdPerMillionTokens": 1}}');
    await expect(readPrices(path)).rejects.toThrow(`${path}: __proto__: cannot be read`);
  });

  it.each(["", "{", "[".repeat(200_000) + "]".repeat(200_000)])("refuses what is no JSON of use", async (text) => {
    writeFileSync(path, text);
    await expect(readJson(path)).rejects.toThrow(`${path}: not JSON`);
  });

  it("names a file that cannot be read", async () => {
    await expect(readJson(`${path}.missing`)).rejects.toThrow(`cannot read ${path}.missing: ENOENT`);
  });
});

describe("readPrices", () => {
  const prices = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 };

  it.each([
    [{ ...prices, inputUsdPerMillionTokens: 1e300 }, "m.inputUsdPerMillionTokens: Too big"],
    [{ ...prices, outputUsdPerMillionTokens: -1 }, "m.outputUsdPerMillionTokens: Too small"],
    [{ ...prices, source: "a\u001b[2J" }, "m.source: has a control character"],
    [{ ...prices, asOf: "a\n" }, "m.asOf: has a control character"],
  ])("refuses %j by model and field", async (wrong, message) => {
    writeFileSync(path, JSON.stringify({ m: wrong }));
    await expect(readPrices(path)).rejects.toThrow(`${path}: ${message}`);
  });

  it("gives prices with where they are from", async () => {
    const sourced = { ...prices, source: "a page", asOf: "2026-01-01" };
    writeFileSync(path, JSON.stringify({ m: sourced }));
    expect(await readPrices(path)).toEqual({ m: sourced });
  });
});
