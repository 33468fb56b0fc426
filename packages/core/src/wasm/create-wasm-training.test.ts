import { expect, test } from "vitest";
import { describeTrainingContract } from "../training/contract/training-contract.js";
import type { TrainingBackend, TrainingKernels } from "../training/training-backend.js";
import { assembleTraining } from "./assemble-training.js";
import { wasmTrainingBackend } from "./training.js";

/**
 * Runs the kernels of the backend on copies of the arrays in its memory, also of those within an argument, none of which starts where a
 * vector would, amid values that a write beyond a shape would show.
 */
function withCopies(outside: number | null): TrainingBackend {
  const own = wasmTrainingBackend()!.fork(2_000_000);
  const room = own.allocate(200_000);
  const copied = <Args extends unknown[], Result>(run: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      let start = 1;
      const copies = new Map<Float32Array, Float32Array>();
      const copyOf = (array: Float32Array): Float32Array => {
        const made = copies.get(array);
        if (made !== undefined) return made;
        room.fill(Number.NaN, start, start + array.length + 16);
        const copy = new Float32Array(room.buffer, room.byteOffset + 4 * (start + 8), array.length);
        copy.set(array);
        start += array.length + 17;
        copies.set(array, copy);
        return copy;
      };
      let index = 0;
      const replace = (value: unknown): unknown => {
        if (value instanceof Float32Array) return index++ === outside ? value : copyOf(value);
        if (typeof value !== "object" || value === null) return value;
        return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replace(part)]));
      };
      const result = run(...(args.map(replace) as Args));
      for (const [array, copy] of copies) {
        array.set(copy);
        const at = copy.byteOffset / 4 - room.byteOffset / 4;
        const around = [...room.subarray(at - 8, at), ...room.subarray(at + copy.length, at + copy.length + 8)];
        expect(around.every(Number.isNaN)).toBe(true);
      }
      return result;
    };
  };
  const kernels: TrainingKernels = {
    geluBackward: copied(own.geluBackward),
    softmaxRowsBackward: copied(own.softmaxRowsBackward),
    layerNormBackward: copied(own.layerNormBackward),
    reluHeads: copied(own.reluHeads),
    reluHeadsBackward: copied(own.reluHeadsBackward),
    maskedBinaryCrossEntropy: copied(own.maskedBinaryCrossEntropy),
    adamStep: copied(own.adamStep),
    addScaled: copied(own.addScaled),
    multiplyEach: copied(own.multiplyEach),
  };
  return { ...own, ...kernels };
}

describeTrainingContract("wasm", withCopies(null), 2e-6);
describeTrainingContract("wasm, its second array outside of its memory", withCopies(1), 2e-6);
describeTrainingContract("wasm, all outside of its memory", wasmTrainingBackend()!.fork(1));

test("the module has the same bytes every time, and is valid", () => {
  const bytes = assembleTraining();
  expect(assembleTraining()).toEqual(bytes);
  expect(bytes.length).toBeLessThanOrEqual(16_384);
  expect(WebAssembly.validate(bytes)).toBe(true);
});

test("what it computes does not depend on where in memory an array starts", () => {
  const backend = wasmTrainingBackend()!.fork(10_000);
  const room = backend.allocate(4000);
  const x = Float32Array.from({ length: 37 }, (_, i) => Math.sin(i));
  const resultAt = (start: number): Float32Array => {
    const [own, out] = [room.subarray(start, start + 37), room.subarray(start + 1000, start + 1037)];
    own.set(x);
    backend.geluBackward(out, own, own, 37);
    return out.slice();
  };
  expect(resultAt(1)).toEqual(resultAt(0));
  expect(resultAt(7)).toEqual(resultAt(0));
});
