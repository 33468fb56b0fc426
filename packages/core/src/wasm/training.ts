import type { TrainingBackend } from "../training/training-backend.js";
import { createWasmTraining } from "./create-wasm-training.js";
import { kernelModule } from "./kernel-module.js";
import { trainingModule } from "./training-module.js";

/**
 * The kernels of `wasmBackend` and those of training beside them. What `allocate` gives lies in the heap until `fork` has made room.
 *
 * @returns null where the runtime has no WebAssembly, none with vectors, or does not let code be compiled; never throws
 */
export function wasmTrainingBackend(): TrainingBackend | null {
  return createWasmTraining(kernelModule, trainingModule);
}
