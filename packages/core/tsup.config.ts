import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Options } from "tsup";
import { joinChunks } from "../../tsup.chunks.js";
import { assembleKernels } from "./src/wasm/assemble-kernels.js";
import { assembleTraining } from "./src/wasm/assemble-training.js";
import { textOfBytes } from "./src/wasm/bytes-of-text.js";

const bytes = assembleKernels();

/** The bytes of a module in the place of what assembles them. */
function inlined(path: string, call: string, module: Uint8Array): { contents: string; loader: "ts" } {
  return {
    contents: readFileSync(path, "utf8")
      .replace(/^import .*\n/, `import { bytesOfText } from "./bytes-of-text.js";\n`)
      .replace(call, () => `bytesOfText(${JSON.stringify(textOfBytes(module))})`),
    loader: "ts",
  };
}

/** Assembles the WebAssembly modules: inlined as text, that of routing beside a file for runtimes that compile only those. */
const kernels: Options["esbuildPlugins"] = [
  {
    name: "kernels",
    setup(build) {
      build.onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /kernel-module\.ts$/ }, ({ path }) => inlined(path, "assembleKernels()", bytes));
      build.onLoad({ filter: /training-module\.ts$/ }, ({ path }) =>
        inlined(path, "assembleTraining()", assembleTraining()),
      );
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
  "training-wasm": "src/wasm/training.ts",
};
// only ESM runtimes have these conditions; what they export is what `wasm` does
const edgeEntry = { "wasm.workerd": "src/wasm/index.workerd.ts", "wasm.edge-light": "src/wasm/index.edge-light.ts" };

// splitting is on for ESM (subpaths share one copy) and off for CommonJS, where tsup would rewrite class fields
export default defineConfig([
  {
    ...shared,
    entry: { ...entry, ...edgeEntry },
    dts: { entry },
    format: "esm",
    splitting: true,
    clean: true,
    onSuccess: () => joinChunks(join(import.meta.dirname, "dist"), ["index", "wasm"]),
  },
  { ...shared, entry, dts: true, format: "cjs", splitting: false },
]);
