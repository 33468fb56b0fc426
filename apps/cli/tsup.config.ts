import { defineConfig } from "tsup";
import { licenses } from "../../tsup.licenses.js";

export default defineConfig({
  // index is for a configuration in TypeScript; its types are written by scripts/write-types.mjs
  entry: {
    main: "src/main.ts",
    index: "src/index.ts",
    // started by its file's name
    "embed-thread": "src/scoring/embed-thread.ts",
  },
  format: "esm",
  // docs/decisions/0015-what-is-bundled.md
  noExternal: [/^@onehead\/compose/, /^zod(\/|$)/],
  esbuildPlugins: [licenses()],
  sourcemap: true,
  target: "es2022",
  clean: true,
});
