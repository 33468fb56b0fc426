import { defineConfig } from "tsup";

/**
 * How every provider adapter is built: one file that holds all that it needs, types too, so that nothing else of the project has
 * to be installed, and small enough for an edge runtime. Adapters never import their vendor's client at run time: it is handed in.
 */
export default defineConfig({
  entry: { index: "src/index.ts" },
  format: "esm",
  platform: "neutral",
  noExternal: [/./],
  dts: { resolve: [/^@onehead\//] },
  target: "es2022",
  clean: true,
  minify: true,
});
