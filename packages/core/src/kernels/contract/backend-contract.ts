import { describe } from "vitest";
import type { Backend } from "../backend.js";
import { describeBytes } from "./bytes-contract.js";
import {
  describeGelu,
  describeLayerNorm,
  describeLogOdds,
  describeNorms,
  describeOutcomes,
  describeRbf,
  describeSoftmax,
} from "./elementwise-contract.js";
import { describeGathering } from "./gather-contract.js";
import { describePooling } from "./pooling-contract.js";
import { describeHeads, describeLinearMaps, describeProducts } from "./product-contract.js";

/**
 * What every backend must do: agree with the float64 twins on all shapes, keep a row's bits whatever its batch, and
 * treat extremes, aliases and short buffers as the `js` kernels document it.
 *
 * @param tolerance error allowed, as a share of the magnitudes that enter a value; float32 rounding alone is 6·10⁻⁸
 */
export function describeBackendContract(name: string, backend: Backend, tolerance = 2e-7): void {
  describe(`backend contract: ${name}`, () => {
    describeProducts(backend, tolerance);
    describeLinearMaps(backend, tolerance);
    describeHeads(backend, tolerance);
    describeSoftmax(backend, tolerance);
    describeGelu(backend, tolerance);
    describeLayerNorm(backend, tolerance);
    describeNorms(backend, tolerance);
    describeRbf(backend, tolerance);
    describeLogOdds(backend, tolerance);
    describeOutcomes(backend, tolerance);
    describePooling(backend, tolerance);
    describeGathering(backend);
    describeBytes(backend);
  });
}
