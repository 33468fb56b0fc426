import { describe, expect, it } from "vitest";
import { hashToken } from "../text/tokenize.js";
import { embedGrams } from "./character-grams.js";

const G = 32;

function grams(text: string, knows: (hash: number) => boolean = () => false, weight = 1): Float32Array {
  const out = new Float32Array(G).fill(7);
  embedGrams(out, 0, G, weight, text, knows);
  return out;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, j) => sum + value * b[j], 0);
}

describe("embedGrams", () => {
  it("has the length weight · √(share of unknown words)", () => {
    const known = new Set(["the", "cat"].map(hashToken));
    expect(Math.hypot(...grams("the cat zqxv sits", (hash) => known.has(hash), 0.5))).toBeCloseTo(
      0.5 * Math.SQRT1_2,
      6,
    );
    expect(grams("The CAT", (hash) => known.has(hash))).toEqual(new Float32Array(G));
    expect(grams(" .\n")).toEqual(new Float32Array(G));
  });

  it("brings words with a common stem together and keeps others apart", () => {
    const stem = dot(grams("Geschwindigkeit"), grams("Geschwindigkeiten"));
    const other = dot(grams("Geschwindigkeit"), grams("Apfelbaum"));
    expect(stem).toBeGreaterThan(0.8);
    expect(other).toBeLessThan(0.4);
  });

  it("reads scripts without spaces by units and pairs", () => {
    const near = dot(grams("什么是机器学习"), grams("机器学习是什么"));
    const far = dot(grams("什么是机器学习"), grams("明天会下雨吗"));
    expect(near).toBeGreaterThan(0.7);
    expect(far).toBeLessThan(0.5);
  });

  it("does not mind case, and stays inside its cells", () => {
    expect(grams("Straße")).toEqual(grams("straße"));
    const out = new Float32Array(G + 2).fill(3);
    embedGrams(out, 1, G, 1, "abc def", () => false);
    expect([out[0], out[G + 1]]).toEqual([3, 3]);
  });

  it.each(["", "🙂", "\ud800", "x", "ab", "\0"])("is finite for %j", (text) => {
    expect(grams(text).every(Number.isFinite)).toBe(true);
  });
});
