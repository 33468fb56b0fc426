import { jsTrainingBackend, type TrainingBackend } from "@onehead/core/training";
import { wasmTrainingBackend } from "@onehead/core/training/wasm";

/** WebAssembly where it can be had. */
export function defaultBackend(): TrainingBackend {
  return wasmTrainingBackend() ?? jsTrainingBackend;
}
