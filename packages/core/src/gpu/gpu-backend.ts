import { invalidArgument } from "../errors/invalid-argument.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { assertApplied, bindLinear, type LinearMap } from "../kernels/linear-map.js";
import { assertProduct } from "../kernels/matmul.js";
import { type GpuConstructor, type GpuInstance, type GpuMode, openGpu } from "./gpu-library.js";
import { GpuProducts, type ProductStrides } from "./gpu-products.js";

export interface GpuBackendOptions {
  /** The class `GPU` of gpu.js, or an instance of it; the package is imported when left out. */
  gpu?: GpuConstructor | GpuInstance | undefined;
  mode?: Exclude<GpuMode, "webgpu"> | undefined;
  /**
   * Inner size from which on a product goes to the GPU, whatever its rows and columns: a row must have the same bits alone as in a
   * batch, and a column whatever stands beside it. 256 when left out.
   */
  leastInner?: number | undefined;
}

/** A map with its weights and its bias as they were given, for the GPU, beside the panels of `jsBackend`. */
interface GpuLinearMap extends LinearMap {
  weights: Float32Array;
  bias: Float32Array;
  strides: Pick<ProductStrides, "bInner" | "bColumn">;
}

/**
 * Kernels with their products on the GPU, each brought there and back: for large products, not for requests. Batches of a router are what
 * `openGpuScorer` is for.
 *
 * Products with a long inner index run through gpu.js, in float32 sums; all other kernels are those of `jsBackend`, for moving their arrays
 * takes longer than they do. So is a product with a NaN or an infinity in it or coming out of it, and every one once the context is lost.
 *
 * @returns null where there is no WebGL2
 * @throws OneheadError "missing-package" where gpu.js is neither given nor installed; "invalid-argument" for WebGPU, whose results
 *   come later than a kernel returns
 */
export async function gpuBackend(options: GpuBackendOptions = {}): Promise<Backend | null> {
  const { leastInner = 256, mode = "webgl2" } = options;
  const open = await openGpu(options.gpu, mode);
  if (open === null) return null;
  if (open.device.mode === "webgpu")
    throw invalidArgument("gpuBackend: gpu", "WebGPU", "a mode that returns results at once");
  const products = new GpuProducts(open);

  type Product = Backend["matmul"];
  const productOf = (
    name: "matmul" | "matmulTransposedA" | "matmulTransposedB",
    stridesOf: (rows: number, inner: number, columns: number) => ProductStrides,
  ): Product => {
    return (out, a, b, rows, inner, columns, accumulate = false) => {
      assertProduct(name, out, a, b, rows, inner, columns);
      const large = rows > 0 && columns > 0 && inner >= Math.max(1, leastInner);
      const strides = stridesOf(rows, inner, columns);
      const [left, right] = [a.subarray(0, rows * inner), b.subarray(0, inner * columns)];
      if (large && products.multiply(out, left, right, zeros(columns), rows, inner, columns, strides, accumulate))
        return;
      jsBackend[name](out, a, b, rows, inner, columns, accumulate);
    };
  };
  const backend: Backend = {
    ...jsBackend,
    name: "gpu",
    matmul: productOf("matmul", (_, inner, columns) => ({ aRow: inner, aInner: 1, bInner: columns, bColumn: 1 })),
    matmulTransposedA: productOf("matmulTransposedA", (rows, _, columns) => ({
      aRow: 1,
      aInner: rows,
      bInner: columns,
      bColumn: 1,
    })),
    matmulTransposedB: productOf("matmulTransposedB", (_, inner) => ({
      aRow: inner,
      aInner: 1,
      bInner: 1,
      bColumn: inner,
    })),
    bindLinear(weights, inner, columns, layout, bias = null): GpuLinearMap {
      return {
        ...bindLinear(weights, inner, columns, layout, bias),
        weights: weights.slice(0, inner * columns),
        bias: bias === null ? zeros(columns) : bias.slice(0, columns),
        strides: layout === "inner-columns" ? { bInner: columns, bColumn: 1 } : { bInner: 1, bColumn: inner },
      };
    },
    applyLinear(out, x, map, rows, accumulate = false) {
      assertApplied(out, x, map, rows);
      const { inner, columns, weights, bias, strides } = map as GpuLinearMap;
      const all = { aRow: inner, aInner: 1, ...strides };
      const large = rows > 0 && columns > 0 && inner >= Math.max(1, leastInner);
      const left = x.subarray(0, rows * inner);
      if (large && products.multiply(out, left, weights, bias, rows, inner, columns, all, accumulate)) return;
      jsBackend.applyLinear(out, x, map, rows, accumulate);
    },
    fork: () => backend,
  };
  return backend;
}

const zeros = (length: number): Float32Array => new Float32Array(length);
