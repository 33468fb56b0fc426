import { jsBackend } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { beforeAll, describe, expect, it } from "vitest";
import { TokenBuffer } from "../text/token-buffer.js";
import { hashToken } from "../text/tokenize.js";
import { StaticTable } from "./static-table.js";
import { StaticWords } from "./static-words.js";
import { writeStaticTable } from "./write-static-table.js";

const words = ["the", "cat", "dog", "sat", "ran", "Haus"];
const [S, D] = [4, 6];
const random = createRandom(3);
const vectors = Float32Array.from({ length: words.length * D }, () => random.normal());
// not with a top-level await, which no script of a page has: these tests run there too
let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await writeStaticTable({ name: "toy", words, vectors, dimensions: S, notice: { licence: "none" } });
});

function rowOf(table: StaticTable, word: string): Float32Array {
  const row = new Float32Array(table.dimensions);
  const tokens = new TokenBuffer();
  tokens.read(word);
  expect(new StaticWords(table, jsBackend).meanInto(row, 0, tokens)).toBe(1);
  return row;
}

describe("StaticTable", () => {
  it("finds the words that it was written from, in any case, and no other", () => {
    const table = StaticTable.fromBytes(bytes);
    expect(table.id).toMatch(/^toy\/4\/[0-9a-f]{8}$/);
    expect(table.size).toBe(words.length);
    for (const word of [...words, "CAT", "haus"]) expect(table.find(hashToken(word))).toBeGreaterThanOrEqual(0);
    expect(table.find(hashToken("mouse"))).toBe(-1);
  });

  it("keeps the distances of the vectors up to the weights of frequency, the dropped axes and 8 bits", async () => {
    // with all axes kept, a rotation: rows over their weight have the inner products of the centred vectors
    const whole = await writeStaticTable({
      name: "toy",
      words,
      vectors: padded(vectors),
      dimensions: 8,
      notice: {},
    });
    const table = StaticTable.fromBytes(whole);
    const mean = Array.from({ length: D }, (_, d) => words.reduce((sum, _w, w) => sum + vectors[w * D + d], 0) / 6);
    const weight = (w: number): number => 1e-3 / (1e-3 + 1 / ((w + 1) * Math.log(words.length)));
    for (let a = 0; a < words.length; a++) {
      for (let b = 0; b < words.length; b++) {
        const [x, y] = [rowOf(table, words[a]), rowOf(table, words[b])];
        const got = x.reduce((sum, value, j) => sum + value * y[j], 0) / (weight(a) * weight(b));
        let wanted = 0;
        for (let d = 0; d < D; d++) wanted += (vectors[a * D + d] - mean[d]) * (vectors[b * D + d] - mean[d]);
        expect(Math.abs(got - wanted)).toBeLessThan(0.15);
      }
    }
  });

  it("weighs frequent words down", async () => {
    const length = (word: string): number => Math.hypot(...rowOf(StaticTable.fromBytes(bytes), word));
    const same = await writeStaticTable({
      name: "toy",
      words: [...words].reverse(),
      vectors: reversed(vectors),
      dimensions: S,
      notice: {},
    });
    expect(length("the")).toBeLessThan(Math.hypot(...rowOf(StaticTable.fromBytes(same), "the")));
  });

  it("gives the same bytes again", async () => {
    expect(await writeStaticTable({ name: "toy", words, vectors, dimensions: S, notice: { licence: "none" } })).toEqual(
      bytes,
    );
  });

  it("refuses a damaged file, naming what is wrong", () => {
    for (let cut = 0; cut < bytes.length; cut += 7) {
      expect(() => StaticTable.fromBytes(bytes.subarray(0, cut))).toThrowError(/ArtifactError|header|data/);
    }
    const text = new TextDecoder("latin1").decode(bytes).replace('static-table":"1"', 'static-table":"7"');
    expect(() => StaticTable.fromBytes(Uint8Array.from(text, (c) => c.charCodeAt(0)))).toThrowError(/version 7/);
  });

  it.each([
    ["vectors", { vectors: vectors.subarray(1) }],
    ["dimensions", { dimensions: 5 }],
    ["dimensions", { dimensions: 8 }],
    ["words", { words: ["a", "A", "b", "c", "d", "e"] }],
    ["vectors[3]", { vectors: vectors.map((value, i) => (i === 3 ? Number.NaN : value)) }],
  ])("refuses to write a table with bad %s", async (field, over) => {
    const written = writeStaticTable({ name: "toy", words, vectors, dimensions: S, notice: {}, ...over });
    await expect(written).rejects.toThrowError(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(field) }),
    );
  });
});

/** Two zero columns more. */
function padded(values: Float32Array): Float32Array {
  const wide = new Float32Array(words.length * 8);
  words.forEach((_, w) => {
    wide.set(values.subarray(w * D, (w + 1) * D), w * 8);
  });
  return wide;
}

function reversed(values: Float32Array): Float32Array {
  const out = new Float32Array(values.length);
  words.forEach((_, w) => {
    out.set(values.subarray(w * D, (w + 1) * D), (words.length - 1 - w) * D);
  });
  return out;
}
