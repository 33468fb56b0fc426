import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    // started by its file's name
    worker: "src/worker.ts",
  },
  format: "esm",
  dts: { entry: "src/index.ts" },
  // each of the two is one file: bundlers of pages take the worker by its name
  splitting: false,
  sourcemap: true,
  target: "es2022",
  clean: true,
});
