import { defineConfig } from "tsup";

export default defineConfig({
  // what runs in threads is a file of its own: src/workers/thread-pool.ts
  entry: { index: "src/index.ts", worker: "src/worker.ts" },
  format: "esm",
  dts: { entry: { index: "src/index.ts" } },
  sourcemap: true,
  target: "es2022",
  clean: true,
});
