import { kernelModule } from "./kernel-module.js";
import type { KernelExports } from "./kernel-exports.js";

/** @throws where the runtime has no WebAssembly, none with vectors, or does not let code be compiled */
export function instantiateKernels(memory: WebAssembly.Memory): KernelExports {
  return new WebAssembly.Instance(kernelModule(), { m: { m: memory } }).exports as unknown as KernelExports;
}
