import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseSafetensors, writeSafetensors } from "./safetensors.js";

// made by __fixtures__/make-safetensors.py with the format's own library
const reference = readFileSync(new URL("__fixtures__/reference.safetensors", import.meta.url));

describe("safetensors", () => {
  it("reads what the format's own library wrote", () => {
    const { metadata, tensors } = parseSafetensors(reference);
    expect(metadata).toEqual({ "made-by": "safetensors", text: 'ünï "quoted"' });
    expect(Object.fromEntries(tensors)).toEqual({
      vector: { shape: [4], data: Float32Array.of(1.5, -0.25, 1e-40, 3.4028235e38) },
      // thirds, rounded to half precision
      matrix: { shape: [2, 3], data: Float32Array.of(0, 0.333251953125, 0.66650390625, 1, 1.3330078125, 1.6669921875) },
      hashes: { shape: [3], data: Uint32Array.of(0, 1, 4_294_967_295) },
      empty: { shape: [0, 4], data: new Float32Array(0) },
      // cells times scale / 128: 127 / 256, −64 / 256; −127 and 1 times 2⁻²⁷
      cells: { shape: [2, 3], data: Float32Array.of(0.49609375, -0.25, 0, -127 * 2 ** -27, 2 ** -27, 0) },
    });
  });

  it("writes the same tensors, which come back", () => {
    const { metadata, tensors } = parseSafetensors(reference);
    const types = new Map<string, "F16" | "I8">([
      ["matrix", "F16"],
      ["cells", "I8"],
    ]);
    const written = writeSafetensors(metadata, tensors, (name) => types.get(name) ?? "F32");
    const again = parseSafetensors(written);
    expect(written.length - again.header.length).toBe(reference.length - parseSafetensors(reference).header.length);
    expect(again.metadata).toEqual(metadata);
    expect(new Map([...again.tensors].sort())).toEqual(new Map([...tensors].sort()));
  });

  it("refuses to write what its type cannot hold, and names it", () => {
    const write = (shape: number[], values: number[], type: "F16" | "I8", also: string[] = []) => {
      const data = Float32Array.from(values);
      const tensors = new Map([["x", { shape, data }], ...also.map((name) => [name, { shape, data }] as const)]);
      return () => writeSafetensors({}, tensors, () => type);
    };
    expect(write([2], [1, 65520], "F16")).toThrow("artifact: x[1]: 65520, beyond float16");
    // 65,015 · 128 / 127 is 65,527
    expect(write([2, 1], [1, 65015], "I8")).toThrow("artifact: x.scale[1]: Infinity, beyond float16");
    expect(write([2], [1, 2], "I8")).toThrow("artifact: x.shape: (2), expected (rows, columns) of an I8 tensor");
    expect(write([1, 2], [1, 2], "I8", ["x.scale"])).toThrow("artifact: x.scale: a tensor beside x, which is to be I8");
  });
});
