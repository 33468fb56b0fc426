import type { Backend } from "../kernels/backend.js";
import { createWasmBackend } from "./create-wasm-backend.js";
import { kernelModule } from "./kernel-module.workerd.js";

/** As `wasmBackend` of `index.ts`. */
export function wasmBackend(): Backend | null {
  return createWasmBackend(kernelModule);
}
