import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NoEligibleModelError } from "../decision/no-eligible-model-error.js";
import { ShapeError } from "../errors/shape-error.js";
import { hashBytes } from "../hash/hash-string.js";
import { jsBackend } from "../kernels/backend.js";
import { addProbedModel } from "../new-models/add-probed-model.js";
import { wasmBackend } from "../wasm/index.js";
import { type Artifact, parseArtifact, serializeArtifact } from "./artifact.js";
import { ArtifactError } from "./artifact-error.js";
import { type StoredTensor, storedTensors, withStoredTensors } from "./contract/stored-tensors.js";
import { syntheticArtifact } from "./contract/synthetic-artifact.js";
import { type Manifest, networkModel } from "./manifest.js";
import { parseSafetensors, writeSafetensors } from "./safetensors.js";
import type { Tensor, TensorMap } from "./tensor.js";

const backends = [jsBackend, wasmBackend()!] as const;

/** What `parseArtifact` throws on all kernels; fails when it throws anything but an ArtifactError, or nothing. */
function errorOf(bytes: Uint8Array): ArtifactError {
  const [error, ...others] = backends.map((backend) => {
    try {
      parseArtifact(bytes, { backend });
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(ArtifactError);
      return thrown as ArtifactError;
    }
    throw new Error(`parseArtifact accepted damaged bytes on ${backend.name}`);
  });
  for (const { message } of others) expect(message).toBe(error.message);
  return error;
}

const small = serializeArtifact(syntheticArtifact());
const precisions = ["float32", "float16", "int8"] as const;
/** The same in both ways of storing: int8 has scales beside it. */
const smalls = [
  ["float32", small],
  ["int8", serializeArtifact(syntheticArtifact(), { precision: "int8" })],
] as const;

describe.each(["low-rank", "models"] as const)("form %s", (form) => {
  const artifact = syntheticArtifact(form);

  test("float32 comes back bit for bit", () => {
    const back = parseArtifact(serializeArtifact(artifact));
    expect(back.manifest).toEqual(artifact.manifest);
    expect(new Map([...back.tensors].sort())).toEqual(new Map([...artifact.tensors].sort()));
  });

  test.each(precisions)("%s gives the same tensors on all kernels", (precision) => {
    const file = serializeArtifact(artifact, { precision });
    const [expected, found] = backends.map((backend) => parseArtifact(file, { backend }).tensors);
    expect([...found.keys()]).toEqual([...expected.keys()]);
    for (const [name, { data }] of expected) expect(found.get(name)!.data).toEqual(data);
  });

  test("float16 comes back rounded to 11 bits, integers exactly", () => {
    const back = parseArtifact(serializeArtifact(artifact, { precision: "float16" }));
    for (const [name, { data }] of artifact.tensors) {
      const stored = back.tensors.get(name)!.data;
      for (let i = 0; i < data.length; i++) {
        expect(Math.abs(stored[i] - data[i])).toBeLessThanOrEqual(
          name.startsWith("training.") ? 0 : Math.abs(data[i]) * 2 ** -11 + 2 ** -25,
        );
      }
    }
  });

  test("int8 is for matrices as wide as an embedding, half a step off; the rest is as in float16", () => {
    // a width that nothing else has
    const sizes = { members: 2, keyWidth: 3, hiddenWidth: 4, anchors: 5, rank: 2, dimensions: 7 };
    const artifact = syntheticArtifact(form, 0, sizes);
    const half = parseArtifact(serializeArtifact(artifact, { precision: "float16" }));
    const file = serializeArtifact(artifact, { precision: "int8" });
    const back = parseArtifact(file);
    const stored = storedTensors(file);
    expect([...back.tensors.keys()].sort()).toEqual([...artifact.tensors.keys()].sort());
    const wide = form === "models" ? /^member\.\d\.query$/ : /trunk\.weight$/;
    for (const [name, { shape, data }] of artifact.tensors) {
      const read = back.tensors.get(name)!;
      const isWide = wide.test(name) || name === "clusters.key" || name === "kernel.directions";
      expect([name, stored.get(name)!.dtype]).toEqual([
        name,
        data instanceof Uint32Array ? "U32" : isWide ? "I8" : "F16",
      ]);
      if (!isWide) {
        expect(read).toEqual(half.tensors.get(name));
        continue;
      }
      const C = shape[1];
      for (let r = 0; r < shape[0]; r++) {
        const row = data.subarray(r * C, (r + 1) * C);
        const step = Math.max(...row.map(Math.abs)) / 127;
        row.forEach((value, c) => {
          expect(Math.abs(read.data[r * C + c] - value)).toBeLessThanOrEqual(step / 2);
        });
      }
    }
  });

  test.each(precisions)("what was read from %s is written as the same bytes again", (precision) => {
    const file = serializeArtifact(artifact, { precision });
    expect(serializeArtifact(parseArtifact(file), { precision })).toEqual(file);
  });

  test.each(precisions)(
    "equal artifacts give equal %s bytes, whatever the order of their keys and tensors",
    (precision) => {
      const shuffled: Artifact = {
        manifest: Object.fromEntries(Object.entries(artifact.manifest).reverse()) as unknown as Manifest,
        tensors: new Map([...artifact.tensors].reverse()),
      };
      expect(serializeArtifact(shuffled, { precision })).toEqual(serializeArtifact(artifact, { precision }));
    },
  );
});

