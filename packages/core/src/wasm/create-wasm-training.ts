import { jsTrainingBackend, type TrainingBackend } from "../training/training-backend.js";
import { bytesKernels } from "./bytes-kernels.js";
import { elementwiseKernels } from "./elementwise-kernels.js";
import type { KernelExports } from "./kernel-exports.js";
import { productKernels } from "./product-kernels.js";
import { Room } from "./room.js";
import type { TrainingExports } from "./training-exports.js";
import { trainingKernels } from "./training-kernels.js";

/** As `createWasmBackend`, with the module of training on every memory too. The first memory holds nothing: training forks. */
export function createWasmTraining(
  kernelModule: () => WebAssembly.Module,
  trainingModule: () => WebAssembly.Module,
): TrainingBackend | null {
  const instantiate = (module: WebAssembly.Module, memory: WebAssembly.Memory): WebAssembly.Exports =>
    new WebAssembly.Instance(module, { m: { m: memory } }).exports;
  const kernelsOf = (memory: WebAssembly.Memory) => instantiate(kernelModule(), memory) as unknown as KernelExports;
  const backendOf = (floats: number): TrainingBackend | null => {
    try {
      const room = new Room(floats);
      const kernels = kernelsOf(room.memory);
      const training = instantiate(trainingModule(), room.memory) as unknown as TrainingExports;
      return {
        name: "wasm",
        ...productKernels(room, kernels, kernelsOf),
        ...elementwiseKernels(room.buffer, kernels),
        ...bytesKernels(room, kernels),
        ...trainingKernels(room.buffer, training),
        allocate: (content) => room.allocate(content),
        fork: (own) => backendOf(own) ?? jsTrainingBackend,
      };
    } catch {
      return null;
    }
  };
  return backendOf(0);
}
