import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", node: "src/node/index.ts" },
  format: "esm",
  dts: { resolve: [/^@onehead\/(provider-http|wire-formats)/] },
  // private packages travel within this one
  noExternal: [/^@onehead\/(provider-http|wire-formats)/],
  sourcemap: true,
  target: "es2022",
  clean: true,
});
