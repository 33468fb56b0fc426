import { defineConfig } from "tsup";
import { licenses } from "../../tsup.licenses.js";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    node: "src/node/index.ts",
    // started by its file's name
    "writer-thread": "src/state/sqlite/writer-thread.ts",
  },
  format: "esm",
  dts: { resolve: [/^@onehead\/(provider-http|wire-formats)/] },
  // private packages travel within this one, and of others the part that is used: docs/decisions/0015-what-is-bundled.md
  noExternal: [/^@onehead\/(provider-http|wire-formats)/, /^(drizzle-orm|hono|@hono\/node-server|lru-cache|zod)(\/|$)/],
  esbuildPlugins: [licenses()],
  // of packages with a build for Node and one for the web, the one that runs in both
  esbuildOptions(options) {
    options.conditions = ["browser"];
  },
  sourcemap: true,
  target: "es2022",
  clean: true,
});
