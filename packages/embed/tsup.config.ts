import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig, type Options } from "tsup";
import { joinChunks } from "../../tsup.chunks.js";

const table = "tables/static-english.bin";

/** Inlines a table's bytes, but leaves them a module of their own where the entry point is workerd's. */
const tables: Options["esbuildPlugins"] = [
  {
    name: "tables",
    setup(build) {
      build.onResolve({ filter: /\.bin$/ }, ({ path, importer }) =>
        importer.endsWith(".workerd.ts") ? { path: `./${basename(path)}`, external: true } : undefined,
      );
      build.onEnd(() => {
        mkdirSync(join(import.meta.dirname, "dist"), { recursive: true });
        copyFileSync(join(import.meta.dirname, table), join(import.meta.dirname, "dist", basename(table)));
      });
    },
  },
];

const entry = {
  index: "src/index.ts",
  hosted: "src/hosted.ts",
  energetic: "src/energetic.ts",
  transformers: "src/transformers.ts",
  "static-english": "src/static-english.ts",
};

export default defineConfig({
  entry: {
    ...entry,
    "static-english.workerd": "src/static-english.workerd.ts",
    "static-english.node": "src/static-english.node.ts",
  },
  external: ["node:fs"],
  removeNodeProtocol: false,
  format: "esm",
  // the inlined table is decoded without Node's Buffer
  platform: "neutral",
  loader: { ".bin": "binary" },
  esbuildPlugins: tables,
  dts: { entry },
  sourcemap: true,
  target: "es2022",
  clean: true,
  onSuccess: () => joinChunks(join(import.meta.dirname, "dist"), ["index"]),
});
