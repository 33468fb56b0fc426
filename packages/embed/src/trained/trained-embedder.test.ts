import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { plainFeatureNames } from "../plain/plain-features.js";
import { fitTrainedEmbedder } from "./fit-trained-embedder.js";
import { roundToFloat16 } from "./round-to-float16.js";
import { TrainedEmbedder } from "./trained-embedder.js";

const components = 8;
const grams = 32;
const subjects = ["algebra", "biology", "history", "poetry", "python"];
const templates = [
  (s: string) => `What does ${s} teach us about the world?`,
  (s: string) => `Explain the history of ${s} in 3 sentences.`,
  (s: string) => `def ${s}(x): return x + 1  # fix this ${s} code`,
  (s: string) => `Solve: if ${s} = 4, then \\frac{${s}}{2} = ?\nA. 1\nB. 2`,
  (s: string) => `Erkläre mir bitte ${s} auf Deutsch.`,
];
const texts = subjects.flatMap((subject) => templates.map((template) => template(subject)));

const extremes = [
  "",
  " \t\n",
  "🙂",
  "\ud800",
  "\udfff\ud800",
  "\0\0\0",
  "什么是机器学习？请用中文回答。",
  "Wie groß ist die Entfernung zum Mond?",
  "for (let i = 0; i < n; i++) { sum += a[i]; }",
  "x".repeat(100_000),
];

function cosine(a: Float32Array, b: Float32Array): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (const [i, value] of a.entries()) {
    ab += value * b[i];
    aa += value * value;
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb);
}

let embedder: TrainedEmbedder;
beforeAll(async () => {
  embedder = await fitTrainedEmbedder(texts, { components, seed: 5 });
});

