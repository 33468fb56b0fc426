import { assembleKernels } from "./assemble-kernels.js";

let compiled: WebAssembly.Module | undefined;

/** The module of all kernels, compiled once. The build puts the bytes that are assembled here in the place of this file. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(assembleKernels());
  return compiled;
}
