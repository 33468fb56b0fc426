import { GPU } from "gpu.js";
import { describe, expect, test } from "vitest";
import { jsBackend } from "../kernels/backend.js";
import { describeBackendContract } from "../kernels/contract/backend-contract.js";
import { expectClose } from "../kernels/contract/expect-close.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { gpuBackend } from "./gpu-backend.js";
import { type GpuDevice, openGpu } from "./gpu-library.js";
import { GpuProducts } from "./gpu-products.js";

// gpu.js on the processor computes in float64 and rounds as it stores; a browser runs the same contract in scripts/gpu-page.test.ts
const all = (await gpuBackend({ gpu: GPU, mode: "cpu", leastInner: 1 }))!;
describeBackendContract("gpu.js on the processor", all, 1e-6);
const long = (await gpuBackend({ gpu: GPU, mode: "cpu", leastInner: 31 }))!;
describeBackendContract("gpu.js on the processor, short products left to js", long, 1e-6);

test("is called gpu, also as a fork", () => {
  expect(all.name).toBe("gpu");
  expect(all.fork(10).name).toBe("gpu");
});

async function productsOn(device: Partial<GpuDevice>, isLost = () => false): Promise<GpuProducts> {
  const open = (await openGpu(GPU, "cpu"))!;
  return new GpuProducts({ ...open, device: { ...open.device, ...device }, isLost });
}

describe("products", () => {
  const draw = randomArrays(5);
  const [rows, inner, columns] = [19, 7, 23];
  const [a, b, bias] = [draw(rows * inner), draw(inner * columns), draw(columns)];
  const strides = { aRow: inner, aInner: 1, bInner: columns, bColumn: 1 };
  const expected = new Float32Array(rows * columns);
  jsBackend.matmul(expected, a, b, rows, inner, columns);
  for (let i = 0; i < expected.length; i++) expected[i] += bias[i % columns];

  test.each([4, 7, 19, 23, 8192])("are cut into textures of at most %i texels a side", async (maxTextureSize) => {
    const out = new Float32Array(rows * columns);
    const products = await productsOn({ maxTextureSize });
    expect(products.multiply(out, a, b, bias, rows, inner, columns, strides, false)).toBe(true);
    expectClose(out, expected, 1e-6, 10);
  });

  test("are refused, with the output as it was, once the context is lost", async () => {
    let lost = false;
    const products = await productsOn({}, () => lost);
    const out = new Float32Array(rows * columns).fill(5);
    lost = true;
    expect(products.multiply(out, a, b, bias, rows, inner, columns, strides, true)).toBe(false);
    // a context that comes back has none of the kernels
    lost = false;
    expect(products.multiply(out, a, b, bias, rows, inner, columns, strides, true)).toBe(false);
    expect(out.every((value) => value === 5)).toBe(true);
  });

  test("that hold or give what float32 does not hold are refused", async () => {
    const products = await productsOn({});
    const out = new Float32Array(4);
    const run = (left: number, right: number): boolean => {
      const [x, y] = [Float32Array.of(left, 1), Float32Array.of(right, 1)];
      const one = { aRow: 1, aInner: 1, bInner: 2, bColumn: 1 };
      return products.multiply(out, x, y, new Float32Array(2), 2, 1, 2, one, false);
    };
    expect(run(Number.NaN, 1)).toBe(false);
    expect(run(1, Number.NEGATIVE_INFINITY)).toBe(false);
    expect(run(3e38, 3e38)).toBe(false);
    expect(run(2, 3)).toBe(true);
    expect([...out]).toEqual([6, 2, 3, 1]);
  });
});

test("refuses WebGPU, whose results come later, and what is no GPU", async () => {
  const webGpu = { mode: "webgpu", context: {}, createKernel: () => () => 0, destroy: async () => {} };
  await expect(gpuBackend({ gpu: webGpu as never })).rejects.toMatchObject({ code: "invalid-argument" });
  await expect(gpuBackend({ gpu: 7 as never })).rejects.toMatchObject({ code: "invalid-argument" });
  // Node has no WebGL2
  expect(await gpuBackend({ gpu: GPU })).toBeNull();
});
