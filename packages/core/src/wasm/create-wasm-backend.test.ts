import { readdirSync, readFileSync } from "node:fs";
import vm from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { jsBackend } from "../kernels/backend.js";
import { describeBackendContract } from "../kernels/contract/backend-contract.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { assembleKernels } from "./assemble-kernels.js";
import { bytesOfText, textOfBytes } from "./bytes-of-text.js";
import { withCopies } from "./contract/with-copies.js";
import { wasmBackend } from "./index.js";

const backend = wasmBackend()!.fork(1_000_000);

describeBackendContract("wasm", withCopies(wasmBackend()!, null), 4e-7);
describeBackendContract("wasm, its second array outside of its memory", withCopies(wasmBackend()!, 1), 4e-7);
describeBackendContract("wasm, all outside of its memory", wasmBackend()!.fork(1), 4e-7);

const names = ["matmul", "matmulTransposedB"] as const;

describe.each(names)("%s in WebAssembly", (name) => {
  const multiply = backend[name];

  test("keeps a float32 sum of a thousand equal signs within 2e-6", () => {
    const [rows, inner, columns] = [3, 1030, 23];
    const draw = randomArrays(11);
    const [a, b] = [draw(rows * inner), draw(inner * columns)].map((array) => backend.allocate(array.map(Math.abs)));
    const [out, expected] = [backend.allocate(rows * columns), new Float32Array(rows * columns)];
    multiply(out, a, b, rows, inner, columns);
    jsBackend[name](expected, a, b, rows, inner, columns);
    expect(out).not.toEqual(expected);
    out.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(2e-6 * expected[i]);
    });
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
    const { allocate } = backend.fork(4000);
    const [first, second] = [allocate(3), allocate(1000)];
    expect(second.buffer).toBe(first.buffer);
    expect(second.byteOffset).toBeGreaterThanOrEqual(first.byteOffset + first.byteLength);
    expect([...first, ...second].every((value) => Object.is(value, 0))).toBe(true);
    const tooLong = allocate(first.buffer.byteLength / 4);
    expect(tooLong.buffer).not.toBe(first.buffer);
    expect(tooLong).toHaveLength(first.buffer.byteLength / 4);
    expect(allocate(5).buffer).toBe(first.buffer);
  });

  test("binds a map to the same panels whether it lends the weights a place or not, and gives out zeros there", () => {
    const [inner, columns] = [1000, 22];
    const draw = randomArrays(12);
    const [weights, bias] = [draw(inner * columns), draw(columns)];
    const floats = (1 + inner) * 24;
    for (const layout of ["inner-columns", "columns-inner"] as const) {
      const [narrow, wide] = [floats, 3 * floats].map((room) => {
        const own = backend.fork(room);
        const { panels } = own.bindLinear(weights, inner, columns, layout, bias);
        expect(own.allocate(floats).every((value) => value === 0)).toBe(true);
        // of the last panel, the lanes that have a column
        return panels.filter((_, i) => i % 24 < columns);
      });
      expect(wide).toEqual(narrow);
    }
  });

  test("is another one for every fork and every call", () => {
    const buffers = [backend, backend.fork(4000), wasmBackend()!].map((one) => one.allocate(1).buffer);
    expect(new Set(buffers).size).toBe(3);
  });
});

describe("a runtime that refuses", () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.unstubAllGlobals());
  const fresh = async () => (await import("./index.js")).wasmBackend();

  test("WebAssembly altogether gives null", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(await fresh()).toBeNull();
  });

  test("to generate code, as Workers do, gives null", async () => {
    const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
    vi.stubGlobal("WebAssembly", vm.runInContext("WebAssembly", context));
    expect(() => new WebAssembly.Module(assembleKernels())).toThrow("disallowed");
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
    expect(made?.fork(1).name).toBe("js");
    expect(await fresh()).toBeNull();
  });
});

test("the module has the same bytes every time, and is valid", () => {
  const bytes = assembleKernels();
  expect(assembleKernels()).toEqual(bytes);
  expect(bytes.length).toBeLessThanOrEqual(16_384);
  expect(WebAssembly.validate(bytes)).toBe(true);
});

test("bytes come back from their text, which needs no escape but of the backslash", () => {
  const bytes = Uint8Array.from({ length: 3 * 256 }, (_, i) => i);
  const text = textOfBytes(bytes);
  expect(bytesOfText(text)).toEqual(bytes);
  expect(text).toMatch(/^[ !#-~]*$/);
});

test("the build inlines these bytes, and puts them beside for runtimes that compile files only", () => {
  const dist = (file: string): Buffer => readFileSync(new URL(`../../dist/${file}`, import.meta.url));
  const bytes = Buffer.from(assembleKernels());
  expect(dist("kernels.wasm").equals(bytes)).toBe(true);
  // modules share it with training
  const inlined = readdirSync(new URL("../../dist", import.meta.url)).filter(
    (file) => /\.c?js$/.test(file) && dist(file).includes(JSON.stringify(textOfBytes(bytes))),
  );
  expect(inlined.filter((file) => file.endsWith(".js"))).toHaveLength(1);
  expect(inlined).toContain("wasm.cjs");
  expect(dist("wasm.workerd.js").toString()).toContain('from "./kernels.wasm"');
  expect(dist("wasm.edge-light.js").toString()).toContain('from "./kernels.wasm?module"');
});
