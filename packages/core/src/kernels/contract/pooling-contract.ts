import { describe, expect, it } from "vitest";
import { fromFloat16Bits, toFloat16Bits } from "../../artifact/float16.js";
import type { Backend } from "../backend.js";
import { expectClose } from "./expect-close.js";
import { expectShapeError, guard } from "./guarded.js";
import { randomArrays } from "./random-arrays.js";

export function describePooling(backend: Backend, tolerance: number): void {
  const { poolRows, allocate } = backend;

  describe("poolRows", () => {
    it.each(["float32", "int8", "half"] as const)("agrees with its float64 twin on every shape, rows of %s", (kind) => {
      const draw = randomArrays(81);
      const table = 50;
      for (const width of [1, 3, 4, 16, 64, 96, 100]) {
        // in the backend's own memory, where its kernels are at home
        const floats = allocate(draw(table * width));
        const rows = rowsOf(kind, allocate, floats);
        const numberAt = (i: number): number => (kind === "half" ? fromFloat16Bits(rows[i]) : rows[i]);
        const room = allocate(8);
        const features = new Uint32Array(room.buffer, room.byteOffset, 8);
        features.set([0, 3, 49, 3, 17, 8, 21, 30]);
        for (const count of [0, 1, 3, 4, 5, 8]) {
          const weights = allocate(draw(8));
          const out = allocate(width + 5);
          out.fill(guard);
          poolRows(out, 2, rows, width, features, weights, count);
          const expected = Float64Array.from({ length: width }, (_, j) => {
            let sum = 0;
            for (let i = 0; i < count; i++) sum += weights[i] * numberAt(features[i] * width + j);
            return sum;
          });
          expectClose(out.subarray(2, 2 + width), expected, tolerance, kind === "int8" ? 800 : 8);
          expect([...out.subarray(0, 2), ...out.subarray(2 + width)]).toEqual(new Array(5).fill(guard));
        }
      }
    });

    it("names the buffer that is too short", () => {
      const run = (out: number, features: number, weights: number) => (): void => {
        const rows = new Float32Array(12);
        poolRows(new Float32Array(out), 1, rows, 4, new Uint32Array(features), new Float32Array(weights), 3);
      };
      expectShapeError(run(4, 3, 3), "poolRows: out");
      expectShapeError(run(5, 2, 3), "poolRows: features");
      expectShapeError(run(5, 3, 2), "poolRows: weights");
    });
  });
}

/** Values of −127 to 127 in the memory that `allocate` gives out. */
function rowsOf(
  kind: "float32" | "int8" | "half",
  allocate: Backend["allocate"],
  values: Float32Array,
): Float32Array | Int8Array | Uint16Array {
  if (kind === "float32") return values;
  if (kind === "int8") return int8In(allocate, values);
  const room = allocate(Math.ceil(values.length / 2));
  const halves = new Uint16Array(room.buffer, room.byteOffset, values.length);
  // with numbers below the least normal one, and zeros of both signs
  for (let i = 0; i < halves.length; i++) halves[i] = toFloat16Bits(values[i] * [1, 2 ** -15, 2 ** -24, 0][i % 4]);
  return halves;
}

function int8In(allocate: Backend["allocate"], values: Float32Array): Int8Array {
  const room = allocate(Math.ceil(values.length / 4));
  const bytes = new Int8Array(room.buffer, room.byteOffset, values.length);
  bytes.set(values.map((value) => Math.round(127 * value)));
  return bytes;
}
