import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsBackend } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { StaticTable } from "./static/static-table.js";
import { StaticWords } from "./static/static-words.js";
import { TokenBuffer } from "./text/token-buffer.js";
import { fitTrainedEmbedder } from "./trained/fit-trained-embedder.js";
import { TrainedEmbedder } from "./trained/trained-embedder.js";

const root = join(import.meta.dirname, "..");
const bytes = readFileSync(join(root, "tables/static-english.bin"));
const table = StaticTable.fromBytes(bytes);

const trainingTexts = [
  "What is the capital of France?",
  "Write a function that sorts a list of numbers.",
  "Solve the equation x + 3 = 7.",
  "Who wrote Romeo and Juliet?",
  "What is the boiling point of water?",
  "Write a short poem about the sea.",
];

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, j) => sum + value * y[j], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe("static-english.bin", () => {
  it("is what the build script makes, within 3 MB", () => {
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "6648e6b2cb5b44d25619bb48f202a5ad465513caa70ebcb609b2d8662ecc50c6",
    );
    expect(bytes.length).toBeLessThanOrEqual(3e6);
    expect([table.size, table.dimensions]).toEqual([20_000, 64]);
  });

  it("knows which words mean alike", () => {
    const vector = (word: string): Float32Array => {
      const row = new Float32Array(table.dimensions);
      const tokens = new TokenBuffer();
      tokens.read(word);
      new StaticWords(table, jsBackend).meanInto(row, 0, tokens);
      return row;
    };
    const pairs = [
      ["doctor", "physician", "carpet"],
      ["equation", "mathematics", "dinner"],
      ["python", "java", "happiness"],
      ["guitar", "violin", "treaty"],
    ];
    for (const [word, like, unlike] of pairs) {
      expect(cosine(vector(word), vector(like))).toBeGreaterThan(cosine(vector(word), vector(unlike)) + 0.1);
    }
  });

  it.each(["static-english.js", "static-english.workerd.js"])("is what %s serves", async (file) => {
    const source = readFileSync(join(root, "dist", file), "utf8");
    if (file.includes("workerd")) {
      expect(source).toContain('from "./static-english.bin"');
      expect(readFileSync(join(root, "dist/static-english.bin")).equals(bytes)).toBe(true);
    } else {
      const { staticEnglish } = await import("@onehead/embed/static-english");
      expect(staticEnglish().id).toBe(table.id);
      expect(staticEnglish()).toBe(staticEnglish());
    }
  });
});

describe("an embedder joined with the table", () => {
  let joined: TrainedEmbedder;
  beforeAll(async () => {
    joined = await fitTrainedEmbedder(trainingTexts, { staticTable: table });
  });

  it("relates words that the training texts never showed", () => {
    const { components } = joined.toTensors().config;
    const [a, b, c] = [
      "Which doctor treats a heart attack?",
      "The physician cures patients with the disease.",
      "Her guitar songs sold a million records.",
    ].map((text) => joined.embedSync([text]).subarray(components, components + 64));
    expect(cosine(a, b)).toBeGreaterThan(cosine(a, c) + 0.2);
  });

  it("gives the same vectors in WebAssembly, but for rounding", () => {
    const { config, tensors } = joined.toTensors();
    const backend = wasmBackend()!;
    expect(backend.name).toBe("wasm");
    const restored = TrainedEmbedder.fromTensors(config, tensors, [table], backend);
    const texts = [...trainingTexts, "", "of of of the the", "zyxlic 漢字 {x} = 3", "capital city ".repeat(3000)];
    const [expected, found] = [joined, restored].map((embedder) => embedder.embedSync(texts));
    expect(found).not.toEqual(expected);
    found.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-6);
    });
  });

  it("comes back from its tensors with the table, and says what is missing without", () => {
    const { config, tensors } = joined.toTensors();
    const restored = TrainedEmbedder.fromTensors(config, tensors, [table]);
    expect(restored.id).toBe(joined.id);
    expect(restored.embedSync(trainingTexts)).toEqual(joined.embedSync(trainingTexts));
    expect(() => TrainedEmbedder.fromTensors(config, tensors)).toThrowError(
      expect.objectContaining({ code: "embedder-mismatch", message: expect.stringContaining(table.id) }),
    );
  });

  // three groups of prompts in languages that the training texts do not have: two on one topic, one on another
  it.each([
    ["Chinese", "请解释一下机器学习的基本原理", "机器学习的基本原理是什么", "明天北京会不会下大雨呢"],
    [
      "German",
      "Wie berechnet man die Geschwindigkeit eines fallenden Körpers?",
      "Berechnung der Geschwindigkeit fallender Körper",
      "Welche Gewürze gehören traditionell ins Weihnachtsgebäck?",
    ],
    [
      "code",
      "for (const node of graphNodes) visitNeighbours(node);",
      "graphNodes.forEach((node) => visitNeighbours(node));",
      "SELECT customerName FROM invoiceTable WHERE unpaidAmount > 0;",
    ],
  ])("does not collapse for %s", (_language, first, second, other) => {
    const [a, b, c] = [first, second, other].map((text) => joined.embedSync([text]));
    // word vectors and n-grams; the few training texts know next to no word of these
    const { components } = joined.toTensors().config;
    const text = (vector: Float32Array): Float32Array => vector.subarray(components, components + 64 + 32);
    expect(cosine(text(a), text(b))).toBeGreaterThan(cosine(text(a), text(c)) + 0.15);
    expect(cosine(a, c)).toBeLessThan(0.9);
  });
});
