import { defineConfig } from "tsup";

export default defineConfig({
  // providers apart: what only asks which keys are set loads no adapter
  entry: { index: "src/index.ts", providers: "src/providers/index.ts" },
  format: "esm",
  platform: "neutral",
  dts: true,
  sourcemap: true,
  target: "es2022",
  clean: true,
});
