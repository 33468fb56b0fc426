import compiled from "./kernels.wasm";

/** The module of all kernels, from a file: workerd lets no bytes be compiled. */
export function kernelModule(): WebAssembly.Module {
  return compiled;
}
