import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", bodies: "src/bodies.ts" },
  format: "esm",
  platform: "neutral",
  dts: true,
  sourcemap: true,
  target: "es2022",
  clean: true,
});
