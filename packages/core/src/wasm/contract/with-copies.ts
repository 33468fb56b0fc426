import { expect } from "vitest";
import type { Backend } from "../../kernels/backend.js";

/**
 * Runs the kernels of the backend on copies of the arrays in its memory, none of which starts where a vector would, amid values that
 * a read or write beyond a shape would show.
 *
 * @param outside which of a kernel's arrays stays where it is
 */
export function withCopies(backend: Backend, outside: number | null): Backend {
  const own = backend.fork(20_000_000);
  const room = own.allocate(1_000_000);
  const copied = <Args extends unknown[]>(run: (...args: Args) => void) => {
    return (...args: Args): void => {
      let start = 1;
      const copies = new Map<Float32Array, Float32Array>();
      const arrays = args.filter((arg): arg is Args[number] & Float32Array => arg instanceof Float32Array);
      for (const array of new Set<Float32Array>(arrays)) {
        if (array === arrays[outside ?? -1]) continue;
        room.fill(Number.NaN, start, start + array.length + 16);
        const copy = room.subarray(start + 8, start + 8 + array.length);
        copy.set(array);
        copies.set(array, copy);
        start += array.length + 17;
      }
      run(...(args.map((arg) => copies.get(arg as Float32Array) ?? arg) as Args));
      for (const [array, copy] of copies) {
        array.set(copy);
        const at = copy.byteOffset / 4 - room.byteOffset / 4;
        const around = [...room.subarray(at - 8, at), ...room.subarray(at + copy.length, at + copy.length + 8)];
        expect(around.every(Number.isNaN)).toBe(true);
      }
    };
  };
  return {
    ...own,
    matmul: copied(own.matmul),
    matmulTransposedA: copied(own.matmulTransposedA),
    matmulTransposedB: copied(own.matmulTransposedB),
    bindLinear(...args) {
      const map = own.bindLinear(...args);
      expect(map.panels.buffer === room.buffer).toBe(true);
      return map;
    },
    applyLinear: copied(own.applyLinear),
    readHeads: copied(own.readHeads),
    softmaxRows: copied(own.softmaxRows),
    gelu: copied(own.gelu),
    layerNorm: copied(own.layerNorm),
    unitRows: copied(own.unitRows),
    squaredNorms: copied(own.squaredNorms),
    rbfOfProducts: copied(own.rbfOfProducts),
    addLogOdds: copied(own.addLogOdds),
    readOutcomes: copied(own.readOutcomes),
  };
}
