import { type Backend, jsBackend } from "../kernels/backend.js";
import { bytesKernels } from "./bytes-kernels.js";
import { elementwiseKernels } from "./elementwise-kernels.js";
import type { KernelExports } from "./kernel-exports.js";
import { productKernels } from "./product-kernels.js";
import { Room } from "./room.js";

/** Floats of the memory that nobody asked for with `fork`. */
const rootFloats = 4_000_000;

/** @param kernelModule throws where the runtime has no WebAssembly, none with vectors, or does not let code be compiled */
export function createWasmBackend(kernelModule: () => WebAssembly.Module): Backend | null {
  const instantiate = (memory: WebAssembly.Memory): KernelExports =>
    new WebAssembly.Instance(kernelModule(), { m: { m: memory } }).exports as unknown as KernelExports;
  const backendOf = (floats: number): Backend | null => {
    try {
      const room = new Room(floats);
      const kernels = instantiate(room.memory);
      return {
        name: "wasm",
        ...productKernels(room, kernels, instantiate),
        ...elementwiseKernels(room.buffer, kernels),
        ...bytesKernels(room, kernels),
        allocate: (content) => room.allocate(content),
        fork: (own) => backendOf(own) ?? jsBackend,
      };
    } catch {
      return null;
    }
  };
  return backendOf(rootFloats);
}
