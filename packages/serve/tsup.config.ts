import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", node: "src/node/index.ts" },
  format: "esm",
  dts: { resolve: [/^@onehead\/(provider-http|wire-formats)/] },
  // private packages travel within this one, and the part of Drizzle that is used: installed, it takes 17 MB
  noExternal: [/^@onehead\/(provider-http|wire-formats)/, /^drizzle-orm/],
  sourcemap: true,
  target: "es2022",
  clean: true,
});
