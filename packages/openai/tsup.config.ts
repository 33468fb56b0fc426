import { defineConfig } from "tsup";

// what the adapters share is carried within each of them, types too: nothing else of the project has to be installed
export default defineConfig({
  entry: { index: "src/index.ts" },
  format: "esm",
  platform: "neutral",
  noExternal: [/^@onehead\//, "eventsource-parser"],
  dts: { resolve: [/^@onehead\//] },
  target: "es2022",
  clean: true,
});
