import { assembleKernels } from "./assemble-kernels.js";

let compiled: WebAssembly.Module | undefined;

/** The module of all kernels, compiled once. The build replaces this file by one with the bytes that are assembled here. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(assembleKernels());
  return compiled;
}
