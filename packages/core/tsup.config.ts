import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Options } from "tsup";
import { assembleKernels } from "./src/wasm/assemble-kernels.js";

const bytes = assembleKernels();
const base64 = Buffer.from(bytes).toString("base64");

/** Assembles the WebAssembly module: inlined as text, beside a file for runtimes that compile only those. */
const kernels: Options["esbuildPlugins"] = [
  {
    name: "kernels",
    setup(build) {
      build.onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /kernel-module\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, "utf8");
        const decoded = `Uint8Array.from(atob(${JSON.stringify(base64)}), (letter) => letter.charCodeAt(0))`;
        return { contents: source.replace(/^import .*\n/, "").replace("assembleKernels()", decoded), loader: "ts" };
      });
      build.onEnd(() => {
        mkdirSync(join(import.meta.dirname, "dist"), { recursive: true });
        writeFileSync(join(import.meta.dirname, "dist/kernels.wasm"), bytes);
      });
    },
  },
];

const shared = {
  sourcemap: true,
  target: "es2022" as const,
  platform: "neutral" as const,
  esbuildPlugins: kernels,
};
const entry = {
  index: "src/index.ts",
  training: "src/training/index.ts",
  feedback: "src/feedback/index.ts",
  external: "src/external/index.ts",
  wasm: "src/wasm/index.ts",
  gpu: "src/gpu/index.ts",
};
// only ESM runtimes have these conditions; what they export is what `wasm` does
const edgeEntry = { "wasm.workerd": "src/wasm/index.workerd.ts", "wasm.edge-light": "src/wasm/index.edge-light.ts" };

// splitting is on for ESM (subpaths share one copy) and off for CommonJS, where tsup would rewrite class fields
export default defineConfig([
  { ...shared, entry: { ...entry, ...edgeEntry }, dts: { entry }, format: "esm", splitting: true, clean: true },
  { ...shared, entry, dts: true, format: "cjs", splitting: false },
]);
