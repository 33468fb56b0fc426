import { type Backend, jsBackend } from "../kernels/backend.js";
import type { KernelExports } from "./kernel-exports.js";
import { argumentAddress } from "./memory-map.js";

type ElementwiseKernels = Pick<
  Backend,
  | "softmaxRows"
  | "gelu"
  | "layerNorm"
  | "unitRows"
  | "squaredNorms"
  | "rbfOfProducts"
  | "addLogOdds"
  | "readOutcomes"
  | "poolRows"
>;

/**
 * What is no product, on the arrays of one memory. Arrays from elsewhere are worked on by the kernels of `js`, which also say what is
 * wrong with those that are too short.
 */
export function elementwiseKernels(buffer: ArrayBuffer, kernels: KernelExports): ElementwiseKernels {
  const holds = (array: Float32Array, length: number): boolean => array.buffer === buffer && array.length >= length;
  const argument = new Float32Array(buffer, argumentAddress, 1);
  const pools = {
    floats: [kernels.poolFloats, 4],
    halves: [kernels.poolHalves, 8],
    bytes: [kernels.poolBytes, 16],
  } as const;

  return {
    softmaxRows(out, x, rows, columns, temperature) {
      const count = rows * columns;
      if (holds(out, count) && holds(x, count)) {
        argument[0] = temperature;
        kernels.softmaxRows(out.byteOffset, x.byteOffset, rows, columns);
      } else jsBackend.softmaxRows(out, x, rows, columns, temperature);
    },

    gelu(out, x, count) {
      if (holds(out, count) && holds(x, count)) kernels.gelu(out.byteOffset, x.byteOffset, count);
      else jsBackend.gelu(out, x, count);
    },

    layerNorm(out, x, gain, bias, rows, columns, epsilon) {
      const count = rows * columns;
      if (holds(out, count) && holds(x, count) && holds(gain, columns) && holds(bias, columns)) {
        argument[0] = epsilon;
        kernels.layerNorm(out.byteOffset, x.byteOffset, gain.byteOffset, bias.byteOffset, rows, columns);
      } else jsBackend.layerNorm(out, x, gain, bias, rows, columns, epsilon);
    },

    unitRows(out, x, rows, columns) {
      const count = rows * columns;
      if (holds(out, count) && holds(x, count)) kernels.unitRows(out.byteOffset, x.byteOffset, rows, columns);
      else jsBackend.unitRows(out, x, rows, columns);
    },

    squaredNorms(out, x, rows, columns) {
      if (holds(out, rows) && holds(x, rows * columns)) {
        kernels.squaredNorms(out.byteOffset, x.byteOffset, rows, columns);
      } else jsBackend.squaredNorms(out, x, rows, columns);
    },

    rbfOfProducts(products, rowSquares, centreSquares, rows, centres, sharpness) {
      if (holds(products, rows * centres) && holds(rowSquares, rows) && holds(centreSquares, centres)) {
        argument[0] = sharpness;
        kernels.rbfOfProducts(products.byteOffset, rowSquares.byteOffset, centreSquares.byteOffset, rows, centres);
      } else jsBackend.rbfOfProducts(products, rowSquares, centreSquares, rows, centres, sharpness);
    },

    addLogOdds(out, stride, means, rows, columns, scale) {
      if (holds(out, rows === 0 ? 0 : (rows - 1) * stride + columns) && holds(means, rows * columns)) {
        argument[0] = scale;
        kernels.addLogOdds(out.byteOffset, 4 * stride, means.byteOffset, rows, columns);
      } else jsBackend.addLogOdds(out, stride, means, rows, columns, scale);
    },

    readOutcomes(quality, outputs, joint, shifts, rows, columns) {
      const count = rows * columns;
      if (holds(quality, count) && holds(outputs, count) && holds(joint, 2 * count) && holds(shifts, columns)) {
        const shift = shifts.byteOffset;
        kernels.readOutcomes(quality.byteOffset, outputs.byteOffset, joint.byteOffset, shift, rows, columns);
      } else jsBackend.readOutcomes(quality, outputs, joint, shifts, rows, columns);
    },

    poolRows(out, offset, rows, width, features, weights, count) {
      const [pool, floatsAtOnce] =
        rows instanceof Int8Array ? pools.bytes : rows instanceof Uint16Array ? pools.halves : pools.floats;
      const inside =
        holds(out, offset + width) &&
        holds(weights, count) &&
        rows.buffer === buffer &&
        features.buffer === buffer &&
        features.length >= count;
      if (!inside || width % floatsAtOnce !== 0) {
        jsBackend.poolRows(out, offset, rows, width, features, weights, count);
        return;
      }
      const to = out.byteOffset + 4 * offset;
      pool(to, rows.byteOffset, width, features.byteOffset, weights.byteOffset, count);
    },
  };
}
