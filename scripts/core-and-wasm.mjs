// All that core and its WebAssembly export, of which size-limit tells how much it is.
export * from "../packages/core/dist/index.js";
export * from "../packages/core/dist/wasm.js";
