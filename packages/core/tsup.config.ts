import { defineConfig } from "tsup";

const shared = { dts: true, sourcemap: true, target: "es2022" as const, platform: "neutral" as const };

// splitting is on for ESM (subpaths share one copy) and off for CommonJS, where tsup would rewrite class fields
export default defineConfig([
  {
    ...shared,
    entry: {
      index: "src/index.ts",
      training: "src/training/index.ts",
      feedback: "src/feedback/index.ts",
      external: "src/external/index.ts",
      wasm: "src/wasm/index.ts",
    },
    format: "esm",
    splitting: true,
    clean: true,
  },
  {
    ...shared,
    entry: {
      index: "src/index.ts",
      training: "src/training/index.ts",
      feedback: "src/feedback/index.ts",
      external: "src/external/index.ts",
      wasm: "src/wasm/index.ts",
    },
    format: "cjs",
    splitting: false,
  },
]);
