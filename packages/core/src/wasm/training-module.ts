import { assembleTraining } from "./assemble-training.js";

let compiled: WebAssembly.Module | undefined;

/** The module of the training kernels, compiled once. The build puts the bytes that are assembled here in the place of this file. */
export function trainingModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(assembleTraining());
  return compiled;
}
