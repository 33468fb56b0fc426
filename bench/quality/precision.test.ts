import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { quick, smallData } from "./small-set.fixture.mjs";

const script = join(import.meta.dirname, "precision.mjs");

describe("precision.mjs", () => {
  it("judges copies of the same router, goes on where it was, and gives the same figures again", () => {
    const data = smallData();
    const [work, out] = ["work", "out"].map((name) => mkdtempSync(join(tmpdir(), `onehead-precision-${name}-`)));
    const settings = JSON.stringify({ ...quick, kernel: true, clusters: true, components: 24 });
    const args = ["--sets", "small", "--seeds", "0,1", "--settings", settings, "--work", work, "--out", out];
    const run = () =>
      execFileSync(process.execPath, [script, ...args], { env: { ...process.env, ONEHEAD_DATA: data } });
    run();
    const text = readFileSync(join(out, "precision.json"), "utf8");
    const { sets } = JSON.parse(text);
    expect(sets).toHaveLength(1);
    const { float32, float16, int8, columns, all } = sets[0].copies;
    expect(float32).toMatchObject({ change: { values: [0, 0] }, moved: { mean: 0 }, rerouted: { mean: 0 } });
    for (const copy of [float16, int8, columns, all]) {
      // a coarser copy predicts otherwise, by little
      expect(copy.moved.mean).toBeGreaterThan(0);
      expect(copy.moved.mean).toBeLessThan(0.02);
      expect(Math.abs(copy.change.mean)).toBeLessThan(0.05);
      expect(copy.aiq.values[0] / float32.aiq.values[0] - 1).toBeCloseTo(copy.change.values[0], 4);
    }
    expect(int8.moved.mean).toBeGreaterThan(float16.moved.mean);
    expect(float16.weightBytes.mean * 2).toBe(float32.weightBytes.mean);
    expect(int8.weightBytes.mean).toBeLessThan(0.4 * float32.weightBytes.mean);
    expect(int8.weights).toEqual(float32.weights);
    expect(float32.weightBytes.mean).toBe(4 * float32.weights.mean);

    const kept = readdirSync(work).sort();
    expect(kept).toHaveLength(2);
    run();
    expect(readdirSync(work).sort()).toEqual(kept);
    expect(readFileSync(join(out, "precision.json"), "utf8")).toBe(text);
    expect(readFileSync(join(out, "precision.md"), "utf8")).toContain("| small | 3 |");
  }, 120_000);
});
