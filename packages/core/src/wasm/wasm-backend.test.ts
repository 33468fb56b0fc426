import vm from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { describeBackendContract } from "../kernels/contract/backend-contract.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { rowKernels } from "./row-kernels.js";
import { wasmBackend } from "./wasm-backend.js";

const backend = wasmBackend() as Backend;

/**
 * Runs the products of the backend on copies of the arrays in its memory, none of which starts where a vector would, amid values
 * that a read or write beyond a shape would show.
 *
 * @param outsideA leaves `a` where it is
 */
function withCopies(outsideA: boolean): Backend {
  const room = backend.allocate(1_000_000);
  const copied =
    (run: Backend["matmul"]): Backend["matmul"] =>
    (out, a, b, ...sizes) => {
      let start = 1;
      const copyOf = (array: Float32Array): Float32Array => {
        room.fill(Number.NaN, start, start + array.length + 16);
        const copy = room.subarray(start + 8, start + 8 + array.length);
        copy.set(array);
        start += array.length + 17;
        return copy;
      };
      const [ownOut, ownA, ownB] = [copyOf(out), outsideA ? a : copyOf(a), copyOf(b)];
      run(ownOut, ownA, ownB, ...sizes);
      out.set(ownOut);
      const around = [...room.subarray(1, 9), ...room.subarray(9 + out.length, 17 + out.length)];
      expect(around.every(Number.isNaN)).toBe(true);
    };
  const { matmul, matmulTransposedB } = backend;
  return { ...backend, matmul: copied(matmul), matmulTransposedB: copied(matmulTransposedB) };
}

describeBackendContract("wasm", withCopies(false));
describeBackendContract("wasm, a outside of its memory", withCopies(true));
describeBackendContract("wasm, all outside of its memory", backend);

const names = ["matmul", "matmulTransposedB"] as const;

describe.each(names)("%s in WebAssembly", (name) => {
  const multiply = backend[name];

  test("keeps a float32 sum of a thousand equal signs within 1e-6", () => {
    const [rows, inner, columns] = [3, 1030, 23];
    const draw = randomArrays(11);
    const [a, b] = [draw(rows * inner), draw(inner * columns)].map((array) => backend.allocate(array.map(Math.abs)));
    const [out, expected] = [backend.allocate(rows * columns), new Float32Array(rows * columns)];
    multiply(out, a, b, rows, inner, columns);
    jsBackend[name](expected, a, b, rows, inner, columns);
    expect(out).not.toEqual(expected);
    out.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-6 * expected[i]);
    });
  });

  test("gives a column the same bits whatever columns stand beside it", () => {
    const draw = randomArrays(12);
    for (const inner of [1, 7, 30, 214]) {
      const x = backend.allocate(draw(inner));
      const b = draw(23 * inner);
      const [innerStep, columnStep] = name === "matmul" ? [23, 1] : [1, inner];
      const all = backend.allocate(23);
      multiply(all, x, backend.allocate(b), 1, inner, 23);
      for (let c = 0; c < 23; c++) {
        const alone = backend.allocate(1);
        const column = Float32Array.from({ length: inner }, (_, k) => b[k * innerStep + c * columnStep]);
        multiply(alone, x, backend.allocate(column), 1, inner, 1);
        expect(alone[0]).toBe(all[c]);
      }
    }
  });

  test("is that of js where an array is outside, or a row from outside is longer than what is set aside for it", () => {
    const draw = randomArrays(13);
    for (const inner of [65, 5000]) {
      const arrays = [new Float32Array(5), draw(inner), draw(5 * inner)] as const;
      const expected = arrays[0].slice();
      jsBackend[name](expected, arrays[1], arrays[2], 1, inner, 5);
      // bits: which of out, a and b are in the memory
      for (const inside of inner > 4096 ? [0b101] : [0b000, 0b001, 0b010, 0b011, 0b100, 0b110]) {
        const [out, a, b] = arrays.map((array, i) => ((inside >> i) & 1 ? backend.allocate(array) : array.slice()));
        multiply(out, a, b, 1, inner, 5);
        expect(out).toEqual(expected);
      }
    }
  });

  test("touches nothing before it has checked the lengths", () => {
    const [out, short] = [backend.allocate(new Float32Array(6).fill(7)), backend.allocate(new Float32Array(7).fill(1))];
    expect(() => multiply(out, short, short, 2, 4, 1)).toThrow(`${name}: a: length is 7, expected at least 8`);
    expect(() => multiply(out, short, short, 1, 2, 4)).toThrow(`${name}: b: length is 7, expected at least 8`);
    expect(() => multiply(out, short, short, 7, 1, 1)).toThrow(`${name}: out: length is 6, expected at least 7`);
    expect([...out]).toEqual(new Array(6).fill(7));
  });
});

describe("the memory", () => {
  test("gives out zeros that do not overlap, and arrays of the heap once it is full", () => {
    const { allocate } = backend.fork();
    const [first, second] = [allocate(3), allocate(1000)];
    expect(second.buffer).toBe(first.buffer);
    expect(second.byteOffset).toBeGreaterThanOrEqual(first.byteOffset + first.byteLength);
    expect([...first, ...second].every((value) => Object.is(value, 0))).toBe(true);
    const tooLong = allocate(first.buffer.byteLength / 4);
    expect(tooLong.buffer).not.toBe(first.buffer);
    expect(tooLong).toHaveLength(first.buffer.byteLength / 4);
    expect(allocate(5).buffer).toBe(first.buffer);
  });

  test("is another one for every fork and every call", () => {
    const buffers = [backend, backend.fork(), wasmBackend() as Backend].map((one) => one.allocate(1).buffer);
    expect(new Set(buffers).size).toBe(3);
  });
});

describe("a runtime that refuses", () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.unstubAllGlobals());
  const fresh = async () => (await import("./wasm-backend.js")).wasmBackend();

  test("WebAssembly altogether gives null", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(await fresh()).toBeNull();
  });

  test("to generate code, as Workers do, gives null", async () => {
    const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
    vi.stubGlobal("WebAssembly", vm.runInContext("WebAssembly", context));
    expect(() => new WebAssembly.Module(rowKernels())).toThrow("disallowed");
    expect(await fresh()).toBeNull();
  });

  test("one more memory gives null, and to a fork the kernels of js", async () => {
    class NoMemory {
      constructor() {
        throw new RangeError("could not allocate memory");
      }
    }
    const { Module, Instance } = WebAssembly;
    const made = await fresh();
    vi.stubGlobal("WebAssembly", { Module, Instance, Memory: NoMemory });
    expect(made?.fork().name).toBe("js");
    expect(await fresh()).toBeNull();
  });
});

test("the module has the same bytes every time, and is valid", () => {
  const bytes = rowKernels();
  expect(rowKernels()).toEqual(bytes);
  expect(WebAssembly.validate(bytes)).toBe(true);
});