describe("TrainedEmbedder", () => {
  it("has a text block of length 1 and a plain block of about the chosen weight", () => {
    expect(embedder.dimensions).toBe(components + grams + plainFeatureNames.length);
    const vectors = embedder.embedSync(texts);
    let plainSquares = 0;
    for (let row = 0; row < texts.length; row++) {
      const vector = vectors.subarray(row * embedder.dimensions, (row + 1) * embedder.dimensions);
      const squares = vector.subarray(0, components).reduce((sum, value) => sum + value * value, 0);
      expect(squares).toBeCloseTo(1, 5);
      plainSquares += vector.subarray(components).reduce((sum, value) => sum + value * value, 0) / texts.length;
    }
    const weight = embedder.toTensors().config.plainWeight;
    expect(Math.sqrt(plainSquares)).toBeGreaterThan(weight * 0.5);
    expect(Math.sqrt(plainSquares)).toBeLessThan(weight * 1.1);
  });

  it("embeds a batch to the bits of one at a time, whatever came before", async () => {
    const mixed = [...extremes, ...texts];
    const batch = embedder.embedSync(mixed);
    expect(await embedder.embed(mixed)).toEqual(batch);
    for (const [row, text] of [...mixed.entries()].reverse()) {
      const out = new Float32Array(embedder.dimensions + 5).fill(7);
      embedder.embedInto(out, text, 3);
      expect(out.subarray(3, -2)).toEqual(batch.subarray(row * embedder.dimensions, (row + 1) * embedder.dimensions));
      expect([...out.subarray(0, 3), ...out.subarray(-2)]).toEqual([7, 7, 7, 7, 7]);
    }
  });

  it("gives finite vectors for any string", () => {
    for (const value of embedder.embedSync(extremes)) expect(Number.isFinite(value)).toBe(true);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        expect(embedder.embedSync([text]).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("leaves the text block of a text without a known word at zero", () => {
    const vector = embedder.embedSync(["zyzzyva quokka"]);
    expect(vector.subarray(0, components).every((value) => value === 0)).toBe(true);
  });

  it("embeds two million characters", () => {
    const long = `${"algebra teaches us about the world. ".repeat(55_000)}end`;
    const [short, repeated] = [embedder.embedSync(["algebra teaches us about the world."]), embedder.embedSync([long])];
    expect(long.length).toBeGreaterThan(1_900_000);
    expect(repeated.every(Number.isFinite)).toBe(true);
    expect(cosine(short.subarray(0, components), repeated.subarray(0, components))).toBeGreaterThan(0.7);
  });

  it("puts similar texts nearer to each other than unlike ones", () => {
    const [code, otherCode, prose] = [
      "def poetry(x): return x",
      "def biology(y): return y",
      "the history of the world",
    ].map((text) => embedder.embedSync([text]));
    expect(cosine(code, otherCode)).toBeGreaterThan(cosine(code, prose) + 0.2);
    expect(cosine(code, otherCode)).toBeGreaterThan(cosine(otherCode, prose) + 0.2);
  });

  it("refuses an output that is too short", () => {
    expect(() => embedder.embedInto(new Float32Array(embedder.dimensions), "a", 1)).toThrow(/embedInto: out/);
  });

  it("stops when its signal is aborted", async () => {
    const before = AbortSignal.abort("enough");
    await expect(embedder.embed(["a"], { signal: before })).rejects.toMatchObject({ code: "aborted", cause: "enough" });
    const controller = new AbortController();
    const running = embedder.embed(Array(2000).fill("a b c"), { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("storage", () => {
  it("gives back the same embedder, bit by bit", () => {
    const { config, tensors } = embedder.toTensors();
    const restored = TrainedEmbedder.fromTensors(JSON.parse(JSON.stringify(config)), tensors);
    expect(restored.id).toBe(embedder.id);
    expect(restored.embedSync(texts)).toEqual(embedder.embedSync(texts));
    expect(restored.toTensors()).toEqual({ config, tensors });
  });

  it("holds nothing that half precision would change", () => {
    for (const { data } of Object.values(embedder.toTensors().tensors)) {
      if (data instanceof Float32Array) expect(roundToFloat16(data)).toEqual(data);
    }
  });
});

describe("fromTensors", () => {
  type Stored = ReturnType<TrainedEmbedder["toTensors"]>;

  function load(damage: (stored: { config: Record<string, unknown>; tensors: Stored["tensors"] }) => void): () => void {
    const { config, tensors } = embedder.toTensors();
    const stored = { config: { ...config } as Record<string, unknown>, tensors: structuredClone(tensors) };
    damage(stored);
    return () => TrainedEmbedder.fromTensors(stored.config, stored.tensors);
  }

  const float = (stored: { tensors: Stored["tensors"] }, name: string): Float32Array =>
    stored.tensors[name].data as Float32Array;

  it.each<[string, Parameters<typeof load>[0]]>([
    [
      "kind",
      ({ config }) => {
        config["kind"] = "word2vec";
      },
    ],
    [
      "version",
      ({ config }) => {
        config["version"] = 99;
      },
    ],
    [
      "id",
      ({ config }) => {
        config["id"] = 7;
      },
    ],
    [
      "components",
      ({ config }) => {
        config["components"] = 1.5;
      },
    ],
    [
      "features",
      ({ config }) => {
        config["features"] = -1;
      },
    ],
    [
      "plainWeight",
      ({ config }) => {
        config["plainWeight"] = null;
      },
    ],
    [
      "plainFeatures",
      ({ config }) => {
        config["plainFeatures"] = ["logCharacters"];
      },
    ],
    [
      "plainFeatures[1]",
      ({ config }) => {
        config["plainFeatures"] = ["logCharacters", ...plainFeatureNames.slice(2), "extra"];
      },
    ],
    [
      "hashes",
      ({ tensors }) => {
        delete tensors["hashes"];
      },
    ],
    [
      "hashes",
      ({ tensors }) => {
        tensors["hashes"] = { ...tensors["hashes"], data: Float32Array.from(tensors["hashes"].data) };
      },
    ],
    [
      "hashes[1]",
      ({ tensors }) => {
        tensors["hashes"].data[1] = tensors["hashes"].data[0];
      },
    ],
    [
      "projection.shape",
      ({ tensors }) => {
        tensors["projection"] = { ...tensors["projection"], shape: [3, 4] };
      },
    ],
    [
      "projection.data",
      ({ tensors }) => {
        tensors["projection"] = { ...tensors["projection"], data: new Float32Array(5) };
      },
    ],
    [
      "projection[0]",
      (stored) => {
        float(stored, "projection")[0] = Number.NaN;
      },
    ],
    [
      "plainMean[2]",
      (stored) => {
        float(stored, "plainMean")[2] = Number.POSITIVE_INFINITY;
      },
    ],
    [
      "inverseDocumentFrequency",
      ({ tensors }) => {
        tensors["inverseDocumentFrequency"] = tensors["hashes"];
      },
    ],
  ])("names the damaged field: %s", (field, damage) => {
    expect(load(damage)).toThrow(
      expect.objectContaining({ code: "artifact", message: expect.stringContaining(`embedder.${field}`) }),
    );
  });

  it("refuses tables whose content is not what the id stands for", () => {
    for (const name of ["inverseDocumentFrequency", "projection", "plainMean", "plainDeviation"]) {
      const damaged = load((stored) => {
        float(stored, name)[0] += 0.25;
      });
      expect(damaged).toThrow(
        expect.objectContaining({ code: "artifact", message: expect.stringContaining("embedder.id") }),
      );
    }
  });

  it("refuses what is no object", () => {
    for (const config of [null, undefined, "tfidf-svd", 4]) {
      expect(() => TrainedEmbedder.fromTensors(config, {})).toThrow(expect.objectContaining({ code: "artifact" }));
    }
  });
});
