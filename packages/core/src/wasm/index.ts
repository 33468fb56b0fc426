export { wasmBackend } from "./wasm-backend.js";