describe("tables of an embedder are stored so that every bit comes back", () => {
  const exactInt8 = parseSafetensors(
    writeSafetensors({}, new Map([["x", { shape: [2, 2], data: Float32Array.of(0.3, 0.1, 7, 2) }]]), () => "I8"),
  ).tensors.get("x")!.data;

  test.each<[string, number[], string, string]>([
    ["of float32", [0.3, 0.1, 7, 2], "F32", "F32"],
    ["of half precision", [1, 0.5, -2, 0.25], "F16", "F16"],
    ["rounded to int8", Array.from(exactInt8), "I8", "I8"],
    // 127 = 127 · 128 / 128: rows that both types keep
    ["of half precision that int8 keeps too", [127, 1, -127, 64], "F16", "I8"],
    ["of half precision with a negative zero", [127, 1, -127, -0], "F16", "F16"],
  ])("%s", (_, values, asFloat16, asInt8) => {
    const { manifest, tensors } = syntheticArtifact();
    const table = { shape: [2, 2], data: Float32Array.from(values) };
    const artifact = { manifest, tensors: new Map([...tensors, ["embedder.table", table] as const]) };
    for (const [precision, dtype] of [
      ["float32", "F32"],
      ["float16", asFloat16],
      ["int8", asInt8],
    ] as const) {
      const file = serializeArtifact(artifact, { precision });
      expect([precision, storedTensors(file).get("embedder.table")!.dtype]).toEqual([precision, dtype]);
      expect(parseArtifact(file).tensors.get("embedder.table")).toEqual(table);
    }
  });

  test("a table beside one of the name that scales have keeps both", () => {
    const { manifest, tensors } = syntheticArtifact();
    const own: Array<[string, Tensor]> = [
      ["embedder.table", { shape: [1, 2], data: Float32Array.of(127, 1) }],
      ["embedder.table.scale", { shape: [1], data: Float32Array.of(3) }],
    ];
    const back = parseArtifact(
      serializeArtifact({ manifest, tensors: new Map([...tensors, ...own]) }, { precision: "int8" }),
    );
    for (const [name, tensor] of own) expect(back.tensors.get(name)).toEqual(tensor);
  });
});

test("reading leaves the caller's bytes alone, a Node Buffer's too, and takes an unaligned view", () => {
  const buffer = Buffer.from(small);
  parseArtifact(buffer);
  expect(new Uint8Array(buffer)).toEqual(small);
  const shifted = new Uint8Array(small.length + 3);
  shifted.set(small, 3);
  expect(parseArtifact(shifted.subarray(3)).manifest.name).toBe("synthetic");
});

test.each(smalls)("a %s file cut at any byte is refused", (_, file) => {
  for (let length = 0; length < file.length; length++) errorOf(file.subarray(0, length));
});

test.each(smalls)(
  "a %s file with any one bit flipped is refused",
  (_, file) => {
    for (let i = 0; i < file.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = file.slice();
        damaged[i] ^= 1 << bit;
        errorOf(damaged);
      }
    }
  },
  120_000,
);

test("bytes behind the end are refused", () => {
  const longer = new Uint8Array(small.length + 1);
  longer.set(small);
  errorOf(longer);
});

