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
    });
  });

  it("writes the same tensors, which come back", () => {
    const { metadata, tensors } = parseSafetensors(reference);
    const again = parseSafetensors(writeSafetensors(metadata, tensors, (name) => (name === "matrix" ? "F16" : "F32")));
    expect(again.metadata).toEqual(metadata);
    expect(new Map([...again.tensors].sort())).toEqual(new Map([...tensors].sort()));
  });
});
