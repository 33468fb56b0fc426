import compiled from "./kernels.wasm?module";

/** The module of all kernels, from a file as Vercel's edge runtime names it. */
export function kernelModule(): WebAssembly.Module {
  return compiled;
}