test.each(smalls)("random bytes and random damage of a %s file give an ArtifactError and nothing else", (_, file) => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void errorOf(bytes)));
  const edit = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 20 }), (edits) => {
      const damaged = file.slice();
      for (const [at, value] of edits) damaged[at] = value;
      fc.pre(damaged.some((byte, i) => byte !== file[i]));
      errorOf(damaged);
    }),
  );
});

describe("an int8 file that somebody else has written, with a checksum that holds", () => {
  const [, [, file]] = smalls;
  const name = "clusters.key";
  type Tensors = Map<string, StoredTensor>;
  const change = (of: string, how: (tensor: StoredTensor) => Partial<StoredTensor>) => (tensors: Tensors) => {
    const tensor = tensors.get(of)!;
    tensors.set(of, { ...tensor, ...how(tensor) });
  };
  const halves = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
  const changed = (edit: (tensors: Tensors) => void): Uint8Array => {
    const tensors = storedTensors(file);
    edit(tensors);
    return withStoredTensors(file, tensors);
  };

  test("is read as ours where it is ours", () => {
    expect(parseArtifact(changed(() => {}))).toEqual(parseArtifact(file));
  });

  test("may have float32 scales", () => {
    const scales = Float32Array.of(1, 2, 0.1, 0, 3e38);
    const back = parseArtifact(
      changed(change(`${name}.scale`, () => ({ dtype: "F32", bytes: new Uint8Array(scales.buffer) }))),
    );
    const cells = new Int8Array(storedTensors(file).get(name)!.bytes.buffer);
    back.tensors.get(name)!.data.forEach((value, i) => {
      expect(value).toBeCloseTo(Math.fround((cells[i] * scales[Math.floor(i / 6)]) / 128), 5);
    });
  });

  test.each<[what: string, field: string, edit: (tensors: Tensors) => void]>([
    ["scales that are missing", `${name}.scale`, (tensors) => tensors.delete(`${name}.scale`)],
    [
      "fewer scales than rows",
      `${name}.scale.shape`,
      change(`${name}.scale`, ({ bytes }) => ({ shape: [4], bytes: bytes.slice(0, 8) })),
    ],
    ["scales in a matrix", `${name}.scale.shape`, change(`${name}.scale`, () => ({ shape: [5, 1] }))],
    ["more scales than their bytes", `${name}.scale.data_offsets`, change(`${name}.scale`, () => ({ shape: [6] }))],
    // half-precision bits: 1, 1, −1; NaN; Infinity
    [
      "a negative scale",
      `${name}.scale[2]`,
      change(`${name}.scale`, () => ({ bytes: halves(0x3c00, 0x3c00, 0xbc00, 0x3c00, 0x3c00) })),
    ],
    ["a scale of NaN", `${name}.scale[0]`, change(`${name}.scale`, () => ({ bytes: halves(0x7e00, 0, 0, 0, 0) }))],
    ["an infinite scale", `${name}.scale[4]`, change(`${name}.scale`, () => ({ bytes: halves(0, 0, 0, 0, 0x7c00) }))],
    [
      "whole numbers for scales",
      `${name}.scale.dtype`,
      change(`${name}.scale`, () => ({ dtype: "U32", bytes: new Uint8Array(20) })),
    ],
    [
      "int8 for scales",
      `${name}.scale.shape`,
      (tensors) => {
        change(`${name}.scale`, () => ({ dtype: "I8", bytes: new Uint8Array(5) }))(tensors);
        tensors.set(`${name}.scale.scale`, { dtype: "F16", shape: [5], bytes: new Uint8Array(10) });
      },
    ],
    [
      "a cell of −128",
      `${name}[7]`,
      change(name, ({ bytes }) => ({ bytes: bytes.map((byte, i) => (i === 7 ? 128 : byte)) })),
    ],
    [
      "int8 for a vector",
      "clusters.bias.shape",
      change("clusters.bias", () => ({ dtype: "I8", bytes: new Uint8Array(5) })),
    ],
    [
      "int8 for hashes",
      "training.promptHashes.shape",
      change("training.promptHashes", () => ({ dtype: "I8", bytes: new Uint8Array(3) })),
    ],
    [
      "a matrix of int8 for hashes",
      "training.promptHashes.dtype",
      (tensors) => {
        change("training.promptHashes", () => ({ dtype: "I8", shape: [1, 3], bytes: new Uint8Array(3) }))(tensors);
        tensors.set("training.promptHashes.scale", { dtype: "F16", shape: [1], bytes: new Uint8Array(2) });
      },
    ],
    ["scales of float32 weights", `${name}.scale`, change(name, () => ({ dtype: "F32", bytes: new Uint8Array(120) }))],
    ["int8 of another shape", `${name}.shape`, change(name, () => ({ shape: [5, 3, 2] }))],
    ["another type", `${name}.dtype`, change(name, () => ({ dtype: "U8" }))],
    ["a type of no text", `${name}.dtype`, change(name, () => ({ dtype: "toString" }))],
  ])("%s", (_, field, edit) => {
    expect(errorOf(changed(edit)).field).toBe(field);
  });

  test("any bytes in it, under any types and shapes, give finite numbers or an ArtifactError", () => {
    const names = [...storedTensors(file).keys()];
    const size = (dtype: string): number => ({ F32: 4, U32: 4, F16: 2 })[dtype] ?? 1;
    const edit = fc.record({
      name: fc.constantFrom(...names, "embedder.other", "embedder.other.scale"),
      dtype: fc.constantFrom("F32", "F16", "I8", "U32"),
      shape: fc.option(fc.array(fc.nat(6), { maxLength: 3 }), { nil: undefined }),
      bytes: fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 }), { nil: undefined }),
    });
    let read = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const damaged = changed((tensors) => {
          for (const { name: at, dtype, shape, bytes } of edits) {
            const before = tensors.get(at) ?? { dtype, shape: [1, 2], bytes: new Uint8Array(0) };
            const next = { dtype: shape === undefined ? before.dtype : dtype, shape: shape ?? before.shape };
            const length = next.shape.reduce((product, side) => product * side, size(next.dtype));
            const filled = Uint8Array.from({ length }, (_, i) => bytes?.[i % bytes.length] ?? before.bytes[i] ?? 0);
            tensors.set(at, { ...next, bytes: filled });
          }
        });
        try {
          const { tensors } = parseArtifact(damaged);
          read++;
          for (const { data } of tensors.values()) expect(data.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ArtifactError);
        }
      }),
      { numRuns: 3000 },
    );
    // both ends of the property were met
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(2900);
  });
});

