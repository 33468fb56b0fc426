import { defineConfig } from "tsup";
import { licenses } from "../../tsup.licenses.js";

export default defineConfig({
  entry: { main: "src/main.ts" },
  format: "esm",
  // docs/decisions/0015-what-is-bundled.md
  noExternal: [/^@onehead\/compose/, /^zod(\/|$)/],
  esbuildPlugins: [licenses()],
  sourcemap: true,
  target: "es2022",
  clean: true,
});