test("a foreign safetensors file is told apart", () => {
  const tensors = new Map<string, Tensor>([["weight", { shape: [1], data: Float32Array.of(1) }]]);
  expect(errorOf(writeSafetensors({ format: "pt" }, tensors)).field).toBe("format");
  expect(errorOf(writeSafetensors({}, tensors)).message).toContain("format: missing");
});

/** A file with this manifest as it is, and a checksum that holds. */
function signed(manifest: string, tensors: TensorMap): Uint8Array {
  const write = (checksum: string) =>
    writeSafetensors({ format: "onehead/1", checksum, manifest }, tensors, () => "F32");
  return write(hashBytes(write("00000000")).toString(16).padStart(8, "0"));
}

/** The file of an artifact whose manifest's name was replaced by other JSON, with a checksum that holds. */
function withHostileManifest(name: string, json: string): Uint8Array {
  const { manifest, tensors } = syntheticArtifact();
  return signed(
    JSON.stringify({ ...manifest, name }).replace(JSON.stringify(name), () => json),
    tensors,
  );
}

test("a network of a former shape is told apart by its version, and the error says what to do", () => {
  const { manifest, tensors } = syntheticArtifact("models");
  expect(manifest.formatVersion).toBe(2);
  // member 0 as version 1 had it: one head on [q, o], k and q ⊙ k
  const former = new Map(tensors);
  const { keyWidth: K, hiddenWidth: H } = networkModel(manifest);
  for (const s of [0, 1]) {
    for (const name of ["query", "value"]) former.delete(`member.${s}.head.${name}`);
    const shapes = { shared: [H, 2 * K], model: [H, K], product: [H, K], bias: [H], output: [2, H] };
    for (const [name, shape] of Object.entries(shapes)) {
      const data = new Float32Array(shape.reduce((size, side) => size * side, 1));
      former.set(`member.${s}.head.${name}`, { shape, data });
    }
  }
  const error = errorOf(signed(JSON.stringify({ ...manifest, formatVersion: 1 }), former));
  expect(error.field).toBe("manifest.formatVersion");
  expect(error.message).toContain("1, expected 2 for the form models: train the router again");
  // what calls itself version 2 has to be it
  expect(errorOf(signed(JSON.stringify(manifest), former)).field).toBe("member.0.head.query");
});

test("the other forms are of version 1 still", () => {
  const { manifest, tensors } = syntheticArtifact();
  const error = errorOf(signed(JSON.stringify({ ...manifest, formatVersion: 2 }), tensors));
  expect(error.message).toContain("manifest.formatVersion: 2, expected 1 for the form low-rank");
});

test("a header of deeply nested JSON gives the typed error of every damaged file", () => {
  const json = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  const bytes = new Uint8Array(8 + json.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(new TextEncoder().encode(json), 8);
  expect(errorOf(bytes)).toBeInstanceOf(ArtifactError);
});

describe("what cannot be written", () => {
  const withTensor = (name: string, tensor: Tensor | null): Artifact => {
    const { manifest, tensors } = syntheticArtifact();
    const changed = new Map(tensors);
    if (tensor === null) changed.delete(name);
    else changed.set(name, tensor);
    return { manifest, tensors: changed };
  };
  const name = "member.0.bias.quality";

  test.each([
    ["a missing tensor", withTensor(name, null), "member.0.bias.quality: missing"],
    ["an unknown tensor", withTensor("other", { shape: [1], data: Float32Array.of(1) }), "other: not a tensor"],
    ["a wrong shape", withTensor(name, { shape: [5], data: new Float32Array(5) }), "(5), expected (4)"],
    [
      "NaN",
      withTensor(name, { shape: [4], data: Float32Array.of(0, Number.NaN, 0, 0) }),
      "member.0.bias.quality[1]: NaN",
    ],
    [
      "Infinity",
      withTensor(name, { shape: [4], data: Float32Array.of(0, 0, 0, Number.POSITIVE_INFINITY) }),
      "member.0.bias.quality[3]: Infinity",
    ],
    ["integers for weights", withTensor(name, { shape: [4], data: new Uint32Array(4) }), "dtype: U32"],
    [
      "fewer values than the shape",
      withTensor("embedder.table", { shape: [9], data: new Float32Array(4) }),
      "(9) for 4",
    ],
  ])("%s", (_, artifact, message) => {
    expect(() => serializeArtifact(artifact)).toThrow(ArtifactError);
    expect(() => serializeArtifact(artifact)).toThrow(message);
  });
});

describe("a manifest with one field wrong is refused, with the field's path", () => {
  const cases: Array<[path: string, change: (manifest: Record<string, never>) => void]> = [
    ["manifest.formatVersion", (m) => set(m, "formatVersion", 2)],
    ["manifest.formatVersion", (m) => set(m, "formatVersion", 3)],
    ["manifest.name", (m) => set(m, "name", "")],
    ["manifest.embedder.id", (m) => set(m, "embedder.id", 3)],
    ["manifest.embedder.dimensions", (m) => set(m, "embedder.dimensions", 0.5)],
    ["manifest.model.form", (m) => set(m, "model.form", "other")],
    ["manifest.model.members", (m) => set(m, "model.members", 0)],
    // before anything is enumerated: as many names would not fit into memory
    ["manifest.model.members", (m) => set(m, "model.members", 2 ** 31)],
    ["manifest.model.hiddenWidth", (m) => set(m, "model.hiddenWidth", 2 ** 31)],
    ["manifest.model.anchors", (m) => set(m, "model.anchors", 2 ** 31)],
    ["manifest.model.kernel.directions", (m) => set(m, "model.kernel.directions", 2 ** 31)],
    ["manifest.embedder.dimensions", (m) => set(m, "embedder.dimensions", 2 ** 31)],
    ["manifest.model.temperature", (m) => set(m, "model.temperature", 0)],
    ["manifest.candidates", (m) => set(m, "candidates", [])],
    ["manifest.candidates[0].id", (m) => set(m, "candidates.0.id", "")],
    ["manifest.candidates[1].id", (m) => set(m, "candidates.1.id", "alpha")],
    ["manifest.candidates[0].smearing", (m) => set(m, "candidates.0.smearing", -1)],
    ["manifest.candidates[0].costKind", (m) => set(m, "candidates.0.costKind", "eur")],
    ["manifest.candidates[0].profile.kind", (m) => set(m, "candidates.0.profile.kind", "guessed")],
    [
      "manifest.candidates[0].prices.inputUsdPerMillionTokens",
      (m) => set(m, "candidates.0.prices.inputUsdPerMillionTokens", -1),
    ],
    ["manifest.candidates[0].capabilities.contextTokens", (m) => set(m, "candidates.0.capabilities.contextTokens", 0)],
    ["manifest.candidates[0].capabilities.tools", (m) => set(m, "candidates.0.capabilities.tools", "yes")],
    ["manifest.candidates[4].profile.from", (m) => set(m, "candidates.4.profile.from", "nobody")],
    ["manifest.defaultPool[0]", (m) => set(m, "defaultPool", ["nobody"])],
    ["manifest.defaultPool[1]", (m) => set(m, "defaultPool", ["beta", "beta"])],
    ["manifest.defaultPool", (m) => set(m, "defaultPool", [])],
    ["manifest.candidates[4].costKind", (m) => set(m, "candidates.4.costKind", "usd")],
    ["manifest.model.clusters.sizes", (m) => set(m, "model.clusters.sizes", [])],
    ["manifest.model.clusters.sizes[1]", (m) => set(m, "model.clusters.sizes", [3, 0])],
    ["manifest.model.clusters.weight", (m) => set(m, "model.clusters.weight", -0.1)],
    ["manifest.model.kernel.sharpness", (m) => set(m, "model.kernel.sharpness", 0)],
    ["manifest.model.kernel.directions", (m) => set(m, "model.kernel.directions", 0)],
    ["manifest.model.kernel.metric", (m) => set(m, "model.kernel.metric", 1.5)],
    ["manifest.model.kernel.near", (m) => set(m, "model.kernel.near", -1)],
    ["manifest.model.kernel.far", (m) => set(m, "model.kernel.far", 0.5)],
    ["manifest.model.kernel.weight", (m) => set(m, "model.kernel.weight", 1.5)],
    ["manifest.newModels.components", (m) => set(m, "newModels.components", 0)],
    ["manifest.newModels.level.slope", (m) => set(m, "newModels.level.slope", null)],
    ["manifest.newModels.level.deviation", (m) => set(m, "newModels.level.deviation", 0)],
    ["manifest.newModels.loadings.mean", (m) => set(m, "newModels.loadings.mean", [0.5])],
    ["manifest.newModels.loadings.deviation[1]", (m) => set(m, "newModels.loadings.deviation", [1, 0])],
    ["manifest.newModels.noise", (m) => set(m, "newModels.noise", -1)],
    ["manifest.newModels.typical.meanLogUsd", (m) => set(m, "newModels.typical.meanLogUsd", "free")],
    ["manifest.newModels.cost.noise", (m) => set(m, "newModels.cost.noise", 0)],
    ["manifest.calibration.temperature", (m) => set(m, "calibration.temperature", 0)],
    ["manifest.calibration.bias", (m) => set(m, "calibration.bias", null)],
    ["manifest.dial.maxLambdaUsd", (m) => set(m, "dial.maxLambdaUsd", 0.00001)],
    ["manifest.anchors.ids", (m) => set(m, "anchors.ids", ["one"])],
    ["manifest.anchors.excerpts[1]", (m) => set(m, "anchors.excerpts", ["a prompt", 2, "a", "b", "c"])],
    ["manifest.training.dataHash", (m) => set(m, "training.dataHash", 7)],
    ["manifest.training.split.holdout", (m) => set(m, "training.split.holdout", 2)],
    ["manifest.training.sources[0].licence", (m) => set(m, "training.sources.0.licence", "")],
  ];

  function set(target: Record<string, never>, path: string, value: unknown): void {
    const keys = path.split(".");
    const last = keys.pop()!;
    let object: Record<string, unknown> = target;
    for (const key of keys) object = object[key] as Record<string, unknown>;
    object[last] = value;
  }

  const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
  test("nesting that no walk by recursion could take is refused, what a config needs is not", () => {
    const withEvaluation = (evaluation: unknown) => {
      const { manifest, tensors } = syntheticArtifact();
      return { manifest: { ...manifest, evaluation } as Manifest, tensors };
    };
    expectRefused(syntheticArtifact(), "manifest", (m) => set(m, "evaluation", nested(64)));
    expect(() => serializeArtifact(withEvaluation(nested(60)))).not.toThrow();
    // as a file may have it: written by somebody else, with the right checksum
    const deep = withHostileManifest("200000 levels", `${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    expect(errorOf(deep).message).toBe("artifact: manifest: nested too deeply");
  });

  test.each(cases)("%s", (path, change) => expectRefused(syntheticArtifact(), path, change));

  const probedAt = "manifest.candidates[5]";
  test.each<[path: string, change: (manifest: Record<string, never>) => void]>([
    [`${probedAt}.profile.kind`, (m) => delete m["newModels"]],
    [`${probedAt}.profile.rows`, (m) => set(m, "candidates.5.profile.rows", -1)],
    [`${probedAt}.profile.costRows`, (m) => set(m, "candidates.5.profile.costRows", 9)],
    [`${probedAt}.profile.level`, (m) => set(m, "candidates.5.profile.level", null)],
    [`${probedAt}.profile.loadings`, (m) => set(m, "candidates.5.profile.loadings", [1, 2, 3])],
    [`${probedAt}.profile.spread[2]`, (m) => set(m, "candidates.5.profile.spread", [1, 1, "x", 1, 1, 1])],
    [`${probedAt}.profile.costShift`, (m) => set(m, "candidates.5.profile.costShift", 1e9)],
  ])("of a probed model: %s", (path, change) => {
    const sample = { embedding: new Float32Array(6).fill(0.1), score: 1 };
    const prices = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 };
    expectRefused(addProbedModel(syntheticArtifact(), { id: "zeta", prices, samples: [sample] }), path, change);
  });

  function expectRefused(artifact: Artifact, path: string, change: (manifest: Record<string, never>) => void): void {
    const manifest = structuredClone(artifact.manifest);
    const { tensors } = artifact;
    change(manifest as unknown as Record<string, never>);
    let field = "";
    try {
      serializeArtifact({ manifest, tensors });
    } catch (error) {
      field = (error as ArtifactError).field;
    }
    expect(field).toBe(path);
  }
});

test("takes an ArrayBuffer, as a fetch gives it, and refuses what is no bytes", () => {
  const bytes = serializeArtifact(syntheticArtifact());
  expect(parseArtifact(bytes.buffer).manifest.name).toBe("synthetic");
  expect(() => parseArtifact("text" as never)).toThrow("bytes: string");
});

test("refuses to write what could not be read again", () => {
  const artifact = syntheticArtifact();
  expect(() => serializeArtifact(artifact, { precision: "float8" as never })).toThrow("precision: float8");
  (artifact.tensors.get("member.0.bias.cost")!.data as Float32Array)[0] = 70_000;
  expect(() => serializeArtifact(artifact, { precision: "float16" })).toThrow("member.0.bias.cost[0]: 70000");
  expect(() => serializeArtifact(artifact, { precision: "int8" })).toThrow("member.0.bias.cost[0]: 70000");
  expect(() => serializeArtifact(artifact)).not.toThrow();
  const wide = syntheticArtifact();
  (wide.tensors.get("clusters.key")!.data as Float32Array)[6] = -70_000;
  expect(() => serializeArtifact(wide, { precision: "int8" })).toThrow(
    "clusters.key.scale[1]: Infinity, beyond float16",
  );
});

test("error classes tell each other apart", () => {
  const error = new ArtifactError("field", "what");
  expect(ArtifactError.isInstance(error)).toBe(true);
  expect(ShapeError.isInstance(error)).toBe(false);
  expect(NoEligibleModelError.isInstance(error)).toBe(false);
});

test.each([
  ["nothing", undefined, "manifest"],
  ["an empty object", {}, "manifest"],
  ["a manifest alone", { manifest: {} }, "tensors"],
])("%s cannot be serialized, and the error says what is missing", (_, artifact, field) => {
  expect(() => serializeArtifact(artifact as never)).toThrow(ArtifactError);
  expect(() => serializeArtifact(artifact as never)).toThrow(field);
});
